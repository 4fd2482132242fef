"""Counting attempts in the database, before anything is verified.

The same work is done for identities that do not exist. All counters of an attempt are locked in
one order (person, then address), so two attempts never wait for each other in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models.throttles import KnownDevice, Throttle
from accounts.throttling.limits import AddressLimit, Limit, PersonLimit, Refusal, longest
from accounts.throttling.whom import (
    Guarded,
    address_key,
    device_counter_key,
    device_key,
    identity_key,
    person_key,
)

COUNTS = ["in_a_row", "in_window", "window_started_at", "last_failure_at"]


@dataclass(frozen=True)
class Permit:
    """Leave to verify one attempt, and the counters it belongs to.

    ``person`` and ``device`` are the keys under which a success makes the device known.
    """

    counters: tuple[tuple[str, Limit], ...]
    person: str
    device: str
    counted: bool

    @property
    def is_of_a_stranger(self) -> bool:
        """Whether it counts for everyone but the devices that are known."""
        return len(self.counters) > 1


def attempt(
    identity: str,
    address: str,
    device: str = "",
    guarded: Guarded = Guarded.PASSWORD,
    now: datetime | None = None,
) -> Permit | Refusal:
    """Leave to verify, already counted as a failure: guesses made at once are all counted.

    ``identity`` is what was typed, or the login where it is known; ``device`` what ``device_of``
    said. The count is committed before this returns, whatever the caller does next.
    """
    now = now or timezone.now()
    permit = _permit(identity, address, device, guarded, now, counted=True)
    with transaction.atomic(durable=True):
        rows = _locked_rows(permit, now)
        refusal = _refusal(permit, rows, now)
        if refusal is None:
            _count(permit, rows, now)
    return refusal or permit


def consult(
    identity: str,
    address: str,
    device: str = "",
    guarded: Guarded = Guarded.PASSWORD,
    now: datetime | None = None,
) -> Permit | Refusal:
    """As ``attempt`` but counting nothing yet: for mail programs, which sign in five at a time."""
    now = now or timezone.now()
    permit = _permit(identity, address, device, guarded, now, counted=False)
    rows = {row.key: row for row in Throttle.objects.filter(key__in=_keys(permit))}
    return _refusal(permit, [rows.get(key) for key in _keys(permit)], now) or permit


def report(
    identity: str,
    address: str,
    success: bool,
    device: str = "",
    guarded: Guarded = Guarded.PASSWORD,
    now: datetime | None = None,
) -> Refusal | None:
    """What became of an attempt that was only consulted; returns as ``failed`` does."""
    now = now or timezone.now()
    permit = _permit(identity, address, device, guarded, now, counted=False)
    if not success:
        return failed(permit, now)
    succeeded(permit, now)
    return None


def knows(identity: str, device: str, now: datetime | None = None) -> bool:
    """Whether this person signed in from this device, not too long ago."""
    return _is_known(person_key(identity), device_key(device), now or timezone.now())


def failed(permit: Permit, now: datetime | None = None) -> Refusal | None:
    """The refusal that the next attempt would meet now, so that the page can say it at once.

    ``Reason.DISABLED`` comes from the failure that disabled the credential, and from no later one.
    """
    now = now or timezone.now()
    with transaction.atomic():
        rows = _locked_rows(permit, now)
        if not permit.counted:
            _count(permit, rows, now)
    return _refusal(permit, rows, now)


def succeeded(permit: Permit, now: datetime | None = None) -> None:
    """Forgets the failures in a row and takes this attempt out of the count of the day.

    The device, if any, is known from now on.
    """
    now = now or timezone.now()
    if permit.counted or Throttle.objects.filter(key__in=_keys(permit), in_a_row__gt=0).exists():
        _take_back(permit, now)
    if permit.device:
        _know_device(permit, now)


def _permit(
    identity: str, address: str, device: str, guarded: Guarded, now: datetime, *, counted: bool
) -> Permit:
    """A device that is known has its own counter; everyone else shares that of the identity."""
    person = person_key(identity)
    name = device_key(device) if device else ""
    counters: tuple[tuple[str, Limit], ...]
    if name and _is_known(person, name, now):
        counters = ((device_counter_key(person, name, guarded), PersonLimit()),)
    else:
        counters = (
            (identity_key(identity, guarded), PersonLimit()),
            (address_key(address), AddressLimit()),
        )
    return Permit(counters, person, name, counted)


def _is_known(person: str, device: str, now: datetime) -> bool:
    since = now - timedelta(days=settings.KNOWN_DEVICE_DAYS)
    return KnownDevice.objects.filter(
        identity_key=person, device_key=device, last_success_at__gte=since
    ).exists()


def _keys(permit: Permit) -> list[str]:
    return [key for key, _ in permit.counters]


def _locked_rows(permit: Permit, now: datetime) -> list[Throttle]:
    start = {"window_started_at": now, "last_failure_at": now}
    rows = Throttle.objects.select_for_update()
    return [rows.get_or_create(key=key, defaults=start)[0] for key in _keys(permit)]


def _refusal(permit: Permit, rows: Sequence[Throttle | None], now: datetime) -> Refusal | None:
    limits = [limit for _, limit in permit.counters]
    refusals = [limit.refusal(row, now) for limit, row in zip(limits, rows, strict=True) if row]
    return longest([refusal for refusal in refusals if refusal])


def _count(permit: Permit, rows: list[Throttle], now: datetime) -> None:
    for (_, limit), row in zip(permit.counters, rows, strict=True):
        if now >= row.window_started_at + limit.window:
            row.window_started_at, row.in_window = now, 0
        row.in_window += 1
        row.in_a_row += limit.counts_runs
        row.last_failure_at = now
        row.save(update_fields=COUNTS)


def _take_back(permit: Permit, now: datetime) -> None:
    """A failure counted in a window that has ended meanwhile left with that window."""
    with transaction.atomic():
        rows = _locked_rows(permit, now)
        for (_, limit), row in zip(permit.counters, rows, strict=True):
            row.in_a_row = 0
            if permit.counted and now < row.window_started_at + limit.window:
                row.in_window = max(0, row.in_window - 1)
            row.save(update_fields=COUNTS)


def _know_device(permit: Permit, now: datetime) -> None:
    """Written once a day at most: mail programs sign in all day long."""
    known = KnownDevice.objects.filter(identity_key=permit.person, device_key=permit.device)
    if known.filter(last_success_at__gt=now - timedelta(days=1)).exists():
        return
    KnownDevice.objects.update_or_create(
        identity_key=permit.person,
        device_key=permit.device,
        defaults={"last_success_at": now},
    )
