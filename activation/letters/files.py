"""The PDF files of letters: sealed where they are kept, opened for one download at a time.

Only whoever may print letters gets one, and each time is journalled. They go some days after
printing (activation/letters/upkeep.py).
"""

from django.db import transaction
from django.db.models import Count

from accounts.models import User
from accounts.roles import Permission, require
from accounts.sealed.keyring import key_ring
from activation.models import LetterBatch, LetterFile
from audit import journal
from audit.events import Event
from audit.parties import Origin

PURPOSE = "letters"


def keys_in_use() -> dict[str, int]:
    """How many files are sealed with each key of the ring."""
    counted = LetterFile.objects.values_list("key").annotate(Count("pk"))
    return dict(counted.order_by("key"))


def keep_file(batch: LetterBatch, number: int, pdf: bytes) -> LetterFile:
    """Within the caller's transaction: the row exists before it is sealed, since it binds the seal."""
    key = key_ring().current
    file = LetterFile.objects.create(batch=batch, number=number, sealed=b"", key=key.id)
    file.sealed = key.seal(pdf, PURPOSE, file.pk)
    file.save(update_fields=["sealed"])
    return file


@transaction.atomic
def download(by: User, file: LetterFile, origin: Origin) -> bytes:
    """The PDF with its codes, for the eyes of ``by``; journalled.

    Raises Http404 without the right; KeyUnknown, SealBroken.
    """
    require(by, Permission.PRINT_LETTERS)
    journal.record(
        Event.LETTERS_DOWNLOADED,
        actor=by.party,
        origin=origin,
        reason=f"batch {file.batch_id}, file {file.number}",
    )
    return key_ring().key(file.key).unseal(bytes(file.sealed), PURPOSE, file.pk)
