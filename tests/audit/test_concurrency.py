"""Many writers at once on a real database: one chain, without a gap."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from audit import journal
from audit.events import Event
from audit.models import Entry
from audit.parties import Party
from audit.verification import verify
from tests.audit.emptying import empty_the_journal

WRITERS = 6
ENTRIES_EACH = 12

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _emptied_journal(transactional_db: None) -> Iterator[None]:
    yield
    empty_the_journal()


def write(writer: int) -> None:
    """Acts of one person; every third one fails, and its entry goes with it."""
    try:
        for act in range(ENTRIES_EACH):
            _act(Party(f"agent:{writer}", f"Agent {writer}"), fails=act % 3 == 2)
    finally:
        connection.close()


def _act(person: Party, *, fails: bool) -> None:
    with transaction.atomic():
        journal.record(Event.SIGNED_IN, actor=person)
        transaction.set_rollback(fails)


def test_many_writers_at_once_leave_one_whole_chain() -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    kept = WRITERS * ENTRIES_EACH * 2 // 3
    numbers = list(Entry.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, kept + 1))
    assert verify() == []
    times = list(Entry.objects.order_by("number").values_list("time", flat=True))
    assert times == sorted(times)
