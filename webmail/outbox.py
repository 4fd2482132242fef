"""Owns every state of a message on its way out.

    queued ──claim──▶ sending ──┬─▶ sent        (some recipients may be refused, each with its reason)
      ▲                         ├─▶ refused     (every recipient was refused, or 48 hours passed)
      └──── temporary failure ──┤
            of all or of some   └─▶ uncertain   (the connection broke after DATA: never resent by itself)

A recipient who accepted is never sent the message again: a new attempt names only those who wait.
The row is the truth; Celery only hints. `send` and `file_copy` can run any number of times.
"""

import asyncio
import logging
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from accounts import sealed_password
from accounts.models import User
from mailboxes.models import Mailbox
from mailboxes.tokens import TokenKeyUnusable
from webmail import freshness, imap, smtp
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.compose import ComposedMessage
from webmail.credentials import credentials_for
from webmail.errors import (
    DangerousText,
    DeliveryUncertain,
    LoginRefused,
    MailError,
    MessageGone,
    PasswordNeeded,
    SubmissionUnavailable,
)
from webmail.models import Folder, OutgoingMessage, OutgoingRecipient

log = logging.getLogger(__name__)

State = OutgoingMessage.State
GIVE_UP_AFTER = timedelta(hours=48)
# Longer than smtp.deliver's own limits: a claim that is older has no worker any more.
CLAIM_LASTS = timedelta(minutes=30)
FILING_LASTS = timedelta(minutes=10)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
# Seconds: the period of the sweep, so that hints do not pile up while no worker takes them.
HINT_LASTS = 15
# The person is waiting for the page; what is left goes with the next.
SENT_AT_SIGN_IN = 5
SENT_NAME = "Envoyés"
NO_ACCESS = (Http404, ObjectDoesNotExist)


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
    """Asks a worker to look at this row now; without Redis the beat's sweep finds it later.

    Where the mail server wants the person's password, no worker can: it is sent at once, or when the
    person signs in again.
    """
    if settings.MAIL_AUTH == "password":
        if sealed_password.current() is not None:
            send(message_id)
        return
    try:
        # By name: the tasks import this module.
        current_app.send_task("webmail.tasks.send_outgoing", [message_id], expires=HINT_LASTS)
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


def send_waiting(person: User) -> None:
    """What waited for the person's password."""
    due = Q(state=State.QUEUED) | Q(state=State.SENT, filed_at=None)
    theirs = OutgoingMessage.objects.filter(
        due, person=person, due_at__lte=timezone.now()
    ).order_by("created_at")
    for message_id in theirs.values_list("pk", flat=True)[:SENT_AT_SIGN_IN]:
        hint(message_id)


def send(message_id: int) -> None:
    """Delivers the message when this call wins the claim, then files the copy in Sent."""
    claimed_at = _claim(message_id)
    if claimed_at is not None:
        message = OutgoingMessage.objects.select_related("mailbox", "person").get(pk=message_id)
        message.claimed_at = claimed_at
        _deliver(message)
    file_copy(message_id)


def _claim(message_id: int) -> datetime | None:
    """The claim's moment, which tells it from any other; None when there is nothing to claim."""
    now = timezone.now()
    due = OutgoingMessage.objects.filter(pk=message_id, state=State.QUEUED, due_at__lte=now)
    won = due.update(state=State.SENDING, claimed_at=now, attempts=F("attempts") + 1) == 1
    return now if won else None


def _held(message: OutgoingMessage) -> QuerySet[OutgoingMessage]:
    """The row while this worker's claim stands, even if the sweep gave the worker up for dead."""
    return OutgoingMessage.objects.filter(
        pk=message.pk,
        claimed_at=message.claimed_at,
        state__in=[State.SENDING, State.UNCERTAIN],
    )


