"""The secrets of second factors in the database: sealed with a key of the ring.

A sealed secret is text, ``<key id>:<base64>``, since django-allauth keeps it in JSON. It is bound
to no row: django-allauth seals before the row exists, and opens without saying which row it is.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.keyring import SealBroken, key_ring

PURPOSE = "second factor"
NO_ROW = 0
# Where django-allauth keeps secrets: of an authenticator application, of the recovery codes.
SECRETS = ("secret", "seed")


def seal(text: str) -> str:
    key = key_ring().current
    return f"{key.id}:{b64encode(key.seal(text.encode(), PURPOSE, NO_ROW)).decode()}"


def unseal(sealed: str) -> str:
    """What :func:`seal` was given. Raises KeyUnknown, SealBroken."""
    key_id, separator, text = sealed.partition(":")
    if not separator:
        raise SealBroken("A second factor is stored without the name of its key.")
    return key_ring().key(key_id).unseal(b64decode(text), PURPOSE, NO_ROW).decode()


def keys_in_use() -> set[str]:
    """The keys of the ring that some second factor still needs."""
    return {
        sealed.partition(":")[0]
        for data in Authenticator.objects.values_list("data", flat=True).iterator()
        for sealed in _secrets_of(data).values()
    }


def seal_again() -> int:
    """Seals with the current key whatever another key sealed; returns the number of rows."""
    return sum(_seal_row_again(pk) for pk in _left_behind())


def _left_behind() -> Iterator[int]:
    current = key_ring().current.id
    for pk, data in Authenticator.objects.values_list("pk", "data"):
        if any(not sealed.startswith(f"{current}:") for sealed in _secrets_of(data).values()):
            yield pk


@transaction.atomic
def _seal_row_again(pk: int) -> bool:
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None:  # removed meanwhile
        return False
    row.data |= {name: seal(unseal(sealed)) for name, sealed in _secrets_of(row.data).items()}
    row.save(update_fields=["data"])
    return True


def _secrets_of(data: dict[str, Any]) -> dict[str, str]:
    return {name: data[name] for name in SECRETS if name in data}
