"""The rules as Django and django-allauth ask for them (``AUTH_PASSWORD_VALIDATORS``)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.passwords.person import NOBODY, person_of
from accounts.passwords.rules import check_password_rules, min_length


class PasswordRulesValidator:
    def validate(self, password: str, user: User | None = None) -> None:
        """Raise one ``ValidationError`` a reason, each with its way out."""
        who = person_of(user) if user else NOBODY
        refusals = check_password_rules(password, who, has_second_factor(user))
        if refusals:
            raise ValidationError(
                [ValidationError(f"{r.sentence} {r.what_to_do}", code=r.code) for r in refusals]
            )

    def get_help_text(self) -> str:
        return _(
            "Au moins %(shortest)d caractères. Quatre mots sans rapport entre eux font un bon mot "
            "de passe ; les espaces et les accents sont admis."
        ) % {"shortest": min_length(second_factor=False)}


def has_second_factor(user: User | None) -> bool:
    """A shorter password is enough beside a code or a passkey (NIST SP 800-63B-4, §3.1.1.2)."""
    if user is None or user.pk is None:
        return False
    factors = getattr(user, "authenticator_set", None)  # of allauth.mfa
    return bool(factors and factors.exclude(type="recovery_codes").exists())
