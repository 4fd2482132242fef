"""What the person decides about a message that has not left, or perhaps not."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mailboxes.models import Mailbox
from webmail import drafts
from webmail.models import Draft, OutgoingMessage, OutgoingRecipient
from webmail.outbox import spool
from webmail.outbox.hints import hint

State = OutgoingMessage.State
AT_REST = (State.HELD, State.QUEUED, State.REFUSED, State.UNCERTAIN)


def retry_now(message: OutgoingMessage) -> bool:
    """The person's own choice for what waits, was refused or is uncertain; False when a worker has it."""
    again = OutgoingMessage.objects.filter(pk=message.pk, state__in=AT_REST)
    # Without its claim, a worker that still holds the message reports to nobody.
    fresh = {"state": State.QUEUED, "detail": "", "claimed_at": None, "handed_at": None}
    now = timezone.now()
    with transaction.atomic():
        since = {"due_at": now, "planned_for": None, "tried_since": None, "refused_at": None}
        if again.update(**fresh, **since) != 1:
            return False
        message.recipients.filter(state=OutgoingRecipient.State.REFUSED).update(
            state=OutgoingRecipient.State.WAITING, reply=""
        )
        message.due_at = now
        transaction.on_commit(lambda: hint(message))
    return True


def send_now(message: OutgoingMessage) -> bool:
    """What is held need not wait any longer; False when it is not held any more."""
    held = OutgoingMessage.objects.filter(pk=message.pk, state=State.HELD)
    return held.exists() and retry_now(message)


def take_back(message: OutgoingMessage) -> Draft | None:
    """What has left for nobody becomes what it was before: its draft. None when it is too late."""
    with transaction.atomic():
        kept = OutgoingMessage.objects.select_for_update().filter(pk=message.pk, state__in=AT_REST)
        found = kept.first()
        if found is None or found.draft_id is None or has_left_for_some(found):
            return None
        draft = drafts.come_back(found.draft_id)
        if draft is not None:
            _remove(found)
    return draft


def discard(message: OutgoingMessage) -> bool:
    """Drops what did not leave; False when a worker claimed it meanwhile.

    What some recipients already have stays, as sent to them alone, and is filed in Sent.
    """
    with transaction.atomic():
        kept = OutgoingMessage.objects.select_for_update().filter(pk=message.pk, state__in=AT_REST)
        found = kept.first()
        if found is not None and has_left_for_some(found):
            found.recipients.filter(state=OutgoingRecipient.State.WAITING).delete()
            now = timezone.now()
            kept.update(state=State.SENT, due_at=now, detail="", claimed_at=None)
            found.due_at = now
            transaction.on_commit(lambda: hint(found))
        elif found is not None:
            _remove(found)
            if found.draft_id is not None:
                drafts.end(found.draft_id)
    return found is not None


@transaction.atomic
def refuse_all_of(person: User, mailbox: Mailbox, why: str) -> None:
    """What this person wrote as `mailbox` and has not left: nobody else is answerable for it.

    What a worker has in hand is not touched: it asks for the right before each attempt.
    """
    theirs = OutgoingMessage.objects.filter(
        person=person, mailbox=mailbox, state__in=[State.HELD, State.QUEUED]
    )
    for message in theirs.select_for_update():
        left = has_left_for_some(message)
        waiting = message.recipients.filter(state=OutgoingRecipient.State.WAITING)
        waiting.update(state=OutgoingRecipient.State.REFUSED, reply="")
        now = timezone.now()
        theirs.filter(pk=message.pk).update(
            state=State.SENT if left else State.REFUSED,
            detail=why,
            claimed_at=None,
            planned_for=None,
            due_at=now,
            refused_at=now,
        )


def _remove(message: OutgoingMessage) -> None:
    name = message.spool
    OutgoingMessage.objects.filter(pk=message.pk).delete()
    transaction.on_commit(lambda: spool.remove(name))


def has_left_for_some(message: OutgoingMessage) -> bool:
    return message.recipients.filter(state=OutgoingRecipient.State.ACCEPTED).exists()
