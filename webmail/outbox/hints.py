"""Who is asked to go on with a message, and when. A lost hint costs seconds, never a message."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.sealed import sealed_password
from config import hints
from webmail.models import OutgoingMessage
from webmail.outbox import claims, doubts, spool
from webmail.outbox.sending import send

State = OutgoingMessage.State
# What has left and is filed: long enough for the bounds of a day and for refusals to be read.
KEPT = timedelta(days=30)
# Seconds: the period of the sweep, so that hints do not pile up while no worker takes them.
HINT_LASTS = 15
# Seconds: what leaves later than this is found by the sweep; a worker would keep its hint in memory.
HINTED_AHEAD = 60
# The person is waiting for the page; what is left goes with the next.
SENT_AT_SIGN_IN = 5


def hint(message: OutgoingMessage) -> None:
    """Asks a worker to look at this row when it is due; without Redis the beat's sweep finds it later.

    Where the mail server wants the person's password, no worker can: it is sent at once, or when the
    person signs in again.
    """
    if settings.MAIL_AUTH == "password":
        if sealed_password.current() is not None:
            send(message.pk)
        return
    ahead = max(0.0, (message.due_at - timezone.now()).total_seconds())
    if ahead > HINTED_AHEAD:
        return
    hints.hint("webmail.tasks.send_outgoing", message.pk, after=ahead, lasts=ahead + HINT_LASTS)


def sweep() -> None:
    """What a hint lost: rows that are due, copies not filed yet, claims whose worker died."""
    now = timezone.now()
    claims.take_from_the_dead(now)
    held = OutgoingMessage.objects.filter(claims.is_due(now), state=State.HELD)
    held.update(state=State.QUEUED, planned_for=None)
    for message in OutgoingMessage.objects.filter(_is_unfinished(now) | doubts.to_be_asked()):
        hint(message)


def tidy() -> None:
    """Rows of what left long ago, and files whose row was never written."""
    now = timezone.now()
    gone = OutgoingMessage.objects.filter(state=State.SENT, filed_at__lt=now - KEPT)
    gone.delete()
    spool.remove_orphans(now)


def send_waiting(person: User) -> None:
    """What waited for the person's password."""
    theirs = OutgoingMessage.objects.filter(_is_unfinished(timezone.now()), person=person)
    for message in theirs.order_by("created_at")[:SENT_AT_SIGN_IN]:
        hint(message)


def _is_unfinished(now: datetime) -> Q:
    to_do = Q(state=State.QUEUED) | Q(state=State.SENT, filed_at=None)
    return claims.is_due(now) & to_do
