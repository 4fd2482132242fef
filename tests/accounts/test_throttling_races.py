"""Many guesses at the same moment, on the real database, from several connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from accounts.models import Throttle
from accounts.throttling import Permit, attempt, consult, succeeded

MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def guess(number: int) -> bool:
    try:
        return isinstance(attempt("alice.martin", f"192.0.2.{number % 4}", now=MORNING), Permit)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_forty_guesses_at_once_only_five_are_verified() -> None:
    with ThreadPoolExecutor(8) as pool:
        permits = list(pool.map(guess, range(40)))
    assert sum(permits) == 5
    assert Throttle.objects.filter(in_a_row=5).count() >= 1


@pytest.mark.django_db(transaction=True)
def test_a_count_survives_what_the_caller_undoes() -> None:
    for _ in range(5):
        assert isinstance(attempt("alice.martin", "192.0.2.1", now=MORNING), Permit)
        with transaction.atomic():
            transaction.set_rollback(True)
    assert not isinstance(consult("alice.martin", "192.0.2.1", now=MORNING), Permit)


@pytest.mark.django_db(transaction=True)
def test_counting_inside_a_transaction_that_could_be_undone_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        attempt("alice.martin", "192.0.2.1", now=MORNING)


def sign_in(number: int) -> None:
    try:
        permit = attempt(f"teacher{number}", "192.0.2.1", "shared-pc", now=MORNING)
        assert isinstance(permit, Permit)
        succeeded(permit, MORNING)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_staff_room_signing_in_at_once_leaves_no_failure_behind() -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sign_in, range(40)))
    assert set(Throttle.objects.values_list("in_window", flat=True)) == {0}
