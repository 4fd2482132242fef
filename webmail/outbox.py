"""Owns every state of a message on its way out.

    queued ──claim──▶ sending ──┬─▶ sent        (some recipients may be refused, each with its reason)
      ▲                         ├─▶ refused     (every recipient was refused)
      └──── temporary failure ──┤
                                └─▶ uncertain   (the connection broke after DATA: never resent by itself)

The row is the truth; Celery only hints. `send` and `file_copy` can run any number of times.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from accounts.models import User
from mailboxes.models import Mailbox
from mailboxes.tokens import mail_token
from webmail import imap, smtp
from webmail.access import mailbox_for, own_mailbox
from webmail.compose import ComposedMessage
from webmail.errors import DeliveryUncertain, MailError, MessageGone, SubmissionUnavailable
from webmail.models import Folder, OutgoingMessage, OutgoingRecipient

log = logging.getLogger(__name__)

State = OutgoingMessage.State
GIVE_UP_AFTER = timedelta(hours=48)
CLAIM_LASTS = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)


def queue(
    mailbox: Mailbox,
    person: User,
    composed: ComposedMessage,
    token: str,
    answers: tuple[str, int] | None = None,
) -> OutgoingMessage:
    """Keeps the message for sending; the same form `token` again returns the first row.

    `answers` is (folder, uid) of the message it replies to.
    """
    with transaction.atomic():
        message, created = OutgoingMessage.objects.get_or_create(
            token=token,
            defaults={
                "mailbox": mailbox,
                "person": person,
                "sender": composed.sender,
                "message_id": composed.message_id,
                "subject": composed.subject[:998],
                "raw": composed.raw,
                "answers_folder": answers[0] if answers else "",
                "answers_uid": answers[1] if answers else None,
                "due_at": timezone.now(),
            },
        )
        if created:
            OutgoingRecipient.objects.bulk_create(
                OutgoingRecipient(message=message, address=address)
                for address in composed.recipients
            )
        transaction.on_commit(lambda: hint(message.pk))
    return message


def hint(message_id: int) -> None:
    """Asks a worker to look at this row now; without Redis the beat's sweep finds it later."""
    try:
        # By name: the tasks import this module.
        current_app.send_task("webmail.tasks.send_outgoing", [message_id])
    except (OperationalError, OSError) as error:
        log.warning("outbox: no hint for message %s: %s", message_id, error)


def sweep() -> None:
    """What a hint lost: rows that are due, copies not filed yet, claims whose worker died."""
    now = timezone.now()
    OutgoingMessage.objects.filter(state=State.SENDING, claimed_at__lt=now - CLAIM_LASTS).update(
        state=State.UNCERTAIN, detail=_("L’envoi a été interrompu.")
    )
    due = Q(state=State.QUEUED) | Q(state=State.SENT, filed_at=None)
    for message_id in OutgoingMessage.objects.filter(due, due_at__lte=now).values_list(
        "pk", flat=True
    ):
        hint(message_id)


def send(message_id: int) -> None:
    """Delivers the message when this call wins the claim, then files the copy in Sent."""
    if _claim(message_id):
        message = OutgoingMessage.objects.select_related("mailbox", "person").get(pk=message_id)
        _deliver(message)
    file_copy(message_id)


def _claim(message_id: int) -> bool:
    now = timezone.now()
    due = OutgoingMessage.objects.filter(pk=message_id, state=State.QUEUED, due_at__lte=now)
    return due.update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1) == 1


def _deliver(message: OutgoingMessage) -> None:
    waiting = message.recipients.filter(state=OutgoingRecipient.State.WAITING)
    addresses = list(waiting.values_list("address", flat=True))
    try:
        mailbox_for(message.person, message.mailbox_id)
        token = mail_token(message.mailbox.address, own_mailbox(message.person).address)
        outcome = asyncio.run(
            smtp.deliver(
                bytes(message.raw), message.mailbox.address, token, message.sender, addresses
            )
        )
    except Http404:
        _settle(
            message,
            State.REFUSED,
            _("Cette boîte n’est plus accessible à la personne qui écrivait."),
        )
    except SubmissionUnavailable as error:
        _retry_later(message, str(error))
    except DeliveryUncertain as error:
        _settle(message, State.UNCERTAIN, str(error))
    else:
        _record(message, outcome)


