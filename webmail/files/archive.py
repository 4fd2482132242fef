"""All files of a message as one ZIP archive, written piece by piece."""

import io
from collections.abc import Collection, Iterable, Iterator
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils import timezone

from webmail.files.attached import AttachedFile, Pieces, attached_file
from webmail.message.readable import Attachment
from webmail.opening.stored import StoredMessage
from webmail.presentation import local

# Documents and pictures are compressed already; some programs refuse pieces that are not deflated.
LEVEL = 0
EXTENSION = ".zip"
LONGEST_NAME = 120


def name_for(name: str) -> str:
    """The archive's own name, from a safe one."""
    return f"{name.removesuffix(EXTENSION)[:LONGEST_NAME].rstrip(' .')}{EXTENSION}"


def zipped(message: StoredMessage, offered: Iterable[Attachment]) -> Pieces:
    """The archive of these attachments; each stands in it under its own name, twice none."""
    sink = _Sink()
    with ZipFile(sink, "w", compresslevel=LEVEL) as archive:
        for name, attachment in _named(offered):
            file = attached_file(message, attachment.section)
            if file is None:
                continue
            for _ in _copied(archive, name, file):
                yield sink.taken()
    yield sink.taken()


def _copied(archive: ZipFile, name: str, file: AttachedFile) -> Iterator[None]:
    """Stops after each piece, so that it can be sent on."""
    info = ZipInfo(name, local(timezone.now()).timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=_is_huge(file)) as inside:
        for content in file.whole():
            inside.write(content)
            yield


def _is_huge(file: AttachedFile) -> bool:
    return file.size is not None and file.size >= 1 << 31


def _named(offered: Iterable[Attachment]) -> Iterator[tuple[str, Attachment]]:
    taken: set[str] = set()
    for attachment in offered:
        name = _unique(attachment.name, taken)
        taken.add(name.casefold())
        yield name, attachment


def _unique(name: str, taken: Collection[str]) -> str:
    """Systems that do not tell capitals apart would write one file over another."""
    stem, dot, extension = name.rpartition(".")
    stem, tail = (stem, dot + extension) if stem else (name, "")
    unique, number = name, 2
    while unique.casefold() in taken:
        unique, number = f"{stem} ({number}){tail}", number + 1
    return unique


class _Sink(io.RawIOBase):
    """Takes what the archive writes, gives it on, and cannot go back."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        self._written += content
        return len(content)

    def taken(self) -> bytes:
        content = bytes(self._written)
        self._written.clear()
        return content
