"""Second factors: django-allauth's pages, with what this site adds to them."""

from datetime import timedelta
from typing import Any

from allauth.account.mixins import NextRedirectMixin
from allauth.account.models import Login
from allauth.mfa.base.views import TrustView as AllauthTrustView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal import flows
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.second_factor.qr import qr_code
from accounts.second_factor.trust import trust

LETTERS_A_GROUP = 4


class TrustView(AllauthTrustView):  # type: ignore[misc]
    """Asks, after a second factor, whether this device will need it again."""

    def form_valid(self, form: Form) -> HttpResponse:
        stage = self.request._login_stage  # noqa: SLF001 (allauth's own way)
        response: HttpResponse = stage.exit()
        if self.request.POST.get("action") == "trust":
            trust(self.request, stage.login.user, response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        until = timezone.now() + timedelta(days=settings.TRUSTED_DEVICE_DAYS)
        return context | {"trust_until": until}


class AuthenticatorApplicationView(ActivateTOTPView):  # type: ignore[misc]
    """Shows the secret as a QR code and in groups that can be typed; takes the first code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        groups = [secret[i : i + LETTERS_A_GROUP] for i in range(0, len(secret), LETTERS_A_GROUP)]
        return context | {"qr": qr_code(context["totp_url"]), "secret": " ".join(groups)}


class PasskeySignInView(NextRedirectMixin, LoginWebAuthnView):  # type: ignore[misc]
    """A passkey alone opens the session, on the page that was asked for."""

    def form_valid(self, form: Form) -> HttpResponse:
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, redirect_url=self.get_next_url())
        response: HttpResponse = flows.perform_passwordless_login(self.request, passkey, login)
        return response

    def form_invalid(self, form: Form) -> HttpResponse:
        super().form_invalid(form)  # says why, on the page where one goes back to
        return redirect(self.passthrough_next_url(reverse("account_login")))
