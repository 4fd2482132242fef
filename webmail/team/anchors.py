"""Which conversation something belongs to, whatever becomes of the index: by the Message-ID of one message.

A message without one goes by what it keeps wherever it is moved (sync/facts.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from webmail.imap import UidSet
from webmail.models import IndexedMessage, MessageReference
from webmail.sync.facts import unpacked


@dataclass(frozen=True)
class Anchor:
    """A message that stands for its conversation."""

    mailbox_id: int
    message_id: str
    identifier: int

    @classmethod
    def of(cls, row: IndexedMessage) -> "Anchor":
        return cls(row.mailbox_id, row.message_id, unpacked(row.identifiers)[0])

    @property
    def columns(self) -> dict[str, object]:
        """As the models of team.py have them."""
        return {
            "mailbox_id": self.mailbox_id,
            "message_id": self.message_id,
            "identifier": self.identifier,
        }


def of_picked(mailbox_id: int, places: Mapping[int, UidSet]) -> dict[int, Anchor]:
    """The latest of these messages (UIDs by folder) of each conversation, by its number."""
    found: dict[int, Anchor] = {}
    for folder_id, uids in places.items():
        for chunk in uids.chunks(500):
            rows = IndexedMessage.objects.filter(
                mailbox_id=mailbox_id, folder_id=folder_id, uid__in=list(chunk)
            ).order_by("received_at")
            found.update((row.conversation, Anchor.of(row)) for row in rows)
    return found


def identifiers(mailbox_id: int, conversations: Iterable[int]) -> QuerySet[MessageReference, int]:
    """What the messages of these conversations bear or name, for another query."""
    names = MessageReference.objects.filter(mailbox=mailbox_id, conversation__in=conversations)
    return names.values_list("identifier", flat=True)


def conversations(mailbox_id: int, wanted: Iterable[int]) -> dict[int, int]:
    """The numbers of the conversations that these identifiers belong to now."""
    names = MessageReference.objects.filter(mailbox=mailbox_id, identifier__in=wanted)
    return dict(names.values_list("identifier", "conversation"))
