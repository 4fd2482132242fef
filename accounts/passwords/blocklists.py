"""The lists that every guesser tries first; ``data/README.md`` says where they come from."""

import re
from functools import cache
from pathlib import Path

from accounts.passwords.bloom import BloomFilter
from accounts.spelling import LEET_TABLES, letters, plain

DATA = Path(__file__).parent / "data"
# « Bretagne2024! »: as many signs around one word as a program tries in an instant.
DECORATION_MAX = 4
JOINERS = str.maketrans(dict.fromkeys(" -'’", ""))
AROUND = re.compile(r"^[^a-z]*|[^a-z]*$")


@cache
def _most_used() -> BloomFilter:
    return BloomFilter.read(DATA / "most-used.bloom")


@cache
def _french_words() -> BloomFilter:
    return BloomFilter.read(DATA / "french-words.bloom")


def is_most_used(password: str) -> bool:
    """One of the 100,000 most used passwords, whatever its capitals and accents."""
    return plain(password) in _most_used()


def is_french_word(password: str) -> bool:
    """One French word, first name, surname or commune, with at most a few signs around it."""
    text = plain(password).translate(JOINERS)
    return any(
        len(text) - len(word) <= DECORATION_MAX and word in _french_words()
        for spelling in _spellings(text)
        for word in (spelling, spelling[::-1])
    )


def _spellings(text: str) -> set[str]:
    """The letters of ``text``: as typed, or with leet signs read, at its edges or only inside."""
    core = AROUND.sub("", text)
    leet = {part.translate(table) for part in (text, core) for table in LEET_TABLES}
    return {letters(spelling) for spelling in (core, *leet)}
