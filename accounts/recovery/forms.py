"""What is typed on the way back into an account."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from accounts.naming.identifiers import read_identifier
from accounts.questions import Question
from accounts.questions.questions_form import LONGEST_ANSWER, ShownOnce
from accounts.sealed.numen import looks_like_numen
from accounts.second_factor.forms import CodeForm as SecondFactorForm
from accounts.second_factor.forms import PasskeyCheckForm
from accounts.secrets import Answer, Code
from accounts.signing_in.forms import ADDRESS_MAX_LENGTH, LOOKS_LIKE_NUMEN
from audit.events import Event

LONGEST_CODE = 40


class IdentityForm(forms.Form):
    login = forms.CharField(max_length=ADDRESS_MAX_LENGTH)

    def clean_login(self) -> str:
        typed: str = self.cleaned_data["login"]
        if looks_like_numen(typed):
            self.data = {}
            raise ValidationError(LOOKS_LIKE_NUMEN, code="numen")
        return read_identifier(typed)


class AnswersForm(forms.Form):
    """One field a question, named by its code. An empty one is a wrong one, like any other."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question.code] = self._field(question)

    @property
    def answers(self) -> dict[str, Answer]:
        return {code: Answer(text) for code, text in self.cleaned_data.items()}

    def pairs(self) -> Iterator[BoundField]:
        for question in self.questions:
            yield self[question.code]

    @staticmethod
    def _field(question: Question) -> forms.CharField:
        no_help = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        return forms.CharField(
            label=str(question.sentence),
            required=False,
            max_length=LONGEST_ANSWER,
            widget=ShownOnce({"class": "in", "required": True, **no_help}),
        )


class CodeForm(forms.Form):
    code = forms.CharField(max_length=LONGEST_CODE)

    @property
    def typed(self) -> Code:
        return Code(self.cleaned_data["code"])


class FactorForm(SecondFactorForm):
    """A code of the application or of the recovery sheet, as the proof besides the answers."""

    event = Event.PASSWORD_RESET


class FactorPasskeyForm(PasskeyCheckForm):
    """A passkey, as the proof besides the answers."""

    event = Event.PASSWORD_RESET


class ContactForm(forms.Form):
    """What someone who forgot their identifier remembers: where they can be reached."""

    contact = forms.CharField(max_length=ADDRESS_MAX_LENGTH)
