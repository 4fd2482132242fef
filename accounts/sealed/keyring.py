"""The keys that seal personal data, kept in a file outside the database.

The file is TOML; any tool can write it, and it is read again when it changes::

    current = "2027-01"
    [keys]
    2026-01 = "<base64 of 32 random bytes, as `openssl rand -base64 32` prints>"
    2027-01 = "…"

To change keys: add the new one on every machine, then name it ``current``, run
``manage.py rotate_keys``, and take the old one out when the command says that nothing needs it.
"""

import binascii
import hmac
import os
import tomllib
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import Error

KEY_BYTES = 32
KEY_ID_MAX_LENGTH = 20
NONCE_BYTES = 12  # NIST SP 800-38D §8.2: 96 random bits


class KeyRingUnusable(Exception):
    """The key ring cannot be read; the operator must repair the file."""


class KeyUnknown(Exception):
    """Something was sealed with a key that has left the ring; the operator must put it back."""


class SealBroken(Exception):
    """The sealed bytes were changed, or belong to another row or key."""


@dataclass(frozen=True)
class Key:
    """One secret of the ring; each purpose works with its own key derived from it."""

    id: str
    _secret: bytes = field(repr=False)

    def seal(self, plain: bytes, purpose: str, row: int) -> bytes:
        """AES-256-GCM of ``plain``, which opens only with this key and for this ``row``."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher(purpose).encrypt(nonce, plain, self._bound_to(row))

    def unseal(self, sealed: bytes, purpose: str, row: int) -> bytes:
        """What :meth:`seal` was given. Raises SealBroken."""
        nonce, text = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher(purpose).decrypt(nonce, text, self._bound_to(row))
        except (InvalidTag, ValueError) as error:  # ValueError: too short to hold a nonce
            raise SealBroken(f"{purpose} of row {row} does not open with key {self.id}.") from error

    def blind_index(self, plain: bytes, purpose: str) -> str:
        """HMAC-SHA-256 in hexadecimal: finds equal values without telling them."""
        return hmac.digest(self._derived(f"{purpose} index"), plain, "sha256").hex()

    def _cipher(self, purpose: str) -> AESGCM:
        return AESGCM(self._derived(f"{purpose} seal"))

    def _derived(self, purpose: str) -> bytes:
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"pli {purpose}".encode()).derive(
            self._secret
        )

    def _bound_to(self, row: int) -> bytes:
        return f"{row}:{self.id}".encode()


@dataclass(frozen=True)
class KeyRing:
    """All keys by id; the current one seals, the others only open."""

    current: Key
    keys: dict[str, Key]

    def key(self, key_id: str) -> Key:
        """The key of that id. Raises KeyUnknown."""
        try:
            return self.keys[key_id]
        except KeyError:
            raise KeyUnknown(f"Key {key_id} is not in the key ring.") from None


def key_ring() -> KeyRing:
    """The ring of ``KEY_RING_FILE``. Raises KeyRingUnusable."""
    path = Path(settings.KEY_RING_FILE)
    try:
        version = path.stat()
        return _read(path, (version.st_mtime_ns, version.st_size, version.st_ino))
    except OSError as error:
        raise KeyRingUnusable(f"The key ring {path} cannot be read: {error.strerror}.") from error


@lru_cache(maxsize=2)
def _read(path: Path, _version: tuple[int, int, int]) -> KeyRing:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        keys = {
            key_id: Key(key_id, _secret(key_id, text)) for key_id, text in content["keys"].items()
        }
        return KeyRing(keys[content["current"]], keys)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        # The parser's own words may quote the line, and so the key.
        raise KeyRingUnusable(f"The key ring {path} is not TOML.") from error
    except (KeyError, AttributeError, TypeError) as error:
        raise KeyRingUnusable(f"The key ring {path} needs `current` and a table `keys`.") from error


def _secret(key_id: str, text: object) -> bytes:
    if len(key_id) > KEY_ID_MAX_LENGTH:
        raise KeyRingUnusable(f"The key id {key_id} is longer than {KEY_ID_MAX_LENGTH} characters.")
    try:
        secret = b64decode(str(text), validate=True)
    except binascii.Error:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise KeyRingUnusable(f"Key {key_id} of the key ring is not {KEY_BYTES} bytes in base64.")
    return secret


def key_ring_is_readable(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[Error]:
    """System check: a site that cannot open what it sealed says so before it starts."""
    try:
        key_ring()
    except KeyRingUnusable as error:
        hint = "PLI_KEY_RING_FILE names the file; accounts/sealed/keyring.py shows its content."
        return [Error(str(error), hint=hint, id="accounts.E001")]
    return []
