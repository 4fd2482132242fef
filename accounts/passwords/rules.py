"""Which passwords are accepted, and what the person is told when one is not."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.passwords.blocklists import is_french_word, is_most_used
from accounts.passwords.person import Person
from accounts.passwords.personal import holds_numen, is_made_of
from accounts.passwords.strength import guesses_log10
from accounts.spelling import normalised


@dataclass(frozen=True)
class Refusal:
    """One reason, in two sentences: what is wrong (``sentence``) and ``what_to_do`` about it."""

    code: str
    sentence: str | Promise
    what_to_do: str | Promise


OFFER = gettext_lazy("Prenez plutôt quatre mots sans rapport entre eux, comme ceux proposés.")
WITHOUT_YOURSELF = gettext_lazy(
    "Choisissez des mots qui n’ont rien à voir avec vous ni avec votre établissement."
)

CONTROL = Refusal(
    "control_character",
    gettext_lazy("Le mot de passe contient un caractère invisible."),
    gettext_lazy("Retapez-le au clavier au lieu de le coller."),
)
MOST_USED = Refusal(
    "most_used",
    gettext_lazy("Ce mot de passe est parmi les plus utilisés : il est essayé en premier."),
    OFFER,
)
FRENCH_WORD = Refusal(
    "french_word",
    gettext_lazy("Un seul mot, un nom ou une phrase connue se devine, même suivi de chiffres."),
    gettext_lazy("Ajoutez d’autres mots sans rapport avec le premier."),
)
NUMEN = Refusal(
    "numen",
    gettext_lazy("Le mot de passe contient votre NUMEN."),
    gettext_lazy("Retirez-le : votre NUMEN figure sur bien des papiers."),
)
PERSONAL = Refusal(
    "personal",
    gettext_lazy(
        "Le mot de passe ressemble à votre identifiant, votre nom, votre date de naissance "
        "ou votre établissement."
    ),
    WITHOUT_YOURSELF,
)
GUESSABLE = Refusal(
    "guessable",
    gettext_lazy("Ce mot de passe se devine trop vite : il suit un modèle connu."),
    gettext_lazy("Ajoutez un ou deux mots, ou prenez les quatre mots proposés."),
)


def check_password_rules(password: str, who: Person, second_factor: bool) -> list[Refusal]:
    """All reasons to refuse ``password``; an empty list accepts it.

    Length is counted in characters after NFKC (NIST SP 800-63B-4, §3.1.1.2). The estimate comes
    last and only when nothing more precise can be said.
    """
    text = normalised(password)
    refusals = [*_length(text, second_factor), *_content(text, who)]
    if not refusals and guesses_log10(text, who) < settings.PASSWORD_MIN_GUESSES_LOG10:
        return [GUESSABLE]
    return refusals


def _length(text: str, second_factor: bool) -> list[Refusal]:
    shortest = min_length(second_factor)
    if len(text) < shortest:
        return [_too_short(len(text), shortest)]
    return [_too_long()] if len(text) > settings.PASSWORD_MAX_LENGTH else []


def min_length(second_factor: bool) -> int:
    if second_factor:
        return int(settings.PASSWORD_MIN_LENGTH_WITH_SECOND_FACTOR)
    return int(settings.PASSWORD_MIN_LENGTH)


def _content(text: str, who: Person) -> list[Refusal]:
    """The text is cut first: a megabyte of password must not cost a second of reading."""
    start = text[: settings.PASSWORD_MAX_LENGTH]
    checks: tuple[tuple[Callable[[str], bool], Refusal], ...] = (
        (_has_control_character, CONTROL),
        (lambda password: holds_numen(password, who), NUMEN),
        (is_most_used, MOST_USED),
        (lambda password: is_made_of(password, who), PERSONAL),
        (is_french_word, FRENCH_WORD),
    )
    return [refusal for is_wrong, refusal in checks if is_wrong(start)]


def _has_control_character(text: str) -> bool:
    """Mail programs cannot send them, nor Argon2 hash a lone surrogate."""
    return any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)


def _too_short(length: int, shortest: int) -> Refusal:
    return Refusal(
        "too_short",
        _("Le mot de passe a %(length)d caractères ; il en faut au moins %(shortest)d.")
        % {"length": length, "shortest": shortest},
        ngettext(
            "Ajoutez au moins %(missing)d caractère ; les espaces comptent.",
            "Ajoutez au moins %(missing)d caractères ; les espaces comptent.",
            shortest - length,
        )
        % {"missing": shortest - length},
    )


def _too_long() -> Refusal:
    return Refusal(
        "too_long",
        _("Le mot de passe dépasse %(longest)d caractères.")
        % {"longest": settings.PASSWORD_MAX_LENGTH},
        _("Raccourcissez-le : quatre ou cinq mots suffisent."),
    )
