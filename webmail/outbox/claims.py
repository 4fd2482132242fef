"""Who may send a message now, and every change of its state afterwards.

A claim is won by an UPDATE that changes exactly one row; its moment tells it from any other. A worker
reports only while its claim stands, and passes the point of no return only if it does: a claim may
therefore be taken from a worker that is merely slow.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from webmail.models import OutgoingMessage, OutgoingRecipient

State = OutgoingMessage.State
GIVE_UP_AFTER = timedelta(hours=48)
# A worker that did not reach the end of the text by then has died, or is not let pass any more.
CLAIM_LASTS = timedelta(minutes=5)
# Longer than smtp.DATA_ANSWER_LASTS: whoever waited for the answer has died.
ANSWER_LASTS = timedelta(minutes=12)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
# Nothing but a person's plan waits for so long: the clock was set back.
TOO_LONG = LONGEST_WAIT + timedelta(minutes=5)


def is_due(now: datetime) -> Q:
    return Q(due_at__lte=now) | Q(due_at__gt=now + TOO_LONG, planned_for=None)


def is_over(message_id: int) -> bool:
    """Sent and filed: one of many hints, whose message left with those before it."""
    sent = OutgoingMessage.objects.filter(pk=message_id, state=State.SENT)
    return sent.exclude(filed_at=None).exists()


def claim(message_id: int) -> OutgoingMessage | None:
    """The message, when this call won it; None when there is nothing to send now."""
    won = _claim(OutgoingMessage.objects.filter(pk=message_id))
    return won[0] if won else None


def claim_more(message: OutgoingMessage, most: int) -> list[OutgoingMessage]:
    """Other messages that the same hand may send now."""
    same = _ready(timezone.now()).filter(mailbox=message.mailbox_id, person=message.person_id)
    found = same.order_by("due_at").values_list("pk", flat=True)[:most]
    return _claim(OutgoingMessage.objects.filter(pk__in=list(found)))


def _ready(now: datetime) -> QuerySet[OutgoingMessage]:
    return OutgoingMessage.objects.filter(is_due(now), state__in=[State.HELD, State.QUEUED])


def _claim(wanted: QuerySet[OutgoingMessage]) -> list[OutgoingMessage]:
    """Those of them that nobody else had claimed; a worker's own moment tells them."""
    now = timezone.now()
    since = Coalesce("tried_since", Value(now))
    claimed = {"state": State.SENDING, "claimed_at": now, "handed_at": None, "planned_for": None}
    ready = wanted & _ready(now)
    if not ready.update(**claimed, tried_since=since, attempts=F("attempts") + 1):
        return []
    mine = wanted.filter(state=State.SENDING, claimed_at=now).order_by("due_at")
    return list(mine.select_related("mailbox", "person").prefetch_related("recipients"))


def give_back(messages: Iterable[OutgoingMessage]) -> None:
    """Claims that were not used: nothing was tried."""
    for message in messages:
        ours(message).filter(state=State.SENDING).update(
            state=State.QUEUED, claimed_at=None, attempts=F("attempts") - 1
        )


def ours(message: OutgoingMessage) -> QuerySet[OutgoingMessage]:
    """The row while this worker's claim stands, even if the sweep gave the worker up for dead."""
    return OutgoingMessage.objects.filter(
        pk=message.pk,
        claimed_at=message.claimed_at,
        state__in=[State.SENDING, State.UNCERTAIN],
    )


def pass_the_point_of_no_return(message: OutgoingMessage) -> bool:
    """Notes that the server may have the message from now on; False when the claim is lost."""
    return ours(message).filter(state=State.SENDING).update(handed_at=timezone.now()) == 1


@transaction.atomic
def end(message: OutgoingMessage, detail: str, reply: str = "") -> None:
    """Nobody waits any more: sent when at least one recipient has it, in whichever attempt."""
    if not ours(message).select_for_update().values_list("pk"):
        return
    kept = OutgoingRecipient.State
    waiting = message.recipients.filter(state=kept.WAITING)
    waiting.filter(reply="").update(reply=reply)
    if waiting.update(state=kept.REFUSED):
        note_refusal(message)
    has_left = message.recipients.filter(state=kept.ACCEPTED).exists()
    settle(message, State.SENT if has_left else State.REFUSED, detail)


@transaction.atomic
def end_well(message: OutgoingMessage, filing_lasts: timedelta) -> bool:
    """Everybody who waited has it; who calls this files the copy. False when the claim is lost."""
    leased = {"due_at": timezone.now() + filing_lasts, "filing_attempts": 1}
    if not ours(message).update(state=State.SENT, detail="", claimed_at=None, **leased):
        return False
    kept = OutgoingRecipient.State
    message.recipients.filter(state=kept.WAITING).update(state=kept.ACCEPTED, reply="")
    return True


def note_refusal(message: OutgoingMessage) -> None:
    """Some recipient will not get it: pages show it for a week, even if others did."""
    OutgoingMessage.objects.filter(pk=message.pk).update(refused_at=timezone.now())


def settle(message: OutgoingMessage, state: str, detail: str) -> None:
    ours(message).update(state=state, detail=detail, claimed_at=None, due_at=timezone.now())


def retry_later(message: OutgoingMessage, words: str) -> None:
    now = timezone.now()
    if now - (message.tried_since or now) > GIVE_UP_AFTER:
        end(message, _("Abandonné après 48 heures d’essais."), words)
        return
    due_at = now + wait(message.attempts)
    ours(message).update(state=State.QUEUED, detail=words, claimed_at=None, due_at=due_at)


def wait_for_the_person(message: OutgoingMessage) -> None:
    """However long: nothing was tried."""
    again = {"state": State.QUEUED, "claimed_at": None, "tried_since": None}
    ours(message).update(**again, detail="", due_at=timezone.now())


def wait(attempts: int) -> timedelta:
    return min(FIRST_WAIT * (1 << min(max(attempts - 1, 0), 10)), LONGEST_WAIT)


def take_from_the_dead(now: datetime) -> None:
    """Claims whose worker died, or whose moment lies ahead because the clock was set back."""
    silent = Q(claimed_at__lt=now - CLAIM_LASTS) | Q(claimed_at__gt=now + CLAIM_LASTS)
    unanswered = Q(handed_at__lt=now - ANSWER_LASTS) | Q(handed_at__gt=now + ANSWER_LASTS)
    sending = OutgoingMessage.objects.filter(state=State.SENDING)
    # What was never handed over cannot have left.
    sending.filter(silent, handed_at=None).update(state=State.QUEUED, claimed_at=None, due_at=now)
    sending.filter(unanswered).update(state=State.UNCERTAIN, detail=_("L’envoi a été interrompu."))
