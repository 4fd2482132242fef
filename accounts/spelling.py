"""One spelling for words and passwords, so that ``Élève``, ``3l3v3`` and ``ELEVE`` are equal."""

import unicodedata

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
# What people write for a letter. « 1 » may be an i or an l, so two tables are tried.
LEET = {
    "0": "o",
    "2": "z",
    "3": "e",
    "4": "a",
    "5": "s",
    "6": "g",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "€": "e",
    "$": "s",
    "£": "l",
    "+": "t",
    "(": "c",
    "|": "l",
}
LEET_TABLES = (
    str.maketrans({**LEET, "1": "i", "!": "i"}),
    str.maketrans({**LEET, "1": "l", "!": "l"}),
)


def normalised(password: str) -> str:
    """The form that is measured, hashed and compared: NFKC (NIST SP 800-63B-4, §3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def plain(text: str) -> str:
    """Lower case without accents or ligatures: ``Cœur d’Été`` → ``coeur d’ete``."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.casefold().translate(LIGATURES)


def letters(text: str) -> str:
    return "".join(char for char in plain(text) if char.isalpha())


def letters_and_digits(text: str) -> str:
    return "".join(char for char in plain(text) if char.isalnum())


def readings(password: str) -> set[str]:
    """All the ways to read a password as letters and digits: as typed, without leet, backwards."""
    text = plain(password)
    forwards = {letters_and_digits(text), *(letters(text.translate(leet)) for leet in LEET_TABLES)}
    return {reading for word in forwards for reading in (word, word[::-1])}