def _deliver(message: OutgoingMessage) -> None:
    try:
        outcome = _submit(message)
    except NO_ACCESS:
        _end(message, _("Cette boîte n’est plus accessible à la personne qui écrivait."))
    except LoginRefused:
        _end(
            message, _("Le serveur de courrier n’ouvre pas cette boîte à la personne qui écrivait.")
        )
    except PasswordNeeded:
        _wait_for_the_person(message)
    except DangerousText:
        _end(message, _("Une adresse contient un caractère interdit."))
    except TokenKeyUnusable:
        log.exception("outbox: message %s waits for the token key", message.pk)
        _retry_later(message, "")
    except SubmissionUnavailable as error:
        _retry_later(message, str(error))
    except DeliveryUncertain as error:
        _settle(message, State.UNCERTAIN, str(error))
    else:
        _record(message, outcome)


def _submit(message: OutgoingMessage) -> smtp.Outcome:
    waiting = message.recipients.filter(state=OutgoingRecipient.State.WAITING)
    addresses = list(waiting.values_list("address", flat=True))
    mailbox_for(message.person, message.mailbox_id, Right.SEND)
    # Signed in as themselves: Postfix too asks whether this person may send as that mailbox.
    person = own_mailbox(message.person).address
    credentials = credentials_for(person, person)
    raw = bytes(message.raw)
    return asyncio.run(smtp.deliver(raw, credentials, message.sender, addresses))


@transaction.atomic
def _record(message: OutgoingMessage, outcome: smtp.Outcome) -> None:
    if not _held(message).select_for_update().values_list("pk"):
        return
    kept = OutgoingRecipient.State
    message.recipients.filter(address__in=outcome.accepted).update(state=kept.ACCEPTED, reply="")
    for address, words in outcome.refused.items():
        message.recipients.filter(address=address).update(state=kept.REFUSED, reply=words)
    for address, words in outcome.postponed.items():
        message.recipients.filter(address=address).update(reply=words)
    if outcome.postponed:
        _retry_later(message, "")
    else:
        _end(message, "")


@transaction.atomic
def _end(message: OutgoingMessage, detail: str, reply: str = "") -> None:
    """Nobody waits any more: sent when at least one recipient has it, in whichever attempt."""
    if not _held(message).select_for_update().values_list("pk"):
        return
    kept = OutgoingRecipient.State
    waiting = message.recipients.filter(state=kept.WAITING)
    waiting.filter(reply="").update(reply=reply)
    waiting.update(state=kept.REFUSED)
    _settle(message, State.SENT if has_left_for_some(message) else State.REFUSED, detail)


def _settle(message: OutgoingMessage, state: str, detail: str) -> None:
    _held(message).update(state=state, detail=detail, claimed_at=None)


def _retry_later(message: OutgoingMessage, words: str) -> None:
    now = timezone.now()
    if now - message.created_at > GIVE_UP_AFTER:
        _end(message, _("Abandonné après 48 heures d’essais."), words)
        return
    due_at = now + _wait(message.attempts)
    _held(message).update(state=State.QUEUED, detail=words, claimed_at=None, due_at=due_at)


def _wait_for_the_person(message: OutgoingMessage) -> None:
    """However long: nothing was tried."""
    _held(message).update(state=State.QUEUED, detail="", claimed_at=None, due_at=timezone.now())


def _wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def file_copy(message_id: int) -> None:
    """Puts the copy in Sent and marks the answered message, once; a failure waits for the sweep."""
    now = timezone.now()
    unfiled = OutgoingMessage.objects.filter(pk=message_id, state=State.SENT, filed_at=None)
    leased = {"due_at": now + FILING_LASTS, "attempts": F("attempts") + 1}
    if unfiled.filter(due_at__lte=now).update(**leased) != 1:
        return
    message = unfiled.select_related("mailbox", "person").get()
    try:
        _file(message)
    except (MailError, TokenKeyUnusable, *NO_ACCESS) as error:
        log.warning("outbox: copy of message %s not filed yet: %s", message_id, error)
        unfiled.update(due_at=timezone.now() + _wait(message.attempts))
    else:
        unfiled.update(filed_at=timezone.now(), raw=b"")


