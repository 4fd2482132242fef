"""System checks: what would make every page of mail fail is said before the site starts."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import Error

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
