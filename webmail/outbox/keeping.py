"""A message is accepted: from here on it leaves, unless the person takes it back in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from mailboxes.models import Mailbox
from webmail import drafts
from webmail.composing.compose import ComposedMessage
from webmail.models import Draft, OutgoingMessage, OutgoingRecipient
from webmail.outbox import spool
from webmail.outbox.hints import hint

# By the composer's mode (answers.MODES).
MARKS = {
    "reply": OutgoingMessage.Mark.ANSWERED,
    "reply_all": OutgoingMessage.Mark.ANSWERED,
    "forward": OutgoingMessage.Mark.FORWARDED,
}


@dataclass(frozen=True)
class Origin:
    """The message that is answered or forwarded; `uid_validity` is 0 where unknown.

    `mailbox` is the number of another one than the message leaves from, else None.
    """

    folder: str
    uid: int
    uid_validity: int = 0
    mark: str = OutgoingMessage.Mark.ANSWERED
    mailbox: int | None = None


@dataclass(frozen=True)
class Plan:
    """When it leaves: `hold` from now on, or at `at`; and whether delivery reports are asked for."""

    hold: timedelta = timedelta()
    at: datetime | None = None
    wants_reports: bool = False

    def due_at(self, now: datetime) -> datetime:
        """Where a mail server wants the person's password, nobody could send it later."""
        if settings.MAIL_AUTH == "password":
            return now
        return self.at or now + self.hold


NOW = Plan()


@dataclass(frozen=True)
class Leaving:
    """The draft that leaves; `sent_as` is the digest of what it said (views/composing/sheets.py)."""

    draft: Draft
    sent_as: str


def queue(
    mailbox: Mailbox,
    person: User,
    composed: ComposedMessage,
    token: str | UUID,
    origin: Origin | None = None,
    plan: Plan = NOW,
    leaving: Leaving | None = None,
) -> OutgoingMessage | None:
    """Keeps the message for sending; the same form `token` again returns the first row.

    The draft it was stays until the message has left; None when it had left already, for the second of
    two clicks. Raises SpoolFull.
    """
    known = OutgoingMessage.objects.filter(token=token).first()
    if known is not None:
        return known
    name, size = spool.write(composed.pieces())
    draft_id = leaving.draft.pk if leaving else None
    facts = _facts(composed, origin, plan) | {"spool": name, "size": size, "draft_id": draft_id}
    row = OutgoingMessage(token=token, mailbox=mailbox, person=person, **facts)
    try:
        is_new = _written(row, composed.recipients, leaving)
    except IntegrityError:  # the other click was quicker
        is_new = False
    if is_new:
        return row
    spool.remove(name)
    return OutgoingMessage.objects.filter(token=token).first()


@transaction.atomic
def _written(row: OutgoingMessage, addresses: Iterable[str], leaving: Leaving | None) -> bool:
    if leaving is not None and not drafts.leave(leaving.draft, leaving.sent_as):
        return False
    row.save(force_insert=True)
    OutgoingRecipient.objects.bulk_create(
        OutgoingRecipient(message=row, address=address) for address in addresses
    )
    transaction.on_commit(lambda: hint(row))
    return True


def _facts(composed: ComposedMessage, origin: Origin | None, plan: Plan) -> dict[str, Any]:
    origin = origin or Origin("", 0)
    return {
        "sender": composed.sender,
        "message_id": composed.message_id,
        "subject": composed.subject[:998],
        "answers_folder": origin.folder,
        "answers_uid": origin.uid or None,
        "answers_uid_validity": origin.uid_validity,
        "answers_in": origin.mailbox,
        "answers_mark": origin.mark,
        "due_at": plan.due_at(timezone.now()),
        "planned_for": plan.at,
        "wants_reports": plan.wants_reports,
    }
