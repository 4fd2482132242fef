from datetime import timedelta

import pytest
from django.utils import timezone

from audit import journal
from audit.events import Event, Result
from audit.parties import Origin, Party
from audit.search import Search, find, history_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_morning(alice: Party, bob: Party) -> None:
    home, school = Origin("192.0.2.7"), Origin("2001:db8::5")
    journal.record(Event.SIGNED_IN, actor=alice, subject=alice, origin=home)
    journal.record(Event.SIGNED_IN, subject=alice, origin=school, result=Result.REFUSED)
    journal.record(Event.TEMPORARY_PASSWORD_GIVEN, actor=bob, subject=alice, origin=school)
    journal.record(Event.SIGNED_IN, actor=bob, subject=bob, origin=school)


def numbers(search: Search) -> list[int]:
    return [entry.number for entry in find(search)]


def test_a_search_for_nothing_in_particular_shows_all_newest_first() -> None:
    assert numbers(Search()) == [4, 3, 2, 1]


def test_a_person_is_found_by_id_as_actor_and_as_subject() -> None:
    assert numbers(Search(person="agent:2")) == [4, 3]


def test_a_person_is_found_by_a_part_of_the_name_in_any_case() -> None:
    assert numbers(Search(person="lefè")) == [4, 3]
    assert numbers(Search(person="MARTIN")) == [3, 2, 1]
    assert numbers(Search(person="%")) == []


def test_entries_are_found_by_event_result_and_address() -> None:
    assert numbers(Search(event=Event.SIGNED_IN)) == [4, 2, 1]
    assert numbers(Search(result=Result.REFUSED)) == [2]
    assert numbers(Search(address="2001:db8::5")) == [4, 3, 2]
    assert numbers(Search(event=Event.SIGNED_IN, address="192.0.2.7")) == [1]


def test_entries_are_found_by_period_its_beginning_included() -> None:
    moment = find(Search())[0].time
    assert numbers(Search(since=moment)) == [4]
    assert numbers(Search(until=moment)) == [3, 2, 1]
    assert numbers(Search(since=timezone.now() + timedelta(days=1))) == []


def test_a_person_sees_their_own_history_and_nobody_elses(alice: Party) -> None:
    assert [entry.number for entry in history_of(alice.id)] == [3, 2, 1]
    assert not history_of("agent:99").exists()
