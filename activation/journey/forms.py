"""What is typed to prove who one is. A slip of the finger is told here, before a try is spent."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import TermsVersion
from accounts.naming.identifiers import read_identifier
from accounts.sealed.numen import NotANumen, looks_like_numen, read_numen
from accounts.secrets import Code, Numen, Password
from accounts.signing_in.forms import ADDRESS_MAX_LENGTH, LOOKS_LIKE_NUMEN
from accounts.throttling.whom import canonical_identity
from activation.codes import NotACode, read_code

LONGEST_NUMEN = LONGEST_CODE = 40
NOT_A_NUMEN = _(
    "Un NUMEN compte 13 caractères : deux chiffres, une lettre, sept chiffres, trois lettres. "
    "Comparez le vôtre au courrier."
)
NOT_A_CODE = _("Ce code contient une faute de frappe : comparez-le au courrier, lettre par lettre.")
NOT_A_DATE = _("Écrivez le jour, le mois et l’année, par exemple 14/03/1986.")
DATE = re.compile(r"\s*(\d{1,2})\D+(\d{1,2})\D+(\d{4})\s*|\s*(\d{2})(\d{2})(\d{4})\s*", re.ASCII)
ISO_DATE = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})\s*", re.ASCII)


class NumenField(forms.CharField):
    """Cleans to a Numen, which is in no page that comes back."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_NUMEN, **kwargs)

    def clean(self, value: Any) -> Numen:
        try:
            return read_numen(super().clean(value))
        except NotANumen as error:
            raise ValidationError(NOT_A_NUMEN, code="numen") from error


class CodeField(forms.CharField):
    """Cleans to the Code of a letter, with its check character right."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_CODE, **kwargs)

    def clean(self, value: Any) -> Code:
        try:
            return read_code(super().clean(value))
        except NotACode as error:
            raise ValidationError(NOT_A_CODE, code="code") from error


class BirthDateField(forms.CharField):
    """Cleans to a date; ``14/03/1986``, ``14 3 1986``, ``14031986`` and ``1986-03-14`` are one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> date:
        text = super().clean(value)
        if iso := ISO_DATE.fullmatch(text):
            year, month, day = iso.groups()
        elif written := DATE.fullmatch(text):
            day, month, year = (part for part in written.groups() if part)
        else:
            raise ValidationError(NOT_A_DATE, code="date")
        try:
            return date(int(year), int(month), int(day))
        except ValueError as error:
            raise ValidationError(NOT_A_DATE, code="date") from error


class LoginForm(forms.Form):
    login = forms.CharField(max_length=ADDRESS_MAX_LENGTH)

    def clean_login(self) -> str:
        """``Camille.Lefevre@ac-rouen.fr`` is the login camille.lefevre: people type addresses."""
        typed: str = self.cleaned_data["login"]
        if looks_like_numen(typed):
            self.data = {}
            raise ValidationError(LOOKS_LIKE_NUMEN, code="numen")
        return canonical_identity(read_identifier(typed))


class LetterForm(forms.Form):
    numen = NumenField()
    code = CodeField()


class IdentifierForm(LoginForm):
    code = CodeField()
    birth_date = BirthDateField()


class TransferForm(forms.Form):
    numen = NumenField()
    birth_date = BirthDateField()


class TemporaryForm(LoginForm):
    password = forms.CharField(strip=False)

    @property
    def typed_password(self) -> Password:
        return Password(self.cleaned_data["password"])


class TermsForm(forms.Form):
    """``number`` says which version was read: another may be published meanwhile."""

    number = forms.IntegerField()
    accepted = forms.BooleanField(
        error_messages={"required": _("Cochez la case pour activer votre compte.")}
    )

    def __init__(self, *args: Any, version: TermsVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.version = version

    def clean_number(self) -> int:
        number: int = self.cleaned_data["number"]
        if number != self.version.number:
            raise ValidationError(
                _("Une nouvelle version vient d’être publiée pendant votre lecture : la voici.")
            )
        return number
