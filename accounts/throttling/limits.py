"""How long one waits after so many failures (IDENTITY rules, "Throttling")."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models.throttles import Throttle

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Reason(Enum):
    WAIT = auto()
    DAY = auto()
    ADDRESS = auto()
    DISABLED = auto()


@dataclass(frozen=True)
class Refusal:
    """Nothing is verified now; ``wait_seconds`` is None when only a reset opens the way again.

    ``sentence`` is the same whether the identity exists or not.
    """

    reason: Reason
    wait_seconds: int | None
    sentence: str


class PersonLimit:
    """5 failures, then 1, 2, 4 … 60 minutes; 25 a day; at 100 in a row, no more."""

    window = DAY
    counts_runs = True

    def refusal(self, row: Throttle, now: datetime) -> Refusal | None:
        if row.in_a_row >= settings.THROTTLE_DISABLE_AFTER:
            return Refusal(Reason.DISABLED, None, _disabled())
        day_ends = row.window_started_at + DAY
        if row.in_window >= settings.THROTTLE_DAILY_FAILURES and now < day_ends:
            seconds = _seconds(day_ends - now)
            return Refusal(Reason.DAY, seconds, _tomorrow(seconds))
        return self._pause(row, now)

    def _pause(self, row: Throttle, now: datetime) -> Refusal | None:
        beyond = row.in_a_row - settings.THROTTLE_FREE_FAILURES
        ends = row.last_failure_at + pause_after(beyond)
        if beyond < 0 or now >= ends:
            return None
        seconds = _seconds(ends - now)
        return Refusal(Reason.WAIT, seconds, _later(seconds))


class AddressLimit:
    """300 failures an hour: a staff room shares one address."""

    window = HOUR
    counts_runs = False  # everyone behind it fails in turn

    def refusal(self, row: Throttle, now: datetime) -> Refusal | None:
        hour_ends = row.window_started_at + HOUR
        if row.in_window < settings.THROTTLE_ADDRESS_FAILURES_AN_HOUR or now >= hour_ends:
            return None
        seconds = _seconds(hour_ends - now)
        return Refusal(Reason.ADDRESS, seconds, _network(seconds))


Limit = PersonLimit | AddressLimit


def pause_after(beyond: int) -> timedelta:
    """1, 2, 4 … minutes for the 5th, 6th, 7th … failure in a row (``beyond`` 0, 1, 2 …)."""
    longest = settings.THROTTLE_LONGEST_WAIT_MINUTES
    return timedelta(minutes=min(2 ** max(0, min(beyond, 30)), longest))


def longest(refusals: list[Refusal]) -> Refusal | None:
    """The one to tell: what cannot be waited out, else the longest wait."""
    return max(refusals, key=_length, default=None)


def _length(refusal: Refusal) -> float:
    return math.inf if refusal.wait_seconds is None else refusal.wait_seconds


def _seconds(wait: timedelta) -> int:
    return math.ceil(wait.total_seconds())


def _later(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "Trop d’essais de suite. Réessayez dans %(minutes)d minute.",
        "Trop d’essais de suite. Réessayez dans %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def _tomorrow(seconds: int) -> str:
    hours = math.ceil(seconds / 3600)
    return ngettext(
        "Trop d’essais en une journée. Réessayez dans %(hours)d heure.",
        "Trop d’essais en une journée. Réessayez dans %(hours)d heures.",
        hours,
    ) % {"hours": hours}


def _network(seconds: int) -> str:
    minutes = math.ceil(seconds / 60)
    return ngettext(
        "Trop d’essais ratés depuis votre réseau. Réessayez dans %(minutes)d minute.",
        "Trop d’essais ratés depuis votre réseau. Réessayez dans %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def _disabled() -> str:
    return _(
        "Trop d’essais ont échoué : cet accès est bloqué. "
        "Le secrétariat de votre établissement ou l’assistance peut le rouvrir."
    )
