"""What stands around every page of a mailbox: folders, labels, what can be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from accounts.requests import SignedInRequest
from config.links import link
from mailboxes.models import Mailbox
from webmail import imap
from webmail.access import Right, own_mailbox
from webmail.acting import taking_back
from webmail.lists import beside, panes
from webmail.lists.beside import Beside
from webmail.lists.list_address import EVERYWHERE, ListAddress
from webmail.lists.surroundings import Surroundings, folders_of, surroundings_for
from webmail.models import Folder, MailboxIndex, states
from webmail.opening.stored import StoredMessage
from webmail.presentation import initials, size_label
from webmail.push.asgi import ALL_STREAM, stream_url
from webmail.writing import sending


@dataclass(frozen=True)
class Quota:
    used_label: str
    total_label: str
    percent: int


@dataclass(frozen=True)
class LiveLink:
    """Where a page hears of changes, and the last one it shows; see static/js/live.js.

    `look_url`: which it asks now and then itself, where the mail server tells nobody; else "".
    """

    url: str
    version: str  # see webmail/push/stream.py
    look_url: str


@dataclass(frozen=True)
class Find:
    """The search box."""

    url: str
    people_url: str
    text: str
    folder_id: int  # where one is; 0 for no folder
    scope: str  # where it looks, as an address says it


@dataclass(frozen=True)
class LabelLink:
    url: str
    name: str
    colour: str
    current: bool


def open_session(request: SignedInRequest, chosen: Mailbox) -> imap.OpenSession:
    """The mail server's view of `chosen` for the person of this request."""
    return imap.session(chosen.address, _own_address(request, chosen))


def stored_message(request: SignedInRequest, folder: Folder, uid: int) -> StoredMessage:
    """The message, which is fetched when something of it is asked for; the folder is the gate's."""
    return StoredMessage(folder, uid, lambda: open_session(request, folder.mailbox))


def _own_address(request: SignedInRequest, chosen: Mailbox) -> str:
    """Most mailboxes that people open are their own: nothing more is asked for them."""
    is_own = chosen.owner_id == request.user.pk
    return chosen.address if is_own else own_mailbox(request.user).address


def shell_of(request: SignedInRequest, mailbox_id: int, right: Right) -> dict[str, Any]:
    """For pages that show no folder. Raises Http404."""
    around = surroundings_for(request.user, mailbox_id, right)
    return shell_context(request, around, folders_of(around.mailbox))


def shell_context(
    request: SignedInRequest,
    around: Surroundings,
    folders: Iterable[Folder],
    current: Folder | None = None,
    address: ListAddress | None = None,
) -> dict[str, Any]:
    """Asks the database nothing more than `folders` does, and once for those who have other mailboxes."""
    chosen, known = around.mailbox, list(folders)
    is_together = address is not None and address.together
    boxes = beside.beside(request.user) if around.has_others or is_together else []
    listed = None if address and address.several else current
    return {
        "mailbox": {"label": chosen.name, "address": chosen.address},
        "own_initials": initials(request.user.get_full_name(), request.user.get_username()),
        "folders": panes.folder_links(chosen, known, listed),
        "labels": list(_labels(around, known, current, address)),
        "folders_url": _url_for(around, Right.WRITE, "folders"),
        # Who may not write here writes from their own mailbox.
        "compose_url": _url_for(around, Right.SEND, "compose") or link("write_to"),
        "outbox_url": _url_for(around, Right.SEND, "outbox"),
        "outbox_count": around.in_transit,
        "quota": _quota(around.index),
        "boxes": boxes,
        "beside": beside.links(boxes, None if is_together else chosen),
        "together": beside.together_link(boxes, current=is_together),
        "arrange_url": link("arrange_mailboxes"),
        "team": None if is_together else around.team,
        "states": states.tags() if around.team else [],
        "calls_count": around.calls,
        "called_url": link("called") if around.calls or around.has_others else "",
        "is_own": chosen.owner_id == request.user.pk,
        "may_write": around.right >= Right.WRITE,
        "may_manage": around.right >= Right.MANAGE,
        "preferences": around.preferences,
        "find": _find(chosen, current, address),
        "sending": sending.offered(request, chosen),
        "banner": around.banner,
        "undo": taking_back.offered(request),
        "live": _live_of_all(boxes) if is_together else _live(chosen, around.index, boxes),
    }


def _url_for(around: Surroundings, right: Right, page: str) -> str:
    """Empty where the page is not for this person."""
    return link(page, around.mailbox.pk) if around.right >= right else ""


def _live(chosen: Mailbox, index: MailboxIndex | None, boxes: list[Beside]) -> LiveLink:
    is_foreign = settings.MAIL_AUTH == "password"
    look_url = link("look_again", chosen.pk) if is_foreign else ""
    version = beside.version(index.changes if index else 0, beside.standing_mark(boxes))
    return LiveLink(stream_url(chosen.pk), version, look_url)


def _live_of_all(boxes: list[Beside]) -> LiveLink:
    changes = sum(box.changes for box in beside.together(boxes))
    return LiveLink(ALL_STREAM, beside.version(changes, beside.standing_mark(boxes)), "")


def _find(chosen: Mailbox, current: Folder | None, address: ListAddress | None) -> Find:
    """A search goes on where the last one looked; a new one looks everywhere."""
    return Find(
        url=link("search", chosen.pk),
        people_url=link("correspondents", chosen.pk),
        text=address.search if address else "",
        folder_id=current.pk if current else 0,
        scope=address.scope if address and (address.search or address.together) else EVERYWHERE,
    )


def _labels(
    around: Surroundings,
    folders: list[Folder],
    current: Folder | None,
    address: ListAddress | None,
) -> Iterable[LabelLink]:
    """A label narrows the list of the folder that is shown, else of the INBOX."""
    inbox = next((it for it in folders if it.special_use == Folder.Use.INBOX), None)
    shown = current or inbox
    if shown is None:
        return
    bare_url = panes.folder_url(shown.mailbox_id, shown.pk)
    for label in around.labels:
        url = bare_url + ListAddress(label=label.id).query
        is_current = address is not None and address.label == label.id
        yield LabelLink(url, label.name, label.colour, is_current)


def _quota(index: MailboxIndex | None) -> Quota | None:
    if index is None or not index.storage_limit or index.storage_used is None:
        return None
    used, limit = index.storage_used, index.storage_limit
    percent = min(100, round(100 * used / limit))
    return Quota(size_label(used << 10), size_label(limit << 10), percent)
