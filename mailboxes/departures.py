"""The mailbox of someone who left: it receives for a while, then closes; it opens when they are back."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Departure
from audit import journal
from audit.events import Event
from audit.parties import SYSTEM
from mailboxes.models import Mailbox


def close_mailboxes() -> None:
    """Run nightly: those whose owner left ``DEPARTED_MAILBOX_DAYS`` ago refuse mail from now on."""
    long_ago = timezone.now() - timedelta(days=settings.DEPARTED_MAILBOX_DAYS)
    due = Departure.objects.filter(carried_out_at__lte=long_ago, mailbox_closed_at=None)
    for departure_id in due.values_list("pk", flat=True):
        _close(departure_id)


@transaction.atomic
def _close(departure_id: int) -> None:
    """A mailbox that somebody closed before stays theirs to open again."""
    locked = Departure.objects.select_for_update(of=("self",)).select_related("agent")
    departure = locked.filter(pk=departure_id, mailbox_closed_at=None).first()
    if departure is None:  # back meanwhile
        return
    mailbox = Mailbox.objects.filter(owner__agent=departure.agent, is_active=True).first()
    if mailbox is None:
        return
    mailbox.is_active = False
    mailbox.save(update_fields=["is_active"])
    departure.mailbox_closed_at = timezone.now()
    departure.save(update_fields=["mailbox_closed_at"])
    journal.record(Event.MAILBOX_CLOSED, actor=SYSTEM, subject=departure.agent.party)


def open_again(departure: Departure) -> None:
    """What was closed because of the departure, and nothing that somebody else closed."""
    if departure.mailbox_closed_at is None:
        return
    for mailbox in Mailbox.objects.filter(owner__agent=departure.agent):
        mailbox.is_active = True
        mailbox.save(update_fields=["is_active"])
