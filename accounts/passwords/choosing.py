"""The form of a new password, wherever one is chosen, and its strength while it is typed."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.passwords import normalised, person_of, strength
from accounts.passwords.validator import has_second_factor

UNCHANGED = gettext_lazy("C’est déjà votre mot de passe. Choisissez-en un autre.")


class ChangePasswordForm(forms.Form):
    """One field, which can be shown: typing twice what one cannot read helps nobody."""

    password = forms.CharField(strip=False)

    def __init__(self, *args: Any, account: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account

    def clean_password(self) -> str:
        password = normalised(self.cleaned_data["password"])
        if self.account.check_password(password):
            raise ValidationError(UNCHANGED, code="unchanged")
        validate_password(password, self.account)
        return password


def strength_answer(account: User, typed: str) -> JsonResponse:
    """``{"level": 0-4, "sentence": "…", "refusals": ["…", …]}`` for what ``account`` typed."""
    found = strength(typed, person_of(account), has_second_factor(account))
    refusals = [f"{refusal.sentence} {refusal.what_to_do}" for refusal in found.refusals]
    return JsonResponse(
        {"level": found.level, "sentence": str(found.sentence), "refusals": refusals}
    )
