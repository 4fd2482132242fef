"""What django-allauth is told about second factors on this site."""

from typing import ClassVar

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.translation import gettext, gettext_lazy

from accounts.models import User
from accounts.second_factor import seals


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "Ce n’est pas le bon code. Attendez le suivant et vérifiez l’heure du téléphone."
        ),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Les codes de secours accompagnent une application ou une clé d’accès."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seals.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return seals.unseal(encrypted_text)

    def generate_authenticator_name(self, user: User, type: str) -> str:
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Clé d’accès %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The name is what the telephone shows beside the passkey."""
        host = context.request.get_host().partition(":")[0]
        return {"id": host, "name": f"{settings.SERVICE_NAME} – {settings.ACADEMY_NAME}"}
