"""System check: settings with which no password would be accepted, and lists that are not there."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error

from accounts.passwords.blocklists import is_french_word, is_most_used
from accounts.passwords.passphrases import passphrase_words

SENSIBLE_GUESSES = range(1, 21)  # powers of ten


def passwords_can_be_chosen(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[Error]:
    faults = []
    shortest = settings.PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR
    if not 1 <= shortest <= settings.PASSWORD_MIN_LENGTH <= settings.PASSWORD_MAX_LENGTH:
        faults.append(
            Error(
                "PLI_PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR, PLI_PASSWORD_MIN_LENGTH and "
                "PLI_PASSWORD_MAX_LENGTH must go upwards.",
                id="accounts.E020",
            )
        )
    if settings.PASSWORD_MIN_GUESSES_LOG10 not in SENSIBLE_GUESSES:
        faults.append(Error("PLI_PASSWORD_MIN_GUESSES_LOG10 is 1 to 20.", id="accounts.E021"))
    return faults + _lists_are_whole()


def _lists_are_whole() -> list[Error]:
    try:
        whole = is_most_used("azerty") and is_french_word("bonjour") and passphrase_words()
    except (OSError, ValueError) as error:
        return [Error(f"accounts/passwords/data cannot be read: {error}", id="accounts.E022")]
    return [] if whole else [Error("accounts/passwords/data is not ours.", id="accounts.E022")]
