"""The second factor between the password and the session."""

from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django.http import HttpRequest

from accounts.second_factor.trust import is_trusted

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class SecondFactorStage(AuthenticateStage):  # type: ignore[misc]
    """django-allauth's, but the trust in this browser is ours, which can be taken back."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if not is_mfa_enabled(user, FACTORS) or did_use_passwordless_login(request, user):
            return False
        return not is_trusted(request, user)
