"""Whether an account is protected by a second factor."""

from allauth.mfa.models import Authenticator

from accounts.models import User

# Recovery codes only stand in for these two.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type__in=FACTORS).exists()
