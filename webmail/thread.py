"""Where an opened message stands: in its conversation, and in the list it was opened from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone

from webmail import listing, panes
from webmail.list_address import ListAddress, View
from webmail.listing import ListRow
from webmail.models import Folder, FolderConversation, IndexedMessage
from webmail.presentation import hue, initials, local, short_date
from webmail.surroundings import Surroundings

MOST = 100  # messages of a conversation named beside the opened one
PUT_AWAY = (Folder.Use.TRASH, Folder.Use.JUNK)


@dataclass(frozen=True)
class Place:
    """A message of `folder`, opened from the list of the folder `listed_id` (most often the same)."""

    folder: Folder
    uid: int
    opened: IndexedMessage | None  # None while the index does not know it
    listed_id: int
    address: ListAddress

    @property
    def query(self) -> str:
        """What an address adds, so that the same list stays beside the message."""
        foreign = [("liste", str(self.listed_id))] if self.listed_id != self.folder.pk else []
        pairs = [*self.address.pairs, *foreign]
        return f"?{urlencode(pairs)}" if pairs else ""

    def url_of(self, folder: Folder, uid: int) -> str:
        return panes.message_url(folder, uid) + replace(self, folder=folder).query


@dataclass(frozen=True)
class ThreadLine:
    """Another message of the conversation, in one line."""

    url: str
    sender: str
    initials: str
    hue: int
    snippet: str
    date_label: str
    date_iso: str
    unread: bool


def place_of(folder: Folder, uid: int, address: ListAddress, listed_id: int) -> Place:
    opened = IndexedMessage.objects.filter(
        mailbox_id=folder.mailbox_id, folder_id=folder.pk, uid=uid
    ).first()
    return Place(folder, uid, opened, listed_id or folder.pk, address)


def lines(place: Place) -> tuple[list[ThreadLine], list[ThreadLine]]:
    """The messages of the conversation before and after the opened one, oldest first."""
    before: list[ThreadLine] = []
    after: list[ThreadLine] = []
    if place.opened is not None:
        now, mark = local(timezone.now()), (place.opened.received_at, place.uid)
        for row in _others(place, place.opened):
            side = before if (row.received_at, row.uid) < mark else after
            side.append(_line(place, row, now))
    return before, after


def _others(place: Place, opened: IndexedMessage) -> Iterator[IndexedMessage]:
    """Each message once, whatever copies there are; nothing that was thrown away from elsewhere."""
    rows = IndexedMessage.objects.filter(
        mailbox_id=opened.mailbox_id, conversation=opened.conversation
    ).select_related("folder")
    put_away = Q(folder__special_use__in=PUT_AWAY) & ~Q(folder_id=opened.folder_id)
    seen = {opened.message_id}
    for row in rows.exclude(put_away).order_by("received_at", "uid")[:MOST]:
        is_copy = bool(row.message_id) and row.message_id in seen
        if (row.folder_id, row.uid) != (opened.folder_id, opened.uid) and not is_copy:
            seen.add(row.message_id)
            yield row


def _line(place: Place, row: IndexedMessage, now: datetime) -> ThreadLine:
    moment = local(row.received_at)
    return ThreadLine(
        url=place.url_of(row.folder, row.uid),
        sender=row.sender_name or row.sender_address,
        initials=initials(row.sender_name, row.sender_address),
        hue=hue(row.sender_address),
        snippet=row.snippet or "",
        date_label=short_date(moment, now),
        date_iso=moment.isoformat(),
        unread=not row.seen,
    )


def neighbours(around: Surroundings, place: Place) -> tuple[str, str]:
    """Addresses of what stands above and below in the list; "" at its ends, or when it is not in it."""
    if place.opened is None or place.listed_id != place.folder.pk:
        return "", ""
    label = around.label(place.address.label)
    view = around.view(place.address)
    row = _row(place.opened, view)
    if row is None:
        return "", ""
    keyword = label.keyword if label else ""
    above, below = listing.neighbours(place.folder, place.address, view, row, keyword)
    return _url(place, above), _url(place, below)


def _row(opened: IndexedMessage, view: View) -> ListRow | None:
    if view is View.MESSAGES:
        return opened
    return FolderConversation.objects.filter(
        mailbox_id=opened.mailbox_id, folder_id=opened.folder_id, conversation=opened.conversation
    ).first()


def _url(place: Place, row: ListRow | None) -> str:
    if row is None:
        return ""
    uid = row.last_uid if isinstance(row, FolderConversation) else row.uid
    return place.url_of(place.folder, uid)
