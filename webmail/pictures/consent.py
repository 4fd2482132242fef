"""Whether a reader agreed to the remote pictures of a message: once, or always from its sender."""

from collections.abc import Sequence

from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet

from accounts.models import User
from config.prepared import Prepared, slot_for
from webmail.message.readable import ReadableMessage
from webmail.models import PictureSender
from webmail.readable.cautions import Flags

SESSION_KEY = "pictures"
REMEMBERED = 200  # messages in one session
# Mailbox, folder and UID; of a message inside a message also its section.
Place = Sequence[int | str]
PERSON = slot_for(PictureSender, "person", "person")
ADDRESS = slot_for(PictureSender, "address", "address")


def _from_sender() -> QuerySet[PictureSender]:
    return PictureSender.objects.filter(person=PERSON, address=ADDRESS)


AGREED = Prepared(_from_sender)


def show_once(session: SessionBase, place: Place) -> None:
    """For this message, until the session ends."""
    agreed = [known for known in session.get(SESSION_KEY, []) if known != list(place)]
    session[SESSION_KEY] = [*agreed, list(place)][-REMEMBERED:]


def agreed_once(session: SessionBase, place: Place) -> bool:
    return list(place) in session.get(SESSION_KEY, [])


def show_always(person: User, sender: str) -> None:
    """For every message from this address, from now on."""
    PictureSender.objects.get_or_create(person=person, address=sender.lower()[:254])


def forget(person: User, sender_id: int) -> bool:
    """False when it is not one of this person's."""
    deleted, _ = PictureSender.objects.filter(person=person, pk=sender_id).delete()
    return bool(deleted)


def agreed(
    person: User,
    session: SessionBase,
    place: Sequence[int],
    message: ReadableMessage,
    flags: Flags,
) -> bool:
    """A sender's address that may be forged opens nothing by itself."""
    if agreed_once(session, place):
        return True
    sender = sender_of(message)
    return (
        bool(sender)
        and not is_doubtful(flags)
        and AGREED.first(person=person.pk, address=sender) is not None
    )


def sender_of(message: ReadableMessage) -> str:
    """The one address that can be trusted to show pictures; none when several wrote."""
    return message.from_[0].address.lower()[:254] if len(message.from_) == 1 else ""


def is_doubtful(flags: Flags) -> bool:
    return flags.lookalike_domain or flags.spoofed_name or flags.authentication_failed
