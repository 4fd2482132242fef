"""System check: limits with which nobody could sign in, or a guesser never be stopped."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error

NIST_MOST_FAILURES = 100  # in a row: SP 800-63B-4, §3.2.2


def limits_make_sense(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[Error]:
    faults = []
    free, daily = settings.THROTTLE_FREE_FAILURES, settings.THROTTLE_DAILY_FAILURES
    if not 1 <= free <= daily <= settings.THROTTLE_DISABLE_AFTER <= NIST_MOST_FAILURES:
        faults.append(
            Error(
                "PLI_THROTTLE_FREE_FAILURES, PLI_THROTTLE_DAILY_FAILURES and "
                f"PLI_THROTTLE_DISABLE_AFTER must go upwards, to {NIST_MOST_FAILURES} at most.",
                id="accounts.E030",
            )
        )
    if daily > settings.THROTTLE_ADDRESS_FAILURES_AN_HOUR:
        faults.append(
            Error(
                "PLI_THROTTLE_ADDRESS_FAILURES_AN_HOUR is for everyone behind one address: "
                "it cannot be less than one person's day.",
                id="accounts.E031",
            )
        )
    return faults
