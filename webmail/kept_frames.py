"""What the page of a message cleaned, kept a moment for the frame that asks for it next.

In Redis, sealed with a key of the site's: a copy of the cache tells nothing. Losing it costs a second
cleaning, nothing more.
"""

import hashlib
import logging
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from webmail.models import Folder

log = logging.getLogger(__name__)

SECONDS = 300
MAX_OCTETS = 1 << 20
NONCE_OCTETS = 12


def keep(folder: Folder, uid: int, document: str) -> None:
    """Keeps the frame's document; only one without links that belong to a session."""
    octets = document.encode()
    if len(octets) > MAX_OCTETS:
        return
    name, nonce = _name(folder, uid), os.urandom(NONCE_OCTETS)
    try:
        cache.set(name, nonce + _seal().encrypt(nonce, octets, name.encode()), SECONDS)
    except RedisError as error:
        log.warning("frames: not kept: %s", error)


def kept(folder: Folder, uid: int) -> str | None:
    """The document, while it is there. Who may read the message has been checked by the caller."""
    name = _name(folder, uid)
    try:
        sealed: bytes | None = cache.get(name)
        if sealed is None:
            return None
        opened = _seal().decrypt(sealed[:NONCE_OCTETS], sealed[NONCE_OCTETS:], name.encode())
    except (RedisError, InvalidTag) as error:
        log.warning("frames: not found: %r", error)
        return None
    return opened.decode()


def _name(folder: Folder, uid: int) -> str:
    """A message never changes under one UIDVALIDITY and UID (RFC 9051 §2.3.1.1)."""
    return f"frame:{folder.mailbox_id}:{folder.pk}:{folder.uid_validity}:{uid}"


def _seal() -> AESGCM:
    return AESGCM(hashlib.sha256(b"webmail.kept_frames" + settings.SECRET_KEY.encode()).digest())