def _record(message: OutgoingMessage, outcome: smtp.Outcome) -> None:
    kept = OutgoingRecipient.State
    with transaction.atomic():
        message.recipients.filter(address__in=outcome.accepted).update(state=kept.ACCEPTED)
        for address, words in outcome.refused.items():
            message.recipients.filter(address=address).update(state=kept.REFUSED, reply=words)
        state = State.SENT if outcome.accepted else State.REFUSED
        _settle(message, state, "")


def _settle(message: OutgoingMessage, state: str, detail: str) -> None:
    claimed = OutgoingMessage.objects.filter(pk=message.pk, state=State.SENDING)
    claimed.update(state=state, detail=detail, claimed_at=None)


def _retry_later(message: OutgoingMessage, detail: str) -> None:
    now = timezone.now()
    if now - message.created_at > GIVE_UP_AFTER:
        _settle(message, State.REFUSED, detail)
        return
    claimed = OutgoingMessage.objects.filter(pk=message.pk, state=State.SENDING)
    claimed.update(
        state=State.QUEUED, detail=detail, claimed_at=None, due_at=now + _wait(message.attempts)
    )


def _wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def file_copy(message_id: int) -> None:
    """Puts the copy in Sent and marks the answered message, once; a failure waits for the sweep."""
    now = timezone.now()
    unfiled = OutgoingMessage.objects.filter(pk=message_id, state=State.SENT, filed_at=None)
    if unfiled.filter(due_at__lte=now).update(due_at=now + CLAIM_LASTS) != 1:
        return
    message = unfiled.select_related("mailbox", "person").get()
    try:
        _file(message)
    except MailError as error:
        log.warning("outbox: copy of message %s not filed yet: %s", message_id, error)
        unfiled.update(due_at=now + FIRST_WAIT)
    else:
        unfiled.update(filed_at=timezone.now(), raw=b"")


def _file(message: OutgoingMessage) -> None:
    person = own_mailbox(message.person).address
    with imap.session(message.mailbox.address, person) as mail:
        sent = next(f.name for f in mail.folders() if f.special_use == Folder.Use.SENT)
        mail.select(sent)
        # A worker may have died between APPEND and our row: the server knows.
        if not mail.has_message_id(message.message_id):
            mail.append(sent, bytes(message.raw), ["\\Seen"], message.created_at)
        if message.answers_uid is not None:
            _mark_answered(mail, message.answers_folder, message.answers_uid)


def _mark_answered(mail: imap.MailSession, folder: str, uid: int) -> None:
    try:
        mail.select(folder, readonly=False)
        mail.add_flags([uid], ["\\Answered"])
    except MessageGone:
        log.info("outbox: the answered message's folder is gone")


def retry_now(message: OutgoingMessage) -> None:
    """The person's own choice for what waits, was refused or is uncertain."""
    again = OutgoingMessage.objects.filter(
        pk=message.pk, state__in=[State.QUEUED, State.REFUSED, State.UNCERTAIN]
    )
    with transaction.atomic():
        if again.update(state=State.QUEUED, due_at=timezone.now(), detail="") == 1:
            message.recipients.filter(state=OutgoingRecipient.State.REFUSED).update(
                state=OutgoingRecipient.State.WAITING, reply=""
            )
            transaction.on_commit(lambda: hint(message.pk))


def discard(message: OutgoingMessage) -> bool:
    """Deletes what did not leave; False when a worker claimed it meanwhile."""
    with transaction.atomic():
        kept = OutgoingMessage.objects.select_for_update().filter(
            pk=message.pk, state__in=[State.QUEUED, State.REFUSED, State.UNCERTAIN]
        )
        found = kept.first()
        if found is not None:
            found.delete()
    return found is not None


def in_transit(mailbox: Mailbox) -> list[OutgoingMessage]:
    """What the outbox page shows: all that has not left, newest first, and refusals of the last week."""
    week_ago: datetime = timezone.now() - timedelta(days=7)
    partly = Q(
        state=State.SENT, recipients__state=OutgoingRecipient.State.REFUSED, created_at__gt=week_ago
    )
    shown = ~Q(state=State.SENT) | partly
    rows = mailbox.outgoing.filter(shown).distinct().defer("raw").prefetch_related("recipients")
    return list(rows.order_by("-created_at"))
