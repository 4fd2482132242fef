"""Security questions: four registered, three asked, all right or nothing."""

from accounts.questions.asking import answers_are_right, asked_questions, has_registered
from accounts.questions.catalogue import QUESTIONS, Question
from accounts.questions.registration import (
    AnswerRefusal,
    AnswersRefused,
    check_answers,
    register_answers,
)

__all__ = [
    "QUESTIONS",
    "AnswerRefusal",
    "AnswersRefused",
    "Question",
    "answers_are_right",
    "asked_questions",
    "check_answers",
    "has_registered",
    "register_answers",
]
