"""What goes with a draft: taken in from uploads and from other messages, named, put in order."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.http import Http404
from django.utils.translation import gettext as _

from webmail.drafts import limits, spool
from webmail.drafts.receiving import SpooledFile
from webmail.errors import FileRefused
from webmail.models import Draft, DraftFile
from webmail.servers import antivirus
from webmail.syntax.headers import CONTROLS

MAX_NAME = 240  # octets: file systems take 255
UNKNOWN = "application/octet-stream"


def add(draft: Draft, came: SpooledFile, file_id: UUID, content_id: str = "") -> DraftFile:
    """Keeps an upload; the same `file_id` again is the same file, sent twice after a cut.

    Raises FileRefused, and Http404 for the number of somebody else's file. What is not kept is
    forgotten.
    """
    try:
        return _existing(draft, file_id) or _added(draft, came, file_id, content_id)
    finally:
        came.forget()


def _existing(draft: Draft, file_id: UUID) -> DraftFile | None:
    known = DraftFile.objects.filter(pk=file_id).first()
    if known is not None and known.draft_id != draft.pk:
        raise Http404("no such file")
    return known


def _added(draft: Draft, came: SpooledFile, file_id: UUID, content_id: str) -> DraftFile:
    name = clean_name(came.name or "")
    limits.check_file(name, came.size or 0)
    antivirus.check(came.path, name)
    file = DraftFile(
        pk=file_id,
        draft=draft,
        name=name,
        type=(came.content_type or UNKNOWN)[:255],
        size=came.size or 0,
        sha256=came.sha256,
        content_id=content_id,
    )
    try:
        spool.keep(came.path, file.path)
        append(draft, [file])
    except OSError as error:
        raise FileRefused(limits.not_written(name)) from error
    except FileRefused:
        spool.remove([file.path])
        raise
    return file


def append(draft: Draft, files: Sequence[DraftFile]) -> None:
    """New rows, last in order. Raises FileRefused where they are too much together."""
    with transaction.atomic():
        # Two uploads at once must not both find room for one.
        Draft.objects.select_for_update().filter(pk=draft.pk).first()
        limits.check_room(draft, sum(file.size for file in files))
        last = draft.files.aggregate(last=Max("order"))["last"]
        for order, file in enumerate(files, start=0 if last is None else last + 1):
            file.draft, file.order = draft, order
            file.save(force_insert=True)


def clean_name(name: str) -> str:
    """Readable, on one line, and short enough for any file system; never empty."""
    bare = CONTROLS.sub(" ", name).replace("/", "_").replace("\\", "_").strip(" .")
    stem, dot, extension = bare.rpartition(".")
    while len(bare.encode("utf-8", "replace")) > MAX_NAME:
        stem = stem[:-1] if stem else stem
        extension = extension if stem else extension[:-1]
        bare = f"{stem}{dot}{extension}" if stem else extension
    return bare or _("piece-jointe")


def remove(draft: Draft, file_id: UUID) -> None:
    """Raises Http404 for a file of another draft; one that is gone needs nothing."""
    found = DraftFile.objects.filter(pk=file_id).first()
    if found is None:
        return
    if found.draft_id != draft.pk:
        raise Http404("no such file")
    path = found.path
    found.delete()
    transaction.on_commit(lambda: spool.remove([path]))


def arrange(draft: Draft, wanted: Iterable[tuple[UUID, str]]) -> None:
    """Order and names as the page shows them; files that came or went meanwhile stay as they are."""
    known = {file.pk: file for file in draft.files.all()}
    for order, (file_id, name) in enumerate(wanted):
        file = known.get(file_id)
        if file is None:
            continue
        named = clean_name(name) if name.strip() else file.name
        if (file.order, file.name) != (order, named):
            file.order, file.name = order, named
            file.save(update_fields=["order", "name"])


def missing(draft: Draft) -> list[DraftFile]:
    """Those whose octets are still in another message."""
    return [file for file in draft.files.all() if not file.is_here]
