"""Four French words that the form offers as a password."""

import math
import secrets
from functools import cache

from django.conf import settings

from accounts.passwords.blocklists import DATA

WORDS_AT_LEAST = 4


@cache
def passphrase_words() -> tuple[str, ...]:
    """Common words of 4 to 10 letters, without accents, capitals or words that sound alike."""
    return tuple((DATA / "passphrase-words.txt").read_text(encoding="ascii").split())


def suggest_passphrase() -> str:
    """``girafe potager volcan tambour``: words drawn evenly, as many as the academy's rule asks.

    Four of 2,495 words are 45 bits (3.9e13 guesses) even for who knows the list.
    """
    while True:
        phrase = " ".join(secrets.choice(passphrase_words()) for _ in range(_word_count()))
        if len(phrase) >= settings.PASSWORD_MIN_LENGTH:
            return phrase


def _word_count() -> int:
    needed = settings.PASSWORD_MIN_GUESSES_LOG10 / math.log10(len(passphrase_words()))
    return max(WORDS_AT_LEAST, math.ceil(needed))
