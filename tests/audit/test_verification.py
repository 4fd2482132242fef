"""What verify_audit says when someone with all rights on the database changed the journal."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from audit import journal
from audit.events import Event
from audit.models import Chain, Entry
from audit.parties import Party
from audit.verification import verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def five_entries(alice: Party) -> None:
    for _ in range(5):
        journal.record(Event.SIGNED_IN, actor=alice)


def verify_audit(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_audit", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def complaint() -> str:
    """What is said of the entries; the missing triggers have a test of their own."""
    out = StringIO()
    with pytest.raises(CommandError, match="The journal is broken"):
        call_command("verify_audit", stdout=out, stderr=out)
    return "".join(line for line in out.getvalue().splitlines(True) if "trigger" not in line)


def test_an_empty_journal_is_whole() -> None:
    assert "whole: 0 entries" in verify_audit()


def test_a_journal_nobody_touched_is_whole(five_entries: None) -> None:
    assert "whole: 5 entries, newest 5:" in verify_audit()


FACTS = {
    "time": "2020-01-01T00:00:00Z",
    "event": "signed_out",
    "actor_id": "agent:2",
    "actor_label": "Bob",
    "subject_id": "agent:3",
    "subject_label": "Carol",
    "method": "passkey",
    "factors": "passkey",
    "result": "failed",
    "reason": "other",
    "address": "192.0.2.9",
    "agent_hash": "0" * 64,
    "flow": "f",
    "justification": "none",
}


@pytest.mark.parametrize(("column", "value"), FACTS.items(), ids=FACTS)
def test_a_change_in_any_column_is_found(
    five_entries: None, unguarded: None, column: str, value: str
) -> None:
    Entry.objects.filter(number=3).update(**{column: value})
    assert complaint() == "entry 3: was changed after it was written\n"


def test_the_columns_above_are_all_there_are() -> None:
    journal.record(Event.SIGNED_IN)
    assert set(Entry.objects.values().get()) == {"number", "previous", "hash", *FACTS}


def test_a_removed_entry_is_found(five_entries: None, unguarded: None) -> None:
    Entry.objects.filter(number=3).delete()
    assert "entry 3: missing, the next one is 4" in complaint()


def test_a_removed_first_entry_is_found(five_entries: None, unguarded: None) -> None:
    Entry.objects.filter(number=1).delete()
    assert "entry 1: missing" in complaint()


def test_a_removed_last_entry_is_found(five_entries: None, unguarded: None) -> None:
    Entry.objects.filter(number=5).delete()
    assert "entry 5: the journal ends at 4:" in complaint()


def test_an_emptied_journal_is_found(five_entries: None, unguarded: None) -> None:
    Entry.objects.all().delete()
    assert "entry 5: the journal ends at 0:" in complaint()


def test_swapped_entries_are_found(five_entries: None, unguarded: None) -> None:
    Entry.objects.filter(number=2).update(number=99)
    Entry.objects.filter(number=3).update(number=2)
    Entry.objects.filter(number=99).update(number=3)
    assert "entry 2: does not follow the entry before it" in complaint()


def test_an_entry_added_by_hand_is_found(five_entries: None, unguarded: None) -> None:
    forged = Entry.objects.get(number=5)
    forged.number = 6
    forged.save(force_insert=True)
    assert "entry 6: was added by another way" in complaint()


def test_an_entry_added_when_the_chain_row_is_lost_is_found(
    five_entries: None, unguarded: None
) -> None:
    Chain.objects.all().delete()
    assert "entry 1: was added by another way" in complaint()


def test_removing_the_beginning_as_if_it_had_been_pruned_is_found(
    five_entries: None, unguarded: None
) -> None:
    third = Entry.objects.get(number=3)
    Entry.objects.filter(number__lte=3).delete()
    Chain.objects.update(base_number=third.number, base_hash=third.hash)
    assert "entry 3: what stood before was removed, but not by pruning" in complaint()


def test_a_journal_rewritten_whole_is_found_by_a_link_noted_elsewhere(
    five_entries: None, unguarded: None, bob: Party
) -> None:
    noted = Entry.objects.get(number=5).link
    Entry.objects.all().delete()
    Chain.objects.all().delete()
    for _ in range(6):
        journal.record(Event.SIGNED_IN, actor=bob)
    assert verify() == []
    assert verify(noted)


def test_a_link_noted_elsewhere_is_still_there_later(five_entries: None) -> None:
    noted = verify_audit().split()[-1]
    journal.record(Event.SIGNED_OUT)
    assert "whole: 6 entries" in verify_audit("--anchor", noted)


def test_a_journal_without_its_guards_is_not_called_whole(unguarded: None) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="broken in"):
        call_command("verify_audit", stderr=out)
    assert "of the database is gone" in out.getvalue()


def test_an_anchor_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="NUMBER:HASH"):
        verify_audit("--anchor", "yesterday")
