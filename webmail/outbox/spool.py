"""The bytes of messages on their way out: one file each, until the copy is filed in Sent.

All web servers and workers must see the same folder.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.conf import settings

from webmail.errors import SpoolFull
from webmail.models import OutgoingMessage

ORPHANED_AFTER = timedelta(days=1)


def write(pieces: Iterable[bytes]) -> tuple[UUID, int]:
    """The name of the new file and its size in octets; it is on the disk when this returns.

    Raises SpoolFull; nothing stays behind then.
    """
    name = uuid4()
    path = _path(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        with path.open("r+b") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
            return name, file.tell()
    except OSError as error:
        remove(name)
        raise SpoolFull(str(error)) from error


def open_message(message: OutgoingMessage) -> BinaryIO:
    """Raises FileNotFoundError when somebody removed it."""
    return _path(message.spool).open("rb")


def remove(name: UUID) -> None:
    with suppress(OSError):
        _path(name).unlink()


def remove_orphans(now: datetime) -> None:
    """Files whose row was never written, or went without them."""
    before = (now - ORPHANED_AFTER).timestamp()
    old = [path for path in folder().glob("*/*.eml") if path.stat().st_mtime < before]
    names = {UUID(path.stem): path for path in old}
    kept = OutgoingMessage.objects.filter(spool__in=names, filed_at=None)
    for name in names.keys() - set(kept.values_list("spool", flat=True)):
        remove(name)


def folder() -> Path:
    return Path(settings.SPOOL) / "outgoing"


def _path(name: UUID) -> Path:
    return folder() / name.hex[:2] / f"{name}.eml"
