"""System check: settings with which nobody could register or answer questions."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error

from accounts.questions.catalogue import QUESTIONS

PEPPER_MIN = 32


def questions_can_be_answered(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[Error]:
    faults = []
    if not 1 <= settings.QUESTIONS_ASKED <= settings.QUESTIONS_REGISTERED <= len(QUESTIONS):
        faults.append(
            Error(
                "PLI_QUESTIONS_ASKED must be 1 to PLI_QUESTIONS_REGISTERED, "
                f"and that {len(QUESTIONS)} at most.",
                id="accounts.E010",
            )
        )
    if len(settings.ANSWER_PEPPER) < PEPPER_MIN:
        faults.append(
            Error(f"PLI_ANSWER_PEPPER must have {PEPPER_MIN} characters.", id="accounts.E011")
        )
    return faults
