"""What the folder pane and the list pane show, as plain values for the templates."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from config.links import link
from mailboxes.models import Mailbox
from webmail.lists import folder_order
from webmail.lists.folder_order import Placed
from webmail.lists.labels import LabelTag
from webmail.lists.list_address import ListAddress, Order
from webmail.lists.listing import ListRow
from webmail.models import Folder, FolderConversation, IndexedMessage, states
from webmail.models.folders import indented
from webmail.models.states import StateTag
from webmail.presentation import day_label, hue, initials, local, short_date
from webmail.syntax.addresses import Address
from webmail.team.assigning import Assigned

ICONS = {
    "inbox": "inbox",
    "drafts": "file-text",
    "sent": "send",
    "archive": "archive",
    "junk": "shield-alert",
    "trash": "trash-2",
}
# After "g", as in the mail programs people know; see static/js/shortcuts.js.
GO_KEYS = {"inbox": "i", "drafts": "d", "sent": "t", "archive": "a", "junk": "s", "trash": "c"}
OUTWARD = {"sent", "drafts"}
NAMES_SHOWN = 3
LONGEST = 300  # characters of a subject or of names: a row shows one line

LAST_ZERO = "0/"  # of an address made for number 0, where each row's own number goes


@dataclass
class FolderLink:
    """Not frozen, as `Row`."""

    id: int
    url: str
    label: str
    icon: str
    unread: int
    total: int
    current: bool
    step: int
    is_own: bool
    special: str
    key: str

    @property
    def indented(self) -> str:
        return indented(self.label, self.step)


@dataclass
class Row:
    """One conversation or one message of the list; `key` names it in forms ("c12", "m34").

    Nobody changes it, but it is not frozen: each field of a frozen one takes six times as long to set, which
    was a quarter of the making of a page's rows.
    """

    key: str
    url: str
    current: bool
    unread: bool
    starred: bool
    answered: bool
    forwarded: bool
    has_attachment: bool
    sender: str
    count: int
    initials: str
    hue: int
    subject: str
    snippet: str
    date_label: str
    date_iso: str
    external: bool
    draft: bool
    labels: list[LabelTag]
    place: str = ""  # its folder, among what was found in several
    box: str = ""  # its mailbox, among those that are read together
    may_act: bool = True
    state: StateTag | None = None  # of a team's work
    assigned: Assigned | None = None  # who sees to it


@dataclass(frozen=True)
class Group:
    label: str
    rows: list[Row] = field(default_factory=list)


def folder_links(
    mailbox: Mailbox, folders: Iterable[Folder], current: Folder | None
) -> list[FolderLink]:
    beginning = folder_url(mailbox.pk, 0).removesuffix(LAST_ZERO)
    return [_folder_link(beginning, it, current) for it in folder_order.placed(folders)]


def targets(links: Iterable[FolderLink], here: int) -> list[FolderLink]:
    """Where messages of the folder `here` may go. Other folders of a person stay, without address: what
    lies in them stands below."""
    closed = (replace(it, url="") if it.id == here else it for it in links)
    return [it for it in closed if it.url or it.is_own]


def _folder_link(beginning: str, placed: Placed, current: Folder | None) -> FolderLink:
    folder = placed.folder
    return FolderLink(
        id=folder.pk,
        url=f"{beginning}{folder.pk}/" if folder.selectable else "",
        label=folder.label,
        icon=ICONS.get(folder.special_use, "folder"),
        unread=0 if folder.special_use in {"drafts", "sent", "trash"} else folder.unseen,
        total=folder.messages,
        current=current is not None and folder.pk == current.pk,
        step=folder.step,
        is_own=placed.is_own,
        special=folder.special_use,
        key=GO_KEYS.get(folder.special_use, ""),
    )


def folder_url(mailbox_id: int, folder_id: int, address: ListAddress | None = None) -> str:
    """Of the list that `address` describes there; that of all mailboxes has one of its own."""
    together = address is not None and address.together
    url = link("all_mail") if together else link("folder", mailbox_id, folder_id)
    return f"{url}{address.query}" if address else url


def message_url(folder: Folder, uid: int, address: ListAddress | None = None) -> str:
    url = link("message", folder.mailbox_id, folder.pk, uid)
    return f"{url}{address.query}" if address else url


def beside(address: ListAddress, folder_id: int, listed_id: int) -> str:
    """What the address of a message of one folder adds, so that the same list stays beside it."""
    is_foreign = listed_id != folder_id and not address.together
    foreign = [("liste", str(listed_id))] if is_foreign else []
    pairs = [*address.pairs, *foreign]
    return f"?{urlencode(pairs)}" if pairs else ""


def grouped(rows: Iterable[tuple[datetime, Row]], order: Order, now: datetime) -> list[Group]:
    """Rows by date stand under the headings of their days; others under none. Times are local."""
    if order not in {Order.NEWEST, Order.OLDEST}:
        alone = [row for _moment, row in rows]
        return [Group("", alone)] if alone else []
    rows = list(rows)
    days = {moment.date() for moment, _row in rows}
    labels = {day: day_label(day, now.date()) for day in days}
    found = groupby(rows, key=lambda item: labels[item[0].date()])
    return [Group(label, [row for _moment, row in items]) for label, items in found]


@dataclass(frozen=True)
class RowMaker:
    """Makes the rows of one page: `opened` is shown beside the list, `now` is local.

    `folders` are those of the mailbox, by number.
    """

    folder: Folder
    folders: Mapping[int, Folder]
    own_address: str
    address: ListAddress
    labels: Mapping[str, LabelTag]
    opened: IndexedMessage | None
    now: datetime
    assigned: Mapping[int, Assigned] | None  # by conversation; None without a team

    @cached_property
    def _beginning(self) -> str:
        """Of the addresses of all messages of the folder."""
        return message_url(self.folder, 0).removesuffix(LAST_ZERO)

    @cached_property
    def _query(self) -> str:
        return self.address.query

    @cached_property
    def _language(self) -> str | None:
        return get_language()

    def rows(self, found: Iterable[ListRow]) -> list[tuple[datetime, Row]]:
        return [self._dated(row) for row in found]

    def _dated(self, row: ListRow) -> tuple[datetime, Row]:
        if isinstance(row, FolderConversation):
            place = f".{row.folder_id}" if self.address.together else ""
            return self._row(row, row.last_date, f"c{row.conversation}{place}", row.last_uid)
        place = f".{row.folder_id}" if self.address.several else ""
        return self._row(row, row.received_at, f"m{row.uid}{place}", row.uid)

    def _row(self, row: ListRow, at: datetime, key: str, uid: int) -> tuple[datetime, Row]:
        moment, outward = local(at), self._is_outward(row)
        people = self._people(row, outward=outward)
        first = next((one for one in people if one.address != self.own_address), people[0])
        return moment, Row(
            key=key,
            url=self._url(row, uid),
            current=self._is_opened(row),
            unread=row.unread > 0 if isinstance(row, FolderConversation) else not row.seen,
            starred=bool(row.flagged),
            answered=row.answered,
            forwarded=row.forwarded,
            has_attachment=row.has_attachments,
            sender=self._names(people, outward=outward),
            count=row.total if isinstance(row, FolderConversation) else 1,
            initials=initials(first.name, first.address),
            hue=hue(first.address),
            subject=row.subject[:LONGEST] or _("(sans objet)"),
            snippet=row.snippet or "",
            date_label=short_date(moment, self.now, self._language),
            date_iso=moment.isoformat(),
            external=row.is_external and not outward,
            draft=row.draft,
            labels=self._labels(row.keywords) if row.keywords else [],
            place=self._place(row),
            **self._work(row),
        )

    def _labels(self, keywords: str) -> list[LabelTag]:
        return [self.labels[it] for it in keywords.lower().split() if it in self.labels]

    def _work(self, row: ListRow) -> dict[str, Any]:
        """What a team's list says more."""
        if self.assigned is None:
            return {}
        state = states.of(row.keywords)
        tag = states.tag(state) if state else None
        return {"state": tag, "assigned": self.assigned.get(row.conversation)}

    def _url(self, row: ListRow, uid: int) -> str:
        """Beside this list, which may be of another folder than the message."""
        if row.folder_id == self.folder.pk:
            return f"{self._beginning}{uid}/{self._query}"
        url = link("message", row.mailbox_id, row.folder_id, uid)
        return url + beside(self.address, row.folder_id, self.folder.pk)

    def _is_outward(self, row: ListRow) -> bool:
        return self._folder(row).special_use in OUTWARD

    def _folder(self, row: ListRow) -> Folder:
        """A message may have left for a folder that came after these were read."""
        return self.folders.get(row.folder_id, self.folder)

    def _place(self, row: ListRow) -> str:
        return self._folder(row).label if self.address.everywhere else ""

    def _is_opened(self, row: ListRow) -> bool:
        if self.opened is None:
            return False
        if isinstance(row, FolderConversation):
            return row.conversation == self.opened.conversation
        return (row.folder_id, row.uid) == (self.opened.folder_id, self.opened.uid)

    def _people(self, row: ListRow, *, outward: bool) -> list[Address]:
        """In Sent and Drafts the recipients, else the authors, first come first; at least one."""
        if outward:
            found = [_recipient(line) for line in row.recipients.splitlines()]
        elif isinstance(row, FolderConversation):
            authors = json.loads(row.participants)
            found = [Address(name, address) for name, address, _count in authors]
        else:
            found = [Address(row.sender_name, row.sender_address)]
        return found or [Address("", "")]

    def _names(self, people: list[Address], *, outward: bool) -> str:
        shown = [self._name(one, alone=len(people) == 1) for one in people]
        names = ", ".join(name for name in shown[:NAMES_SHOWN] if name)[:LONGEST]
        if len(shown) > NAMES_SHOWN:
            more = {"names": names, "more": len(shown) - NAMES_SHOWN}
            names = _("%(names)s et %(more)s de plus") % more
        if outward:
            return _("À : %(people)s") % {"people": names or _("personne")}
        return names or _("Expéditeur inconnu")

    def _name(self, one: Address, *, alone: bool) -> str:
        if one.address == self.own_address and not alone:
            return _("moi")
        return one.name or one.address


def _recipient(line: str) -> Address:
    """From "Name <address>", as the index writes it."""
    name, _bracket, address = line.rpartition("<")
    return Address(name.strip(), address.removesuffix(">"))
