"""Where an opened message stands: in its conversation, and in the list it was opened from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from config.prepared import Prepared, Slot
from webmail import listing, panes
from webmail.list_address import ListAddress, View
from webmail.listing import ListRow
from webmail.models import Folder, FolderConversation, IndexedMessage
from webmail.surroundings import Surroundings

MOST = 300  # messages of a conversation beside the opened one
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
        return panes.beside(self.address, self.folder.pk, self.listed_id)

    @property
    def key(self) -> str:
        """Names the message in forms that leave it open; see views/acting.py."""
        return f"{self.uid}.{self.folder.pk}"

    def is_before(self, row: IndexedMessage) -> bool:
        """Whether the opened message came before this one of its conversation."""
        if self.opened is None:
            return False
        return (self.opened.received_at, self.opened.uid) < (row.received_at, row.uid)

    def url_of(self, folder: Folder, uid: int) -> str:
        return panes.message_url(folder, uid) + replace(self, folder=folder).query


def _at() -> QuerySet[IndexedMessage]:
    fields = IndexedMessage._meta  # noqa: SLF001  (public in fact)
    return IndexedMessage.objects.filter(
        mailbox=Slot("mailbox", fields.get_field("mailbox")),
        folder=Slot("folder", fields.get_field("folder")),
        uid=Slot("uid", fields.get_field("uid")),
    )


AT = Prepared(_at)


def place_of(folder: Folder, uid: int, address: ListAddress, listed_id: int) -> Place:
    opened = AT.first(mailbox=folder.mailbox_id, folder=folder.pk, uid=uid)
    return Place(folder, uid, opened, listed_id or folder.pk, address)


def others(place: Place) -> list[IndexedMessage]:
    """The latest other messages of the conversation in all folders, oldest first.

    Each once, whatever copies there are; nothing that was thrown away from elsewhere.
    """
    return list(_others(place.opened))[::-1] if place.opened else []


def has_others(place: Place) -> bool:
    return place.opened is not None and any(True for _row in _others(place.opened))


def _others(opened: IndexedMessage) -> Iterator[IndexedMessage]:
    rows = IndexedMessage.objects.filter(
        mailbox_id=opened.mailbox_id, conversation=opened.conversation
    ).select_related("folder")
    put_away = Q(folder__special_use__in=PUT_AWAY) & ~Q(folder_id=opened.folder_id)
    seen = {opened.message_id}
    for row in rows.exclude(put_away).order_by("-received_at", "-uid")[:MOST]:
        is_copy = bool(row.message_id) and row.message_id in seen
        if (row.folder_id, row.uid) != (opened.folder_id, opened.uid) and not is_copy:
            seen.add(row.message_id)
            yield row


def neighbours(around: Surroundings, place: Place) -> tuple[str, str]:
    """Addresses of what stands above and below in the list; "" at its ends, or when it is not in it."""
    is_listed = place.listed_id == place.folder.pk and not place.address.together
    if place.opened is None or not is_listed:
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
