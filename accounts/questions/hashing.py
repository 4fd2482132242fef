"""Answers are short and guessable: Argon2id slows a thief of the database, the pepper stops him."""

import hmac
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django.conf import settings

from accounts.hashers import MailServerArgon2
from accounts.questions.normalisation import normalised_answer
from accounts.secrets import Answer

ARGON2 = PasswordHasher(
    time_cost=MailServerArgon2.time_cost,
    memory_cost=MailServerArgon2.memory_cost,
    parallelism=MailServerArgon2.parallelism,
)


def hashed(question: str, answer: Answer, version: int) -> str:
    return ARGON2.hash(_peppered(question, answer, version))


def matches(answer_hash: str, question: str, answer: Answer, version: int) -> bool:
    try:
        return ARGON2.verify(answer_hash, _peppered(question, answer, version))
    except VerifyMismatchError:
        return False


@cache
def decoy() -> str:
    """A hash that nothing matches: what is checked for who has no answer, in the same time."""
    return ARGON2.hash(secrets.token_hex(32))


def _peppered(question: str, answer: Answer, version: int) -> str:
    """Bound to its question: a hash copied to another row opens nothing."""
    text = f"{version}\n{question}\n{normalised_answer(answer.reveal(), version)}"
    pepper = settings.ANSWER_PEPPER.encode()
    return hmac.digest(pepper, text.encode("utf-8", "surrogatepass"), "sha256").hex()
