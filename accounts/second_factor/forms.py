"""The forms of second factors: django-allauth's, counted in the database and journalled."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, validate_totp_code
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.second_factor import seals
from accounts.second_factor.totp import spend_code
from accounts.signing_in import signin
from accounts.throttling import Guarded, Permit
from audit.events import Event

LONGEST_CODE = 40
LONGEST_NAME = 60


class CodeForm(forms.Form):
    """A code of the application or of the recovery sheet, between the password and the session."""

    event = Event.SIGNED_IN
    reauthenticated = False

    code = forms.CharField(label=_("Code"), max_length=LONGEST_CODE)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        permit = _permit(self.user)
        for authenticator in _with_codes(self.user):
            if _accepts(authenticator, code):
                self.authenticator = authenticator
                signin.passed(permit)
                return code
        _refused(self.user, permit, self.event, "code")
        raise get_adapter().validation_error("incorrect_code")

    def save(self) -> None:
        self.authenticator.user = self.user
        post_authentication(
            context.request, self.authenticator, reauthenticated=self.reauthenticated
        )


class ReauthenticationCodeForm(CodeForm):
    """A code before something sensitive."""

    event = Event.REAUTHENTICATED
    reauthenticated = True


class ActivationForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an application: shows that it was set up well.

    Nothing is guessed here, since the secret is on the page: nothing is counted.
    """

    secret: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The secret waits in the session, which is a row of the database: sealed there too."""
        super().__init__(*args, **kwargs)
        if self.is_bound and ":" in self.secret:
            self.secret = seals.unseal(self.secret)
        else:
            context.request.session[SECRET_SESSION_KEY] = seals.seal(self.secret)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not validate_totp_code(self.secret, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class PasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(label=_("Nom de la clé"), max_length=LONGEST_NAME, required=False)
    # A passkey that asks for a fingerprint or a PIN opens the session alone.
    passwordless = forms.BooleanField(
        label=_("Se connecter avec cette clé, sans mot de passe"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        with _stumbling_is_refusing():
            cleaned: dict[str, Any] = super().clean()
            return cleaned


class PasskeySignInForm(LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""

    def clean_credential(self) -> Authenticator:
        with _stumbling_is_refusing():
            return super().clean_credential()


class PasskeyConfirmForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something sensitive."""

    def clean_credential(self) -> Authenticator:
        with _stumbling_is_refusing():
            return super().clean_credential()


class PasskeyCheckForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as second step: nobody guesses one, but what was refused is journalled."""

    event = Event.SIGNED_IN

    def clean_credential(self) -> Authenticator:
        permit = _permit(self.user)
        try:
            with _stumbling_is_refusing():
                passkey = super().clean_credential()
        except ValidationError:
            _refused(self.user, permit, self.event, "webauthn")
            raise
        signin.passed(permit)
        return passkey


@contextmanager
def _stumbling_is_refusing() -> Iterator[None]:
    """What a browser signs is deep JSON; django-allauth stumbles over a part that is not there."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise get_adapter().validation_error("incorrect_code") from error


def _with_codes(user: User) -> list[Authenticator]:
    return list(
        Authenticator.objects.filter(user=user)
        .exclude(type=Authenticator.Type.WEBAUTHN)
        .order_by("-type")  # the application before the recovery codes
    )


def _accepts(authenticator: Authenticator, code: str) -> bool:
    if authenticator.type == Authenticator.Type.TOTP:
        return spend_code(authenticator, code)
    return bool(authenticator.wrap().validate_code(code))


def _permit(user: User) -> Permit:
    try:
        return signin.permit_for(context.request, user.username, Guarded.SECOND_FACTOR)
    except signin.MustWait as pause:
        raise ValidationError(pause.refusal.sentence, code="must_wait") from pause


def _refused(user: User, permit: Permit, event: Event, method: str) -> None:
    signin.refused(context.request, permit, user, event, method, f"wrong {method}")
