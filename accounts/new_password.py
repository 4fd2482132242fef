"""The form that replaces a temporary password, in the middle of signing in."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.passwords import normalised
from accounts.secrets import Password


class NewPasswordForm(forms.Form):
    """One field, which can be shown: typing twice what one cannot read helps nobody."""

    password = forms.CharField(strip=False)

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        password = normalised(self.cleaned_data["password"])
        if self.account.check_password(password):
            raise ValidationError(
                _("C’est le mot de passe provisoire. Choisissez-en un que vous seul connaissez."),
                code="unchanged",
            )
        validate_password(password, self.account)
        return password

    @property
    def new_password(self) -> Password:
        return Password(self.cleaned_data["password"])
