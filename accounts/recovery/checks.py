"""System checks: text messages that cannot leave, and numbers with which nobody gets back in."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Advice

AT_LEAST_ONE = (
    "RECOVERY_CODE_TRIES",
    "RECOVERY_CODE_MINUTES",
    "RECOVERY_SMS_CODE_MINUTES",
    "RESET_LINK_MINUTES",
    "RESET_HOLD_HOURS",
    "RESET_AFTER_HOLD_HOURS",
    "HANDED_CODE_HOURS",
    "NOTICE_LINK_DAYS",
)
MOST_TRIES = 10  # of a million codes: beyond, guessing begins to pay


def text_messages_can_leave(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    return list(_http_faults()) if settings.SMS_GATEWAY == "http" else []


def text_messages_reach_people(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """For ``check --deploy``: in the demo and the tests the file is what is wanted."""
    if settings.SMS_GATEWAY != "file":
        return []
    return [
        Advice(
            f"Text messages, codes included, are written to {settings.SMS_FILE} and reach nobody.",
            hint="PLI_SMS_GATEWAY is http, or empty where the academy sends no text messages.",
            id="accounts.W040",
        )
    ]


def _http_faults() -> Iterator[CheckMessage]:
    if not settings.SMS_URL.startswith(("https://", "http://")):
        yield Error(
            "PLI_SMS_GATEWAY=http needs PLI_SMS_URL, the address of the gateway.",
            id="accounts.E040",
        )
    if not settings.SMS_KEY:
        yield Error(
            "PLI_SMS_GATEWAY=http needs PLI_SMS_KEY, without which anybody could send.",
            id="accounts.E041",
        )


def recovery_makes_sense(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    faults: list[CheckMessage] = [
        Error(f"PLI_{name} must be 1 or more.", id="accounts.E045")
        for name in AT_LEAST_ONE
        if getattr(settings, name) < 1
    ]
    if settings.RECOVERY_CODE_TRIES > MOST_TRIES:
        faults.append(
            Error(f"PLI_RECOVERY_CODE_TRIES must be {MOST_TRIES} or less.", id="accounts.E046")
        )
    return faults
