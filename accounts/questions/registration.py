"""Choosing questions and answers: what is refused, and how the rest is stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.models.questions import SecurityAnswer
from accounts.passwords.person import Person
from accounts.questions.asking import draw_again
from accounts.questions.catalogue import BY_CODE, Question, common_answers
from accounts.questions.hashing import hashed
from accounts.questions.normalisation import RULE_VERSION, normalised_answer
from accounts.secrets import Answer

WORD_MIN = 3  # letters of a question or a name that would make an answer


@dataclass(frozen=True)
class AnswerRefusal:
    """``question`` is the code it is about, or ``""`` for the answers as a whole."""

    question: str
    code: str
    sentence: str
    what_to_do: str


class AnswersRefused(Exception):
    """Nothing was saved; ``refusals`` says why."""

    def __init__(self, refusals: list[AnswerRefusal]) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


def register_answers(user: User, answers: Mapping[str, Answer], who: Person) -> None:
    """Replaces the answers of ``user``. ``answers`` by question code. Raises AnswersRefused."""
    if refusals := check_answers(answers, who):
        raise AnswersRefused(refusals)
    rows = [
        SecurityAnswer(
            user=user,
            question=code,
            answer_hash=hashed(code, answer, RULE_VERSION),
            rule_version=RULE_VERSION,
        )
        for code, answer in answers.items()
    ]
    with transaction.atomic():
        user.security_answers.all().delete()
        SecurityAnswer.objects.bulk_create(rows)
        draw_again(user)


def check_answers(answers: Mapping[str, Answer], who: Person) -> list[AnswerRefusal]:
    """All reasons to refuse; an empty list accepts."""
    if len(answers) != settings.QUESTIONS_REGISTERED or not answers.keys() <= BY_CODE.keys():
        return [_wrong_count()]
    spelled = {code: normalised_answer(answer.reveal()) for code, answer in answers.items()}
    return [
        *(r for code, text in spelled.items() for r in _check_one(BY_CODE[code], text, who)),
        *_check_together(spelled),
    ]


def _check_one(question: Question, text: str, who: Person) -> Iterator[AnswerRefusal]:
    if len(text) < settings.ANSWER_MIN_LENGTH:
        yield _too_short(question)
    elif text in _own_words(who):
        yield _yourself(question)
    elif text in _spellings(question.french) | _spellings(question.sentence):
        yield _in_question(question)
    elif text in common_answers(question.code) or len(set(text)) == 1:
        yield _too_common(question)


def _check_together(spelled: Mapping[str, str]) -> Iterator[AnswerRefusal]:
    seen: set[str] = set()
    for code, text in spelled.items():
        if text in seen:
            yield _repeated(BY_CODE[code])
        seen.add(text)
    if sum(map(len, spelled.values())) < settings.ANSWERS_MIN_TOTAL_LENGTH:
        yield _too_short_together()


def _own_words(who: Person) -> set[str]:
    """The login, the names, and each of their parts."""
    return {word for text in (who.login, *who.names) for word in _spellings(text)}


def _spellings(text: str) -> set[str]:
    """The text as one word, and each of its words: ``O’Neil-Roux`` → oneilroux, neil, roux."""
    for separator in "-_.'’,":
        text = text.replace(separator, " ")
    words = {normalised_answer(word) for word in [text, *text.split()]}
    return {word for word in words if len(word) >= WORD_MIN}


def _wrong_count() -> AnswerRefusal:
    return AnswerRefusal(
        "",
        "wrong_count",
        _("Il faut %(count)d questions différentes.") % {"count": settings.QUESTIONS_REGISTERED},
        _("Choisissez-les dans la liste et répondez à chacune."),
    )


def _too_short(question: Question) -> AnswerRefusal:
    return AnswerRefusal(
        question.code,
        "too_short",
        _("Cette réponse est trop courte : il faut au moins %(count)d lettres ou chiffres.")
        % {"count": settings.ANSWER_MIN_LENGTH},
        _("Complétez-la ou choisissez une autre question."),
    )


def _too_short_together() -> AnswerRefusal:
    return AnswerRefusal(
        "",
        "too_short_together",
        _("Vos réponses comptent ensemble moins de %(count)d lettres et chiffres.")
        % {"count": settings.ANSWERS_MIN_TOTAL_LENGTH},
        _("Allongez-en une, ou choisissez une question dont la réponse est plus longue."),
    )


def _repeated(question: Question) -> AnswerRefusal:
    return AnswerRefusal(
        question.code,
        "repeated",
        _("Cette réponse est la même qu’une autre."),
        _("Donnez une réponse différente à chaque question."),
    )


def _yourself(question: Question) -> AnswerRefusal:
    return AnswerRefusal(
        question.code,
        "yourself",
        _("Votre nom ou votre identifiant est connu de tous."),
        _("Donnez une réponse que vous seul connaissez."),
    )


def _in_question(question: Question) -> AnswerRefusal:
    return AnswerRefusal(
        question.code,
        "in_question",
        _("Cette réponse reprend un mot de la question."),
        _("Donnez une réponse que la question ne souffle pas."),
    )


def _too_common(question: Question) -> AnswerRefusal:
    return AnswerRefusal(
        question.code,
        "too_common",
        _("Cette réponse est parmi les plus fréquentes : elle se devine."),
        _("Précisez-la, ou choisissez une autre question."),
    )
