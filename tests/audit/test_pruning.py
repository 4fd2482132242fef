from datetime import datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from audit import journal
from audit.chain import Link
from audit.events import Event
from audit.models import Chain, Entry
from audit.pruning import JournalBroken, end_of_retention, prune
from audit.verification import verify

pytestmark = pytest.mark.django_db


def fill(entries: int) -> datetime:
    """Adds entries and returns a moment after all of them."""
    for _ in range(entries):
        journal.record(Event.SIGNED_IN)
    return timezone.now()


def kept() -> list[tuple[int, str]]:
    return list(Entry.objects.order_by("number").values_list("number", "event"))


def test_what_is_old_goes_and_the_journal_stays_whole() -> None:
    moment = fill(4)
    journal.record(Event.SIGNED_OUT)
    assert prune(before=moment) == 4
    assert kept() == [(5, "signed_out"), (6, "audit_pruned")]
    assert verify() == []


def test_a_journal_of_which_nothing_stays_goes_on_whole() -> None:
    assert prune(before=fill(3)) == 3
    journal.record(Event.SIGNED_IN)
    assert kept() == [(4, "audit_pruned"), (5, "signed_in")]
    assert verify() == []


def test_pruning_month_after_month_keeps_the_journal_whole() -> None:
    for _ in range(4):
        prune(before=fill(3))
        assert verify() == []
    assert kept() == [(16, "audit_pruned")]


def test_nothing_old_means_nothing_done() -> None:
    fill(2)
    assert prune(before=timezone.now() - timedelta(days=1)) == 0
    assert kept() == [(1, "signed_in"), (2, "signed_in")]


def test_an_empty_journal_is_pruned_without_a_word() -> None:
    assert prune(before=timezone.now()) == 0
    assert kept() == []


def test_an_interrupted_pruning_ends_the_next_time() -> None:
    fill(3)
    moment = timezone.now()
    journal.record(Event.SIGNED_OUT)
    third = Entry.objects.get(number=3)
    Chain.objects.update(base_number=3, base_hash=third.hash)
    journal.record(Event.AUDIT_PRUNED, reason=str(third.link))
    assert verify() == []
    assert prune(before=moment) == 3
    assert kept() == [(4, "signed_out"), (5, "audit_pruned")]


def test_after_pruning_the_rest_is_as_protected_as_before() -> None:
    moment = fill(2)
    journal.record(Event.SIGNED_OUT)
    prune(before=moment)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Entry.objects.all().delete()


def test_a_broken_journal_is_left_as_it_is(unguarded: None) -> None:
    moment = fill(3)
    Entry.objects.filter(number=2).update(reason="tampered")
    with pytest.raises(JournalBroken):
        prune(before=moment)
    with pytest.raises(CommandError, match="Nothing was removed"):
        call_command("prune_audit")
    assert len(kept()) == 3


def test_a_link_noted_before_pruning_is_not_missed_afterwards() -> None:
    moment = fill(3)
    gone, last_gone = Entry.objects.get(number=1).link, Entry.objects.get(number=3).link
    prune(before=moment)
    assert verify(gone) == []
    assert verify(last_gone) == []
    assert verify(Link(3, "f" * 64))


def test_entries_are_kept_twelve_months(settings: Settings) -> None:
    now = timezone.now()
    assert now - end_of_retention() <= timedelta(days=365)
    assert now - end_of_retention() > timedelta(days=364)
    settings.AUDIT_DAYS = 30
    assert now - end_of_retention() <= timedelta(days=30)
