"""System checks: what would make mail fail, or stay open, is said before the site starts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Doubt

from mailboxes.tokens import TokenKeyUnusable, signing_key


def token_key_is_readable(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[Error]:
    try:
        signing_key()
    except TokenKeyUnusable as error:
        return [
            Error(
                str(error),
                hint="PLI_TOKEN_KEY_FILE names a PEM file with an EC private key on curve P-256.",
                id="mailboxes.E001",
            )
        ]
    return []


def connections_can_be_ended(
    app_configs: Sequence[AppConfig] | None, **_: Any
) -> list[CheckMessage]:
    if not settings.DOVEADM_URL:
        return [
            Doubt(
                "Mail programs stay connected after a password change or a freeze.",
                hint="PLI_DOVEADM_URL is the address of Dovecot's HTTP interface (deploy/dovecot).",
                id="mailboxes.W001",
            )
        ]
    if not settings.DOVEADM_KEY:
        return [
            Error(
                "Dovecot's HTTP interface is named, but not its key.",
                hint="PLI_DOVEADM_KEY_FILE names the file that Dovecot's doveadm_api_key is made of.",
                id="mailboxes.E002",
            )
        ]
    return []
