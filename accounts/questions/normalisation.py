"""One spelling for each answer, when it is saved and when it is checked.

The rule's version is stored beside each answer: a new rule gets a new number, and answers saved
under an old one are still checked by it.
"""

import unicodedata
from collections.abc import Callable

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


def _first_rule(text: str) -> str:
    """NFKD, without marks, casefold, ``œ`` and ``æ`` in two letters, letters and digits only."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(char for char in decomposed if not unicodedata.category(char).startswith("M"))
    spelled = bare.casefold().translate(LIGATURES)
    return "".join(char for char in spelled if char.isalnum())


RULES: dict[int, Callable[[str], str]] = {1: _first_rule}
RULE_VERSION = max(RULES)


def normalised_answer(text: str, version: int = RULE_VERSION) -> str:
    """``" Saint-Lô ! "`` → ``saintlo``; twice is the same as once."""
    return RULES[version](text)
