"""What the folder pane and the list pane show, as plain values for the templates."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from mailboxes.models import Mailbox
from webmail.html.look_alikes import is_own
from webmail.imap import MessageSummary
from webmail.message import addresses, headers, shown
from webmail.message.addresses import Address
from webmail.message.bodystructure import structure_from_imap
from webmail.message.shown import Role
from webmail.models import Folder
from webmail.presentation import day_label, hue, initials, local, short_date

ICONS = {
    "inbox": "inbox",
    "drafts": "file-text",
    "sent": "send",
    "archive": "archive",
    "junk": "shield-alert",
    "trash": "trash-2",
}
SPECIAL_ORDER = list(ICONS)


@dataclass(frozen=True)
class FolderLink:
    url: str
    label: str
    icon: str
    unread: int
    total: int
    current: bool
    depth: int
    special: str


@dataclass(frozen=True)
class Row:
    """One message of the list."""

    url: str
    current: bool
    unread: bool
    starred: bool
    answered: bool
    forwarded: bool
    has_attachment: bool
    sender: str
    initials: str
    hue: int
    subject: str
    snippet: str
    date_label: str
    date_iso: str
    external: bool
    draft: bool


@dataclass(frozen=True)
class Group:
    label: str
    rows: list[Row] = field(default_factory=list)


def folder_links(
    mailbox: Mailbox, folders: Iterable[Folder], current: Folder | None
) -> list[FolderLink]:
    """Special folders first in their usual order, then the person's own, as in any mail program."""
    return [_folder_link(mailbox, folder, current) for folder in sorted(folders, key=_folder_order)]


def _folder_order(folder: Folder) -> tuple[int, str]:
    if folder.special_use in SPECIAL_ORDER:
        return SPECIAL_ORDER.index(folder.special_use), ""
    return len(SPECIAL_ORDER), folder.name.casefold()


def _folder_link(mailbox: Mailbox, folder: Folder, current: Folder | None) -> FolderLink:
    return FolderLink(
        url=folder_url(mailbox.pk, folder.pk) if folder.selectable else "",
        label=folder.label,
        icon=ICONS.get(folder.special_use, "folder"),
        unread=0 if folder.special_use in {"drafts", "sent", "trash"} else folder.unseen,
        total=folder.messages,
        current=current is not None and folder.pk == current.pk,
        depth=folder.depth,
        special=folder.special_use,
    )


def folder_url(mailbox_id: int, folder_id: int, page: int = 1) -> str:
    url = reverse("folder", args=[mailbox_id, folder_id])
    return f"{url}?page={page}" if page > 1 else url


def message_url(folder: Folder, uid: int, page: int = 1) -> str:
    url = reverse("message", args=[folder.mailbox_id, folder.pk, uid])
    return f"{url}?page={page}" if page > 1 else url


def grouped(rows: Iterable[tuple[datetime, Row]], now: datetime) -> list[Group]:
    """Rows under the headings of their days, the latest first. Times are local.

    Messages that were moved here or loaded carry older dates than their neighbours: sorted, each
    heading stands once.
    """
    latest_first = sorted(rows, key=lambda item: item[0], reverse=True)
    days = groupby(latest_first, key=lambda item: day_label(item[0].date(), now.date()))
    return [Group(label, [row for _moment, row in items]) for label, items in days]


def row(
    summary: MessageSummary, folder: Folder, opened: int | None, page: int, now: datetime
) -> Row:
    """One line of the list; in Sent and Drafts it names the recipients instead of the sender.

    `opened` is the UID shown beside the list; `now` is local.
    """
    fields = headers.split(summary.headers)
    outward = folder.special_use in {"sent", "drafts"}
    people = addresses.parse(fields.first("to" if outward else "from") or b"")
    first = people[0] if people else Address("", "")
    moment = local(summary.received_at)
    return Row(
        url=message_url(folder, summary.uid, page),
        current=summary.uid == opened,
        unread="\\Seen" not in summary.flags,
        starred="\\Flagged" in summary.flags,
        answered="\\Answered" in summary.flags,
        forwarded="$Forwarded" in summary.flags,
        has_attachment=_has_attachment(summary),
        sender=_people_label(people, outward=outward),
        initials=initials(first.name, first.address),
        hue=hue(first.address),
        subject=fields.text("subject") or _("(sans objet)"),
        snippet=summary.preview.decode("utf-8", "replace"),
        date_label=short_date(moment, now),
        date_iso=moment.isoformat(),
        external=bool(first.domain) and not outward and not is_own(first.domain, settings.DOMAINS),
        draft="\\Draft" in summary.flags,
    )


def _has_attachment(summary: MessageSummary) -> bool:
    """A picture with a Content-ID stands in the text, as far as the structure tells."""
    steps = shown.choose(structure_from_imap(summary.structure)).steps
    return any(role is Role.OFFERED and not part.content_id for role, part in steps)


def _people_label(people: tuple[Address, ...], *, outward: bool) -> str:
    names = ", ".join(person.name or person.address for person in people[:3])
    if outward:
        return _("À : %(people)s") % {"people": names or _("personne")}
    return names or _("Expéditeur inconnu")