def _file(message: OutgoingMessage) -> None:
    """As the mailbox itself: its copy stays, whatever became of the person's right since."""
    mailbox = message.mailbox.address
    with imap.session(mailbox, mailbox) as mail:
        sent = sent_folder(mail)
        mail.select(sent)
        # A worker may have died between APPEND and our row: the server knows.
        if not mail.has_message_id(message.message_id):
            mail.append(sent, bytes(message.raw), ["\\Seen"], message.created_at)
            freshness.outdate(message.mailbox)
        if message.answers_uid is not None:
            _mark_answered(mail, message.answers_folder, message.answers_uid)


def sent_folder(mail: imap.MailSession) -> str:
    """The name of Sent; made when the mailbox has none, on a server that does not see to it."""
    folders = mail.folders()
    for folder in folders:
        if folder.special_use == Folder.Use.SENT:
            return folder.name
    if SENT_NAME not in {folder.name for folder in folders}:
        mail.create_folder(SENT_NAME)
    return SENT_NAME


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
    # Without its claim, a worker that still holds the message reports to nobody.
    fresh = {"state": State.QUEUED, "due_at": timezone.now(), "detail": "", "claimed_at": None}
    with transaction.atomic():
        if again.update(**fresh) == 1:
            message.recipients.filter(state=OutgoingRecipient.State.REFUSED).update(
                state=OutgoingRecipient.State.WAITING, reply=""
            )
            transaction.on_commit(lambda: hint(message.pk))


def discard(message: OutgoingMessage) -> bool:
    """Drops what did not leave; False when a worker claimed it meanwhile.

    What some recipients already have stays, as sent to them alone, and is filed in Sent.
    """
    with transaction.atomic():
        kept = OutgoingMessage.objects.select_for_update().filter(
            pk=message.pk, state__in=[State.QUEUED, State.REFUSED, State.UNCERTAIN]
        )
        found = kept.first()
        if found is not None and has_left_for_some(found):
            found.recipients.filter(state=OutgoingRecipient.State.WAITING).delete()
            kept.update(state=State.SENT, due_at=timezone.now(), detail="", claimed_at=None)
            transaction.on_commit(lambda: hint(message.pk))
        elif found is not None:
            found.delete()
    return found is not None


def refuse_all_of(person: User, mailbox: Mailbox, why: str) -> None:
    """What this person wrote as `mailbox` and has not left: nobody else is answerable for it."""
    theirs = OutgoingMessage.objects.filter(person=person, mailbox=mailbox, state=State.QUEUED)
    for message in theirs.select_for_update():
        left = has_left_for_some(message)
        waiting = message.recipients.filter(state=OutgoingRecipient.State.WAITING)
        waiting.update(state=OutgoingRecipient.State.REFUSED, reply="")
        OutgoingMessage.objects.filter(pk=message.pk, state=State.QUEUED).update(
            state=State.SENT if left else State.REFUSED, detail=why, claimed_at=None
        )


def has_left_for_some(message: OutgoingMessage) -> bool:
    return message.recipients.filter(state=OutgoingRecipient.State.ACCEPTED).exists()


def in_transit(mailbox: Mailbox) -> list[OutgoingMessage]:
    """What the outbox page shows: all that has not left, newest first, and refusals of the last week."""
    rows = _unfinished(mailbox).defer("raw").prefetch_related("recipients")
    return list(rows.order_by("-created_at"))


def count_in_transit(mailbox: Mailbox) -> int:
    return _unfinished(mailbox).count()


def in_transit_of_outer_mailbox() -> Subquery:
    """The same count beside each row of a query for mailboxes; none is 0."""
    found = OutgoingMessage.objects.filter(_is_unfinished(), mailbox=OuterRef("pk"))
    counted = found.order_by().values("mailbox").annotate(n=Count("pk", distinct=True))
    return Subquery(counted.values("n"))


def _unfinished(mailbox: Mailbox) -> QuerySet[OutgoingMessage]:
    return mailbox.outgoing.filter(_is_unfinished()).distinct()


def _is_unfinished() -> Q:
    week_ago: datetime = timezone.now() - timedelta(days=7)
    partly = Q(
        state=State.SENT, recipients__state=OutgoingRecipient.State.REFUSED, created_at__gt=week_ago
    )
    return ~Q(state=State.SENT) | partly
