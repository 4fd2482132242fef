"""The bytes of a file, sealed in the database: any machine of the site can read them, no backup can.

They hold NUMEN. They go when the file was written, given up or left alone for too long.
"""

import hashlib
from collections.abc import Iterable, Iterator

from django.db.models import Count

from accounts.sealed.keyring import KeyUnknown, SealBroken, key_ring
from activation.imports.layout import Refused
from activation.models.imports import Import, ImportPart
from activation.models.problems import Problem


def keep(row: Import, chunks: Iterable[bytes]) -> None:
    """Seals the chunks and notes the file's size and SHA-256 in the saved ``row``."""
    key = key_ring().current
    digest = hashlib.sha256()
    for number, chunk in enumerate(chunks):
        digest.update(chunk)
        row.size += len(chunk)
        sealed = key.seal(chunk, _purpose(number), row.pk)
        ImportPart.objects.create(file=row, number=number, key=key.id, sealed=sealed)
    row.sha256 = digest.hexdigest()
    row.save(update_fields=["size", "sha256"])


def opened(row: Import) -> Iterator[bytes]:
    """The file again, a part at a time. Raises Refused when it cannot be opened any more."""
    for part in row.parts.order_by("number").iterator(chunk_size=1):
        try:
            key = key_ring().key(part.key)
            yield key.unseal(bytes(part.sealed), _purpose(part.number), row.pk)
        except (KeyUnknown, SealBroken) as error:
            raise Refused(Problem.DAMAGED) from error


def check_whole(row: Import) -> None:
    """Raises Refused unless the file is the one that was brought, to the last byte."""
    digest = hashlib.sha256()
    for chunk in opened(row):
        digest.update(chunk)
    if digest.hexdigest() != row.sha256:
        raise Refused(Problem.DAMAGED)


def forget(row: Import) -> None:
    row.parts.all().delete()


def _purpose(number: int) -> str:
    """Each place in the file has its own: parts cannot be exchanged."""
    return f"import part {number}"


def keys_in_use() -> dict[str, int]:
    """How many parts are sealed with each key of the ring."""
    counted = ImportPart.objects.values_list("key").annotate(Count("pk"))
    return dict(counted.order_by("key"))
