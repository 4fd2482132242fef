"""The code of an activation letter: drawn, printed once, kept as a peppered Argon2id hash.

Twelve letters drawn (51.9 bits) and a check character, ``XXXX-XXXX-XXXX-X``: a slip of the finger
is told at once and costs no attempt. Source: IDENTITY rules, "Activation letter".
"""

import hmac
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from django.conf import settings

from accounts.hashers import MailServerArgon2
from accounts.secrets import Code

# No vowel, so that no word appears; none that is taken for a digit or for another one.
ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
DRAWN = 12
LENGTH = DRAWN + 1
GROUP = 4

ARGON2 = PasswordHasher(
    time_cost=MailServerArgon2.time_cost,
    memory_cost=MailServerArgon2.memory_cost,
    parallelism=MailServerArgon2.parallelism,
)


class NotACode(ValueError):
    """What was typed cannot be a code of ours: a slip, told without spending an attempt."""


def new_code() -> Code:
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(DRAWN))
    return Code(drawn + check_character(drawn))


def read_code(typed: str) -> Code:
    """``" bcdf ghjk-lmnp q "`` → the code in its one spelling. Raises NotACode.

    Case, spaces and dashes do not count; the check character does.
    """
    upper = unicodedata.normalize("NFKC", typed).upper()
    text = "".join(char for char in upper if char.isalnum())
    if len(text) != LENGTH or not set(text) <= set(ALPHABET):
        raise NotACode(f"A code has {LENGTH} letters, none of them a vowel.")
    if check_character(text[:DRAWN]) != text[DRAWN]:
        raise NotACode("The check character does not fit.")
    return Code(text)


def in_groups(code: Code) -> str:
    """``XXXX-XXXX-XXXX-X``: as the letter prints it."""
    text = code.reveal()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def check_character(drawn: str) -> str:
    """Luhn modulo 20: finds every wrong letter, and nearly every two that changed places."""
    size = len(ALPHABET)
    total = 0
    for place, char in enumerate(reversed(drawn)):
        value = ALPHABET.index(char) * (1 if place % 2 else 2)
        total += value // size + value % size
    return ALPHABET[-total % size]


def hash_of(code: Code, letter_id: int) -> str:
    return ARGON2.hash(_peppered(code, letter_id))


def is_code(code: Code, code_hash: str, letter_id: int) -> bool:
    """Takes as long where there is no letter: hand in :func:`decoy` then."""
    try:
        return ARGON2.verify(code_hash, _peppered(code, letter_id))
    except (VerifyMismatchError, InvalidHashError):
        return False


@cache
def decoy() -> str:
    """A hash that nothing matches."""
    return ARGON2.hash(secrets.token_hex(32))


def _peppered(code: Code, letter_id: int) -> str:
    """Bound to its letter: a hash copied to another row opens nothing."""
    text = f"letter {letter_id}\n{code.reveal()}"
    return hmac.digest(settings.ANSWER_PEPPER.encode(), text.encode(), "sha256").hex()
