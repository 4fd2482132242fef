"""Passwords made of what is known of their owner: login, names, NUMEN, school, and derivatives."""

from datetime import date

from django.conf import settings

from accounts.passwords.person import Person
from accounts.spelling import letters_and_digits, plain, readings

TERM_MIN = 3  # « Léa » counts, « de » does not
REST_MIN = 8  # what a password must still hold once the known terms are taken away
SEPARATORS = str.maketrans(dict.fromkeys("-_.'’,@ ", " "))


def terms(who: Person) -> list[str]:
    """All that a guesser who knows the person would try, longest first, letters and digits only."""
    texts = [who.login, _numen(who), *who.names, *who.schools, settings.ACADEMY_NAME]
    whole = {letters_and_digits(text) for text in [*texts, *settings.DOMAINS]}
    parts = {part for text in [*texts, *settings.DOMAINS] for part in _words(text)}
    known = whole | parts | _date_spellings(who.birth_date)
    return sorted((term for term in known if len(term) >= TERM_MIN), key=lambda t: (-len(t), t))


def is_made_of(password: str, who: Person) -> bool:
    """Whether little is left of the password without what is known of its owner."""
    known = terms(who)
    return any(_is_derived(reading, known) for reading in readings(password))


def holds_numen(password: str, who: Person) -> bool:
    """A NUMEN never stands in a password, however long the rest."""
    numen = letters_and_digits(_numen(who))
    return bool(numen) and any(numen in reading for reading in readings(password))


def _is_derived(reading: str, known: list[str]) -> bool:
    rest = reading
    for term in known:
        rest = rest.replace(term, " ")
    return rest != reading and len(rest.replace(" ", "")) < REST_MIN


def _numen(who: Person) -> str:
    return who.numen.reveal() if who.numen else ""


def _words(text: str) -> list[str]:
    return [letters_and_digits(word) for word in plain(text).translate(SEPARATORS).split()]


def _date_spellings(day: date | None) -> set[str]:
    if day is None:
        return set()
    forms = ("%d%m%Y", "%d%m%y", "%Y%m%d", "%y%m%d", "%d%m", "%m%Y", "%Y")
    return {day.strftime(form) for form in forms}
