"""The secrets of second factors in the database: sealed with a key of the ring.

A sealed secret is text, ``<key id>:<base64>``, since django-allauth keeps it in JSON. It is bound
to no row: django-allauth seals before the row exists, and opens without saying which row it is.
"""

from base64 import b64decode, b64encode
from collections import Counter
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.sealed.key_rotation import Rotation
from accounts.sealed.keyring import KeyUnknown, SealBroken, key_ring

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


def keys_in_use() -> Counter[str]:
    """How many second factors need each key of the ring, or a key that is missing from it."""
    rows = Authenticator.objects.values_list("data", flat=True).iterator()
    return Counter(key for data in rows for key in _keys_of(data))


def seal_again() -> Rotation:
    """Seals with the current key whatever another key sealed; can be interrupted and resumed."""
    rotation = Rotation()
    for pk in _left_behind():
        _note(rotation, pk, _seal_row_again(pk))
    return rotation


def check() -> Rotation:
    """Opens every secret, changing nothing."""
    rotation = Rotation()
    for pk, data in Authenticator.objects.values_list("pk", "data").order_by("pk"):
        _note(rotation, pk, _opened(data)[1])
    return rotation


def _note(rotation: Rotation, pk: int, problem: str) -> None:
    if problem:
        rotation.problems[pk] = problem
    else:
        rotation.done += 1


def _left_behind() -> list[int]:
    current = {key_ring().current.id}
    rows = Authenticator.objects.values_list("pk", "data").order_by("pk")
    return [pk for pk, data in rows if _keys_of(data) - current]


@transaction.atomic
def _seal_row_again(pk: int) -> str:
    """Returns what hinders, or nothing."""
    row = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if row is None:  # removed meanwhile
        return ""
    secrets, problem = _opened(row.data)
    if not problem:
        row.data |= {name: seal(text) for name, text in secrets.items()}
        row.save(update_fields=["data"])
    return problem


def _opened(data: dict[str, Any]) -> tuple[dict[str, str], str]:
    """The secrets in clear, or what hinders."""
    try:
        return {name: unseal(sealed) for name, sealed in _secrets_of(data).items()}, ""
    except (KeyUnknown, SealBroken) as error:
        return {}, str(error)


def _keys_of(data: dict[str, Any]) -> set[str]:
    return {sealed.partition(":")[0] for sealed in _secrets_of(data).values()}


def _secrets_of(data: dict[str, Any]) -> dict[str, str]:
    return {name: data[name] for name in SECRETS if name in data}
