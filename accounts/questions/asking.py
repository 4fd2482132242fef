"""Asking the same three questions until all are answered right, of whoever comes.

Someone without an account, or without answers, is asked three that look as real: drawn from what
was typed by a keyed hash, they are the same at each visit. The verdict is one for all answers.
"""

import secrets
from collections.abc import Mapping

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from accounts.models.questions import SecurityAnswer
from accounts.questions.catalogue import QUESTIONS, Question
from accounts.questions.hashing import decoy, matches
from accounts.questions.normalisation import RULE_VERSION
from accounts.secrets import Answer
from accounts.throttling.whom import canonical_identity

RANDOM = secrets.SystemRandom()
NO_ANSWER = Answer("")


def has_registered(user: User) -> bool:
    return user.security_answers.count() >= settings.QUESTIONS_REGISTERED


def asked_questions(identity: str, user: User | None) -> list[Question]:
    """What to ask whoever typed ``identity``; ``user`` is the account found, if any."""
    codes = set(_asked_answers(user)) or _fake_codes(identity)
    return [question for question in QUESTIONS if question.code in codes]


def answers_are_right(identity: str, user: User | None, answers: Mapping[str, Answer]) -> bool:
    """One verdict for all answers, given by question code; the work is the same for everyone.

    When it is yes, three questions are drawn again for the next time. Callers ask the throttle
    first (``Guarded.QUESTIONS``).
    """
    registered = _asked_answers(user)
    verdicts = [
        _is_right(question.code, registered.get(question.code), answers)
        for question in asked_questions(identity, user)
    ]
    right = bool(registered) and all(verdicts)
    if right and user is not None:
        draw_again(user)
    return right


@transaction.atomic
def draw_again(user: User) -> None:
    """Chooses which of the registered questions are asked from now on."""
    codes = list(user.security_answers.values_list("question", flat=True))
    drawn = RANDOM.sample(codes, min(settings.QUESTIONS_ASKED, len(codes)))
    user.security_answers.update(asked=False)
    user.security_answers.filter(question__in=drawn).update(asked=True)


def _asked_answers(user: User | None) -> dict[str, SecurityAnswer]:
    if user is None:
        return {}
    return {answer.question: answer for answer in user.security_answers.filter(asked=True)}


def _is_right(code: str, row: SecurityAnswer | None, answers: Mapping[str, Answer]) -> bool:
    spare = decoy()  # always made, or the first visitor without answers would wait longer
    answer = answers.get(code, NO_ANSWER)
    if row is None:
        return matches(spare, code, answer, RULE_VERSION)
    return matches(row.answer_hash, code, answer, row.rule_version)


def _fake_codes(identity: str) -> set[str]:
    typed = canonical_identity(identity).encode("utf-8", "backslashreplace").decode()

    def rank(question: Question) -> str:
        return salted_hmac(
            "pli fake questions", f"{question.code}\n{typed}", algorithm="sha256"
        ).hexdigest()

    return {question.code for question in sorted(QUESTIONS, key=rank)[: settings.QUESTIONS_ASKED]}
