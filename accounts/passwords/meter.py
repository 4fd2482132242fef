"""What the form shows while a password is typed."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.passwords.person import Person
from accounts.passwords.rules import Refusal, check_password_rules
from accounts.passwords.strength import guesses_log10

REFUSED_AT_MOST = 2
SENTENCES = (
    _("Deviné en un instant"),
    _("Très facile à deviner"),
    _("Pas encore assez solide"),
    _("Solide"),
    _("Très solide"),
)


@dataclass(frozen=True)
class Strength:
    """``level`` runs from 0 to 4; exactly 3 and 4 are accepted, and then ``refusals`` is empty."""

    level: int
    guesses_log10: float
    sentence: str | Promise
    refusals: tuple[Refusal, ...]


def strength(password: str, who: Person, second_factor: bool) -> Strength:
    """The strength of what is typed so far, with all that still stands against it."""
    guesses = guesses_log10(password, who)
    refusals = tuple(check_password_rules(password, who, second_factor))
    level = min(_level(guesses), REFUSED_AT_MOST) if refusals else _level(guesses)
    return Strength(level, guesses, SENTENCES[level], refusals)


def _level(guesses: float) -> int:
    asked = settings.PASSWORD_MIN_GUESSES_LOG10
    return sum(guesses >= step for step in (asked * 0.4, asked * 0.7, asked, asked + 3))
