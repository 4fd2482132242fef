"""The second proof of who has a second factor: that factor, and nothing weaker."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Reset, User
from accounts.recovery import journey
from accounts.recovery.forms import FactorForm, FactorPasskeyForm
from accounts.recovery.views.proof import to_new_password


@journey.step("mina_reset_factor")
def factor(request: HttpRequest, reset: Reset) -> HttpResponse:
    """A passkey, a code of the authenticator application, or one of the recovery sheet."""
    shows_passkey = "credential" in request.POST
    passkey = FactorPasskeyForm(request.POST if shows_passkey else None, user=reset.user)
    if passkey.is_valid():
        passkey.cleaned_data["credential"].record_usage()
        return to_new_password(request, reset, "passkey")
    codes = FactorForm(None if shows_passkey else request.POST or None, user=reset.user)
    if codes.is_valid():
        return to_new_password(request, reset, "second factor")
    ways = _ways_of(reset.user)
    return render(
        request, "mina/forgotten_factor.html", {"form": codes, "passkey_form": passkey, **ways}
    )


def _ways_of(user: User) -> dict[str, Any]:
    """What this person has, and what the browser needs in order to ask for a passkey."""
    types = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    has_passkey = Authenticator.Type.WEBAUTHN in types
    return {
        "has_codes": types != {Authenticator.Type.WEBAUTHN},
        "has_application": Authenticator.Type.TOTP in types,
        "passkey_options": {"request_options": begin_authentication(user)} if has_passkey else None,
    }
