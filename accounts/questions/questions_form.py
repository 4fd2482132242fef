"""The form where one chooses security questions and answers them: at sign-in, in MINA, at activation."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.passwords import person_of
from accounts.questions import (
    QUESTIONS,
    AnswerRefusal,
    AnswersRefused,
    check_answers,
    register_answers,
)
from accounts.secrets import Answer

LONGEST_ANSWER = 100


class ShownOnce(forms.PasswordInput):
    """A text that is read while it is typed and never comes back in a page."""

    input_type = "text"


class QuestionsForm(forms.Form):
    """As many pairs ``question_1``, ``answer_1`` … as are to be registered."""

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        for number in self._numbers():
            self.fields[f"question_{number}"] = self._question(number)
            self.fields[f"answer_{number}"] = self._answer(number)

    def pairs(self) -> Iterator[tuple[BoundField, BoundField]]:
        for number in self._numbers():
            yield self[f"question_{number}"], self[f"answer_{number}"]

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            for refusal in check_answers(self._answers(), person_of(self.account)):
                self._refuse(refusal)
        return self.cleaned_data

    def save(self) -> None:
        """Replaces the account's answers. Raises AnswersRefused, after a form that is not valid."""
        if self.errors:
            raise AnswersRefused([])
        register_answers(self.account, self._answers(), person_of(self.account))

    def _answers(self) -> dict[str, Answer]:
        return {code: Answer(self.cleaned_data[name]) for code, name in self._chosen().items()}

    def _chosen(self) -> dict[str, str]:
        """The name of the field that answers each question."""
        return {
            self.cleaned_data[f"question_{number}"]: f"answer_{number}"
            for number in self._numbers()
        }

    def _refuse(self, refusal: AnswerRefusal) -> None:
        field = self._chosen().get(refusal.question)
        self.add_error(field, f"{refusal.sentence} {refusal.what_to_do}")

    @staticmethod
    def _numbers() -> range:
        return range(1, int(settings.QUESTIONS_REGISTERED) + 1)

    @staticmethod
    def _question(number: int) -> forms.ChoiceField:
        """Each starts with another question, so that choosing is optional."""
        return forms.ChoiceField(
            label=_("Question %(number)d") % {"number": number},
            choices=[(question.code, question.sentence) for question in QUESTIONS],
            initial=QUESTIONS[number - 1].code,
            widget=forms.Select({"class": "in"}),
        )

    @staticmethod
    def _answer(number: int) -> forms.CharField:
        no_help = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        return forms.CharField(
            label=_("Votre réponse à la question %(number)d") % {"number": number},
            max_length=LONGEST_ANSWER,
            widget=ShownOnce({"class": "in", **no_help}),
        )
