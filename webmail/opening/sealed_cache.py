"""What was just read of a mail, kept a moment: sealed, and never more than a fixed room in all.

In Redis, sealed with a key of the site's: a copy of the cache tells nothing. The room has SLOTS places;
what comes to a taken place pushes out what stood there, so that the queues that live in the same Redis
never want for memory. Losing anything here costs a second reading, nothing more.
"""

import hashlib
import logging
import os
import zlib
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

SECONDS = 300
SLOTS = 1024
MAX_OCTETS = 128 << 10  # of one place, compressed: 128 MiB in all
NONCE_OCTETS = 12
LEVEL = 1  # of compression: mail's HTML shrinks to a fifth in a millisecond


def keep(name: str, content: bytes) -> None:
    """Keeps the content for SECONDS, unless it is too large. `name` says what it is, and whose."""
    octets = zlib.compress(content, LEVEL)
    if len(octets) > MAX_OCTETS:
        return
    nonce = os.urandom(NONCE_OCTETS)
    try:
        cache.set(place(name), nonce + _seal().encrypt(nonce, octets, name.encode()), SECONDS)
    except RedisError as error:
        log.warning("cache: not kept: %s", error)


def kept(name: str) -> bytes | None:
    """The content, while it is there. Who may read it has been checked by the caller."""
    try:
        sealed: bytes | None = cache.get(place(name))
    except RedisError as error:
        log.warning("cache: not asked: %s", error)
        return None
    if sealed is None:
        return None
    try:
        opened = _seal().decrypt(sealed[:NONCE_OCTETS], sealed[NONCE_OCTETS:], name.encode())
    except InvalidTag:
        return None  # something else stands there, or somebody meddled with it
    return zlib.decompress(opened)


def place(name: str) -> str:
    """The one place in the room where this may stand."""
    return f"sealed:{int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % SLOTS}"


def _seal() -> AESGCM:
    return _seal_of(settings.SECRET_KEY)


@lru_cache(maxsize=2)
def _seal_of(secret: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"webmail.sealed_cache" + secret.encode()).digest())
