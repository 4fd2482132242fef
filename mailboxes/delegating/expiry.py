"""The last day of a right, the reminder before it, and the last day of a mailbox that is being closed."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from audit import journal
from audit.events import Event
from audit.parties import NOWHERE, SYSTEM
from mailboxes import logbook
from mailboxes.delegating import granting, telling
from mailboxes.models import Deed, Delegation, Mailbox

REMINDED_BEFORE = timedelta(days=15)


def close_expired() -> None:
    """Run every few seconds: the views close at midnight by themselves, what is open then ends here."""
    due = Delegation.objects.filter(closed_at=None, ends_at__lte=timezone.now())
    for mailbox_id, delegation_id in due.values_list("mailbox", "pk"):
        _close(mailbox_id, delegation_id)


@transaction.atomic
def _close(mailbox_id: int, delegation_id: int) -> None:
    """Read again under the lock of its mailbox, as whoever gives and takes rights holds it (granting.py):
    it may have been extended or taken back meanwhile.
    """
    granting.lock_row(mailbox_id)
    rows = Delegation.objects.select_related("mailbox", "person")
    due = rows.filter(pk=delegation_id, closed_at=None, ends_at__lte=timezone.now())
    delegation = due.first()
    if delegation is None:
        return
    granting.close(delegation, None)
    logbook.note_right(Deed.EXPIRED, delegation, None)
    journal.record(
        Event.DELEGATION_EXPIRED,
        actor=SYSTEM,
        subject=delegation.person.party,
        reason=telling.fact(delegation),
        flow=telling.flow_of(delegation.mailbox),
    )


def remind() -> None:
    """Run daily; once for each delegation that was not made for a few days only."""
    now = timezone.now()
    soon = Delegation.objects.filter(
        closed_at=None,
        reminded_at=None,
        ends_at__gt=now,
        ends_at__lte=now + REMINDED_BEFORE,
        starts_at__lte=F("ends_at") - REMINDED_BEFORE,
    )
    for delegation in soon.select_related("mailbox__owner", "person"):
        with transaction.atomic():
            if Delegation.objects.filter(pk=delegation.pk, reminded_at=None).update(
                reminded_at=now
            ):
                telling.ends_soon(delegation, NOWHERE)


def close_mailboxes() -> None:
    """Run hourly: mailboxes whose forwarding is over refuse mail from now on, and nobody opens them."""
    due = Mailbox.objects.filter(is_active=True, closes_at__lte=timezone.now())
    for mailbox_id in due.values_list("pk", flat=True):
        _close_mailbox(mailbox_id)


@transaction.atomic
def _close_mailbox(mailbox_id: int) -> None:
    rows = Mailbox.objects.select_for_update(of=("self",))
    mailbox = rows.filter(pk=mailbox_id, is_active=True, closes_at__lte=timezone.now()).first()
    if mailbox is None:
        return
    rights = mailbox.delegations.filter(closed_at=None).select_related("person", "mailbox")
    for delegation in rights:
        granting.close(delegation, None)
    mailbox.is_active = False
    mailbox.save(update_fields=["is_active"])
    journal.record(
        Event.FUNCTIONAL_MAILBOX_CLOSED,
        actor=SYSTEM,
        reason=mailbox.address,
        flow=telling.flow_of(mailbox),
    )
