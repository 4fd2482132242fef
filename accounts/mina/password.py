"""Changing one's password, with its strength shown while it is typed."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.credentials import change_password
from accounts.mina.confirmed import confirmed
from accounts.mina.sessions import keep_this_session
from accounts.models import User
from accounts.origins import origin_of
from accounts.passwords import normalised, person_of, strength, suggest_passphrase
from accounts.passwords.validator import has_second_factor
from accounts.requests import SignedInRequest
from accounts.secrets import Password

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


@sensitive_post_parameters()
@confirmed
def change(request: SignedInRequest) -> HttpResponse:
    form = ChangePasswordForm(request.POST or None, account=request.user)
    if form.is_valid():
        change_password(request.user, Password(form.cleaned_data["password"]), origin_of(request))
        keep_this_session(request)
        messages.success(
            request, _("Votre mot de passe est changé. Vos autres sessions sont fermées.")
        )
        return redirect("mina")
    context = {"form": form, "passphrase": suggest_passphrase()}
    return render(request, "mina/password.html", context)


@sensitive_post_parameters()
@require_POST
@login_required
def show_strength(request: SignedInRequest) -> HttpResponse:
    return strength_answer(request.user, request.POST.get("password", ""))


def strength_answer(account: User, typed: str) -> JsonResponse:
    """``{"level": 0-4, "sentence": "…", "refusals": ["…", …]}`` for what ``account`` typed."""
    found = strength(typed, person_of(account), has_second_factor(account))
    refusals = [f"{refusal.sentence} {refusal.what_to_do}" for refusal in found.refusals]
    return JsonResponse(
        {"level": found.level, "sentence": str(found.sentence), "refusals": refusals}
    )
