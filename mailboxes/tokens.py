"""Tokens with which Pli opens a mailbox: no password of anyone is kept (DESIGN, §2).

A JWT (RFC 7519) signed with ES256, sent as an OAUTHBEARER or XOAUTH2 token (RFC 7628). Dovecot
checks the signature with the public half of the key, without asking the site.
"""

import time
from functools import lru_cache
from pathlib import Path

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from mailboxes.delegating import standing

AUDIENCE = "pli"  # names the folder in which Dovecot looks for the public key
SCOPE = "imap smtp"  # Dovecot demands every word that its configuration lists
# Dovecot allows no difference between clocks: a token from the future is refused.
BACKDATED_SECONDS = 5


class TokenKeyUnusable(Exception):
    """The signing key cannot be read; nobody can open a mailbox until the operator repairs it."""


class MailToken(str):
    """A token; a log, a traceback or a template's debug page shows only ``•••``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "•••"


def mail_token(mailbox_address: str, act: str) -> MailToken:
    """A token for the mailbox with this primary address, for the person whose address is ``act``.

    Dovecot gives the session the rights of ``act``; the owner, or the site itself when it sets a
    mailbox up, passes the mailbox's own address. Valid ``TOKEN_SECONDS``. Raises
    ``Mailbox.DoesNotExist``: a token for an unknown address would create a mailbox on the server.
    """
    now = int(time.time())
    known = standing.on_servers(mailbox_address, act)
    claims = {
        # Scalars only: a null or a list of two crashes Dovecot 2.3's auth process.
        "iss": settings.TOKEN_ISSUER,
        "azp": AUDIENCE,
        "sub": mailbox_address,
        "act": act,
        "scope": SCOPE,
        "iat": now - BACKDATED_SECONDS,
        "exp": now + settings.TOKEN_SECONDS,
        "quota_mb": known.quota_mb,
        "groups": known.groups,
    }
    headers = {"kid": settings.TOKEN_KEY_ID}
    return MailToken(jwt.encode(claims, signing_key(), algorithm="ES256", headers=headers))


def signing_key() -> EllipticCurvePrivateKey:
    return _read_key(Path(settings.TOKEN_KEY_FILE))


@lru_cache(maxsize=2)
def _read_key(path: Path) -> EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise TokenKeyUnusable(f"The token key {path} cannot be read: {error}") from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise TokenKeyUnusable(f"The token key {path} is not an EC key on curve P-256.")
    return key
