"""How a name becomes a login, ``prenom.nom``: pure spelling, whoever else has it.

Source: IDENTITY rules, "Login names". What has no accent to lose is transliterated (``ø``, ``ß``,
Cyrillic, Chinese …); what is no letter at all parts two words.
"""

import re
import unicodedata

from anyascii import anyascii

LOGIN_MAX_LENGTH = 64  # RFC 5321 §4.5.3.1.1: the left part of the address to be
LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
WITHOUT_LETTERS = "agent"  # the name is all signs, or empty
BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
SEPARATORS = ".-"


def login_name(first_name: str, usual_name: str) -> str:
    """``prenom.nom`` without marks, in lower case, at most 64 characters; one name alone has no dot.

    >>> login_name("Maëlle", "d’Aubigny")
    'maelle.d-aubigny'
    """
    parts = [part for part in (_plain(first_name), _plain(usual_name)) if part]
    return _cut(".".join(parts) or WITHOUT_LETTERS, LOGIN_MAX_LENGTH)


def numbered(login: str, number: int) -> str:
    """``prenom.nom1`` for the first homonym; 0 is nobody's number."""
    if number == 0:
        return login
    return f"{_cut(login, LOGIN_MAX_LENGTH - len(str(number)))}{number}"


def _cut(login: str, length: int) -> str:
    return login[:length].rstrip(SEPARATORS)


def _plain(name: str) -> str:
    composed = unicodedata.normalize("NFC", name).translate(LIGATURES)
    spelled = "".join(_spelled(char) for char in composed)
    return BETWEEN_WORDS.sub("-", spelled.lower()).strip("-")


def _spelled(char: str) -> str:
    """The letters and digits that stand for one character; a hyphen where it is none."""
    kind = unicodedata.category(char)
    if kind[0] not in "LMN" or kind == "Lm":  # Lm: ʼ and its like are apostrophes in names
        return "-"
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return bare if bare.isascii() else re.sub(r"[^A-Za-z0-9]", "", anyascii(char))
