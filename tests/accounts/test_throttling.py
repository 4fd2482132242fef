"""Who has to wait after failures, and who has not. The clock is an argument."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.models import KnownDevice, Throttle
from accounts.throttling import (
    Guarded,
    Permit,
    Reason,
    Refusal,
    attempt,
    clear,
    consult,
    device_of,
    failed,
    forget_devices,
    keep_device,
    mail_device,
    new_device,
    prune,
    report,
    succeeded,
)
from accounts.throttling.checks import limits_make_sense
from accounts.throttling.whom import canonical_identity, network_of

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
ALICE = "alice.martin"
HOME = "192.0.2.1"


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def fail(
    times: int, now: datetime = MORNING, who: str = ALICE, address: str = HOME, device: str = ""
) -> None:
    for _ in range(times):
        permit = attempt(who, address, device, now=now)
        assert isinstance(permit, Permit)
        failed(permit, now)


def fail_patiently(times: int, now: datetime = MORNING, device: str = "") -> datetime:
    """Fails as often as it takes, waiting each time as long as told; returns the hour then."""
    while times:
        answer = attempt(ALICE, HOME, device, now=now)
        if isinstance(answer, Refusal):
            assert answer.wait_seconds is not None
            now += timedelta(seconds=answer.wait_seconds)
            continue
        failed(answer, now)
        times -= 1
    return now


def refusal_at(now: datetime, who: str = ALICE, address: str = HOME, device: str = "") -> Refusal:
    answer = attempt(who, address, device, now=now)
    assert isinstance(answer, Refusal)
    return answer


def is_let_in(now: datetime, who: str = ALICE, address: str = HOME, device: str = "") -> bool:
    return isinstance(consult(who, address, device, now=now), Permit)


def know(device: str, who: str = ALICE, now: datetime = MORNING) -> None:
    permit = attempt(who, HOME, device, now=now)
    assert isinstance(permit, Permit)
    succeeded(permit, now)


def test_four_failures_cost_nothing() -> None:
    fail(4)
    assert is_let_in(MORNING)


def test_the_fifth_failure_costs_one_minute() -> None:
    fail(5)
    refusal = refusal_at(MORNING)
    assert (refusal.reason, refusal.wait_seconds) == (Reason.WAIT, 60)
    assert "1 minute." in refusal.sentence
    assert not is_let_in(MORNING + minutes(0.9))
    assert is_let_in(MORNING + minutes(1))


def test_each_further_failure_doubles_the_wait_up_to_an_hour() -> None:
    now = MORNING
    fail(5, now)
    for wait in (1, 2, 4, 8, 16, 32, 60, 60):
        assert refusal_at(now).wait_seconds == wait * 60
        now += minutes(wait)
        fail(1, now)


def test_a_refused_attempt_is_not_counted() -> None:
    fail(5)
    for _ in range(50):
        refusal_at(MORNING)
    assert is_let_in(MORNING + minutes(1))


def test_the_page_knows_the_wait_as_soon_as_the_fifth_attempt_has_failed() -> None:
    fail(4)
    permit = attempt(ALICE, HOME, now=MORNING)
    assert isinstance(permit, Permit)
    refusal = failed(permit, MORNING)
    assert refusal is not None
    assert refusal.wait_seconds == 60


def test_guesses_made_at_once_are_counted_before_any_is_verified() -> None:
    answers = [attempt(ALICE, HOME, now=MORNING) for _ in range(50)]
    assert sum(isinstance(answer, Permit) for answer in answers) == 5


def test_a_success_forgets_the_failures_in_a_row() -> None:
    fail(4)
    know("")
    fail(4)
    assert is_let_in(MORNING)


def test_twenty_five_failures_end_the_day() -> None:
    now = fail_patiently(25)
    refusal = refusal_at(now)
    assert refusal.reason is Reason.DAY
    assert "heures" in refusal.sentence
    assert not is_let_in(MORNING + timedelta(hours=23, minutes=59))
    assert is_let_in(MORNING + timedelta(hours=24))


def test_a_success_does_not_give_the_day_back_to_a_guesser() -> None:
    for hour in range(6):
        now = MORNING + timedelta(hours=hour)
        fail(4, now)
        know("", now=now)
    fail(1, MORNING + timedelta(hours=6))
    assert refusal_at(MORNING + timedelta(hours=7)).reason is Reason.DAY


def test_a_hundred_failures_in_a_row_disable_the_credential_for_good() -> None:
    now = fail_patiently(99)
    while isinstance(permit := attempt(ALICE, HOME, now=now), Refusal):
        now += timedelta(seconds=permit.wait_seconds or 0)
    last = failed(permit, now)
    assert last is not None
    assert last.reason is Reason.DISABLED
    later = refusal_at(now + timedelta(days=300))
    assert (later.reason, later.wait_seconds) == (Reason.DISABLED, None)


def test_a_reset_opens_every_lock() -> None:
    device = new_device()
    know(device)
    fail(5)
    fail(5, device=device)
    clear(ALICE)
    assert is_let_in(MORNING)
    assert is_let_in(MORNING, device=device)


def test_an_unknown_identity_waits_exactly_as_a_known_one() -> None:
    fail(5, who="nobody.at.all")
    fail(5, who=ALICE)
    assert refusal_at(MORNING, "nobody.at.all") == refusal_at(MORNING, ALICE)


@pytest.mark.parametrize(
    "typed",
    ["Alice.Martin", " alice.martin ", "alice.martin@ac-normandie.fr", "ALICE.MARTIN@ac-rouen.fr"],
)
def test_other_spellings_of_a_login_give_no_further_tries(typed: str) -> None:
    fail(5)
    assert not is_let_in(MORNING, who=typed)


def test_one_identity_does_not_wait_for_the_failures_of_another() -> None:
    fail(5)
    assert is_let_in(MORNING, who="bob.durand")


def test_security_questions_have_their_own_count() -> None:
    fail(5)
    assert isinstance(attempt(ALICE, HOME, guarded=Guarded.QUESTIONS, now=MORNING), Permit)


def test_strangers_do_not_lock_out_a_known_device() -> None:
    device = new_device()
    know(device)
    now = fail_patiently(99)
    assert not is_let_in(now)
    assert is_let_in(now, device=device)


def test_a_known_device_that_fails_waits_alone() -> None:
    device = new_device()
    know(device)
    fail(5, device=device)
    assert not is_let_in(MORNING, device=device)
    assert is_let_in(MORNING)


def test_a_device_known_to_one_person_is_a_stranger_to_another() -> None:
    device = new_device()
    know(device, who="bob.durand")
    fail(5)
    assert not is_let_in(MORNING, device=device)


def test_a_failed_attempt_does_not_make_a_device_known() -> None:
    device = new_device()
    fail(1, device=device)
    fail(4)
    assert not is_let_in(MORNING, device=device)


def test_a_forgotten_device_is_a_stranger_again() -> None:
    device = new_device()
    know(device)
    forget_devices(ALICE)
    fail(5)
    assert not is_let_in(MORNING, device=device)


def test_a_device_not_used_for_long_is_a_stranger_again(settings: Any) -> None:
    device = new_device()
    know(device)
    later = MORNING + timedelta(days=settings.KNOWN_DEVICE_DAYS + 1)
    fail(5, later)
    assert not is_let_in(later, device=device)


def test_a_staff_room_of_forty_signs_in_behind_one_address() -> None:
    for number in range(40):
        fail(3, who=f"teacher{number}")
        know("", who=f"teacher{number}")
    assert is_let_in(MORNING, who="teacher41")


def test_three_hundred_failures_an_hour_close_an_address_for_the_rest_of_it() -> None:
    for number in range(300):
        fail(1, who=f"login{number}")
    refusal = refusal_at(MORNING + minutes(10), who="alice.martin")
    assert (refusal.reason, refusal.wait_seconds) == (Reason.ADDRESS, 50 * 60)
    assert is_let_in(MORNING, address="192.0.2.2")
    assert is_let_in(MORNING + minutes(60))


def test_a_known_device_is_not_locked_out_with_its_address() -> None:
    device = new_device()
    know(device)
    for number in range(300):
        fail(1, who=f"login{number}")
    assert not is_let_in(MORNING)
    assert is_let_in(MORNING, device=device)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_an_ipv6_line_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_mail_programs_are_counted_when_they_fail_only() -> None:
    answers = [consult(ALICE, HOME, now=MORNING) for _ in range(20)]
    assert all(isinstance(answer, Permit) for answer in answers)
    for _ in range(5):
        report(ALICE, HOME, success=False, now=MORNING)
    assert not is_let_in(MORNING)
    assert isinstance(attempt(ALICE, HOME, now=MORNING), Refusal)


def test_a_mail_program_at_home_still_signs_in_while_strangers_guess() -> None:
    device = mail_device("2001:db8:1:2::10")
    report(ALICE, "2001:db8:1:2::10", success=True, device=device, now=MORNING)
    fail(5)
    assert is_let_in(MORNING, device=mail_device("2001:db8:1:2::99"))
    assert not is_let_in(MORNING, device=mail_device("2001:db8:9:9::10"))


def test_mail_programs_that_succeed_write_nothing_the_second_time(
    django_assert_num_queries: Callable[[int], Any],
) -> None:
    device = mail_device(HOME)
    report(ALICE, HOME, success=True, device=device, now=MORNING)
    with django_assert_num_queries(3):
        report(ALICE, HOME, success=True, device=device, now=MORNING + minutes(5))


def test_the_tables_name_neither_people_nor_addresses() -> None:
    know("a-device")
    fail(1)
    shown = f"{list(Throttle.objects.values())}{list(KnownDevice.objects.values())}"
    assert "alice" not in shown
    assert HOME not in shown
    assert "a-device" not in shown


def test_a_browser_keeps_its_device_and_cannot_name_another() -> None:
    response = HttpResponse()
    keep_device(response, "d" * 22)
    cookie = response.cookies["pli_device"]
    assert cookie["httponly"]
    request = RequestFactory().get("/")
    request.COOKIES["pli_device"] = cookie.value
    assert device_of(request) == "d" * 22
    request.COOKIES["pli_device"] = cookie.value.replace("d", "e", 1)
    assert device_of(request) == ""
    assert device_of(RequestFactory().get("/")) == ""


def test_pruning_keeps_the_locks_and_drops_old_slips() -> None:
    know("old-device")
    fail(1, who="slip")
    fail(5, who="guessed")
    later = MORNING + timedelta(days=200)
    assert prune(later) > 0
    assert not is_let_in(MORNING, who="guessed")
    assert Throttle.objects.count() == 1
    assert KnownDevice.objects.count() == 0
    prune(MORNING + timedelta(days=400))
    assert Throttle.objects.count() == 0


def test_any_text_may_be_typed_as_an_identity() -> None:
    for typed in ("", "@", "a@b@c", "\ud800", "\x00", "é" * 5_000):
        assert isinstance(attempt(typed, HOME, now=MORNING), Permit)
    assert canonical_identity("  X@ac-caen.fr") == "x"


def test_the_site_does_not_start_with_limits_that_stop_everyone_or_nobody(settings: Any) -> None:
    assert limits_make_sense(None) == []
    settings.THROTTLE_FREE_FAILURES = 0
    settings.THROTTLE_ADDRESS_FAILURES_AN_HOUR = 5
    assert [fault.id for fault in limits_make_sense(None)] == ["accounts.E030", "accounts.E031"]
    settings.THROTTLE_FREE_FAILURES = 5
    settings.THROTTLE_DISABLE_AFTER = 1_000
    assert "accounts.E030" in [fault.id for fault in limits_make_sense(None)]
