"""Where an opened message stands: in its conversation, and in the list it was opened from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from config.prepared import Prepared, slot_for
from webmail.lists import listing, panes, together
from webmail.lists.beside import Beside
from webmail.lists.list_address import ListAddress, View
from webmail.lists.listing import ListRow
from webmail.lists.surroundings import Surroundings
from webmail.models import Folder, FolderConversation, IndexedMessage

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
        """Names the message in forms that leave it open; see views/browsing/acting.py."""
        return f"{self.uid}.{self.folder.pk}"

    def is_before(self, row: IndexedMessage) -> bool:
        """Whether the opened message came before this one of its conversation."""
        if self.opened is None:
            return False
        return (self.opened.received_at, self.opened.uid) < (row.received_at, row.uid)

    def url_of(self, folder: Folder, uid: int) -> str:
        return panes.message_url(folder, uid) + replace(self, folder=folder).query


MAILBOX = slot_for(IndexedMessage, "mailbox", "mailbox")
FOLDER = slot_for(IndexedMessage, "folder", "folder")
UID = slot_for(IndexedMessage, "uid", "uid")
CONVERSATION = slot_for(IndexedMessage, "conversation", "conversation")


def _at() -> QuerySet[IndexedMessage]:
    return IndexedMessage.objects.filter(mailbox=MAILBOX, folder=FOLDER, uid=UID)


def _in_conversation() -> QuerySet[IndexedMessage]:
    """The latest first, without what was thrown away from elsewhere."""
    rows = IndexedMessage.objects.filter(mailbox=MAILBOX, conversation=CONVERSATION)
    put_away = Q(folder__special_use__in=PUT_AWAY) & ~Q(folder=FOLDER)
    return rows.exclude(put_away).select_related("folder").order_by("-received_at", "-uid")[:MOST]


def _row_of_conversation() -> QuerySet[FolderConversation]:
    return FolderConversation.objects.filter(
        mailbox=MAILBOX, folder=FOLDER, conversation=CONVERSATION
    )


AT = Prepared(_at)
IN_CONVERSATION = Prepared(_in_conversation)
ROW = Prepared(_row_of_conversation)


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
    seen = {opened.message_id}
    for row in IN_CONVERSATION.rows(**_names(opened)):
        is_copy = bool(row.message_id) and row.message_id in seen
        if (row.folder_id, row.uid) != (opened.folder_id, opened.uid) and not is_copy:
            seen.add(row.message_id)
            yield row


def _names(opened: IndexedMessage) -> dict[str, int]:
    """What names its conversation in its folder."""
    return {
        "mailbox": opened.mailbox_id,
        "folder": opened.folder_id,
        "conversation": opened.conversation,
    }


def neighbours(around: Surroundings, place: Place, boxes: Sequence[Beside] = ()) -> tuple[str, str]:
    """Addresses of what stands above and below in the list; "" at its ends, or when it is not in it.

    `boxes` are those of the list of all mailboxes.
    """
    if place.opened is None or place.listed_id != place.folder.pk:
        return "", ""
    label = around.label(place.address.label)
    view = around.view(place.address)
    row = _row(place.opened, view)
    if row is None:
        return "", ""
    if place.address.together:
        above, below = together.neighbours(boxes, place.address, view, row)
        return _url(place, above), _url(place, below)
    keyword = label.keyword if label else ""
    above, below = listing.neighbours(place.folder, place.address, view, row, keyword)
    return _url(place, above), _url(place, below)


def _row(opened: IndexedMessage, view: View) -> ListRow | None:
    return opened if view is View.MESSAGES else ROW.first(**_names(opened))


def _url(place: Place, row: ListRow | None) -> str:
    if row is None:
        return ""
    uid = row.last_uid if isinstance(row, FolderConversation) else row.uid
    here = row.folder_id == place.folder.pk
    folder = place.folder if here else Folder(pk=row.folder_id, mailbox_id=row.mailbox_id)
    return place.url_of(folder, uid)
