"""Forgetting what is old (CNIL 2021-122: twelve months) without breaking the chain."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit import journal
from audit.chain import Break
from audit.events import Event
from audit.models import Chain, Entry
from audit.parties import SYSTEM
from audit.verification import ends_of_the_chain, verify

ROWS_AT_A_TIME = 5000


class JournalBroken(Exception):
    """The journal does not verify: pruning would destroy evidence."""

    def __init__(self, breaks: list[Break]) -> None:
        super().__init__(f"The journal is broken in {len(breaks)} places, first {breaks[0]}.")
        self.breaks = breaks


def end_of_retention() -> datetime:
    """Entries from before this moment are due to go."""
    return timezone.now() - timedelta(days=settings.AUDIT_DAYS)


def prune(before: datetime) -> int:
    """Removes the entries older than ``before``; returns how many. Raises JournalBroken.

    The oldest entry that stays links to one that has gone: its number and hash become the base of
    the chain, and an entry of the journal says so. Interrupted, the next call ends the work.
    """
    if breaks := verify():
        raise JournalBroken(breaks)
    _move_base(before)
    return _delete_up_to(ends_of_the_chain().base_number)


@transaction.atomic
def _move_base(before: datetime) -> None:
    ends = Chain.locked()
    old = Entry.objects.filter(number__gt=ends.base_number, time__lt=before)
    recent = Entry.objects.filter(number__gt=ends.base_number, time__gte=before)
    if first_kept := recent.order_by("number").first():
        old = old.filter(number__lt=first_kept.number)
    if last_gone := old.order_by("number").last():
        ends.base = last_gone.link
        ends.save(update_fields=["base_number", "base_hash"])
        journal.record(Event.AUDIT_PRUNED, actor=SYSTEM, reason=str(last_gone.link))


def _delete_up_to(base: int) -> int:
    """In small transactions: who signs in meanwhile must not wait."""
    removed = 0
    old = Entry.objects.filter(number__lte=base).order_by("number")
    while numbers := list(old.values_list("number", flat=True)[:ROWS_AT_A_TIME]):
        removed += Entry.objects.filter(number__lte=numbers[-1]).delete()[0]
    return removed
