"""The parts of a message on its way out, written piece by piece: files are never whole in memory.

Texts leave as quoted-printable, everything else as base64: lines that no server changes (RFC 2045).
"""

import re
from base64 import encodebytes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import EmailPolicy
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

from webmail.syntax.headers import CONTROLS

MEDIA_TYPE = re.compile(r"([\w.+-]{1,127})/([\w.+-]{1,127})", re.ASCII)  # RFC 6838 §4.2
OCTETS_READ = 57 * 4096  # whole base64 lines
LONGEST_LINE = 1000  # octets, CRLF included
POLICY = EmailPolicy(linesep="\r\n", max_line_length=78)


@dataclass(frozen=True)
class Attachment:
    """A file that goes along; one with a Content-ID stands in the text and nowhere else."""

    name: str
    type: str  # e.g. "application/pdf"
    content: bytes | Path  # a path is read while the message is written
    content_id: str = ""  # without angle brackets

    @property
    def size(self) -> int:
        """Octets."""
        if isinstance(self.content, Path):
            return self.content.stat().st_size
        return len(self.content)


class Part(Protocol):
    def pieces(self) -> Iterator[bytes]:
        """Its own header fields, an empty line, its content: always the same octets."""


@dataclass(frozen=True)
class Octets:
    """A part, or a whole message, that exists already."""

    content: bytes

    def pieces(self) -> Iterator[bytes]:
        yield self.content


@dataclass(frozen=True)
class Whole:
    """A message: its header fields without the empty line after them, and what it holds."""

    header: bytes
    body: Part

    def pieces(self) -> Iterator[bytes]:
        yield self.header
        yield from self.body.pieces()


@dataclass(frozen=True)
class TextPart:
    text: str
    subtype: str = "plain"

    def pieces(self) -> Iterator[bytes]:
        made = EmailMessage(policy=POLICY)
        made.set_content(self.text, subtype=self.subtype, cte="quoted-printable")
        del made["MIME-Version"]
        yield made.as_bytes()


@dataclass(frozen=True)
class FilePart:
    file: Attachment

    def pieces(self) -> Iterator[bytes]:
        """Raises OSError when the file cannot be read."""
        with self._opened() as content:
            as_it_is = self._is_message(content)
            yield self._header(as_it_is=as_it_is)
            yield from _read(content) if as_it_is else self._encoded(content)

    def _is_message(self, content: BinaryIO) -> bool:
        """A message inside a message must not be encoded (RFC 2046 §5.2.1): only safe ones leave as such."""
        if self.file.type.lower() != "message/rfc822":
            return False
        safe = _is_seven_bit(content)
        content.seek(0)
        return safe

    def _header(self, *, as_it_is: bool) -> bytes:
        main, sub = _media_type(self.file.type)
        made = EmailMessage(policy=POLICY)
        made.set_content(
            b"",
            maintype=main,
            subtype=sub,
            disposition="inline" if self.file.content_id else "attachment",
            filename=CONTROLS.sub(" ", self.file.name).strip() or None,
            cid=f"<{self.file.content_id}>" if self.file.content_id else None,
        )
        del made["MIME-Version"]
        if as_it_is:
            made.replace_header("Content-Type", "message/rfc822")
            made.replace_header("Content-Transfer-Encoding", "7bit")
        return made.as_bytes().rstrip(b"\r\n") + b"\r\n\r\n"

    def _opened(self) -> BinaryIO:
        content = self.file.content
        return content.open("rb") if isinstance(content, Path) else BytesIO(content)

    def _encoded(self, content: BinaryIO) -> Iterator[bytes]:
        while octets := content.read(OCTETS_READ):
            yield encodebytes(octets).replace(b"\n", b"\r\n")


@dataclass(frozen=True)
class Multipart:
    subtype: str  # "mixed", "alternative", "related"
    parts: Sequence[Part]
    # No line of quoted-printable or base64 begins with it.
    boundary: str = field(default_factory=lambda: f"=_{uuid4().hex}")

    def pieces(self) -> Iterator[bytes]:
        start = ' type="text/html";' if self.subtype == "related" else ""  # RFC 2387 §3.1
        yield (
            f'Content-Type: multipart/{self.subtype};{start}\r\n boundary="{self.boundary}"\r\n\r\n'
        ).encode()
        for part in self.parts:
            yield f"--{self.boundary}\r\n".encode()
            yield from part.pieces()
            yield b"\r\n"
        yield f"--{self.boundary}--\r\n".encode()


def _read(content: BinaryIO) -> Iterator[bytes]:
    while octets := content.read(OCTETS_READ):
        yield octets


def _is_seven_bit(content: BinaryIO) -> bool:
    """Lines of ASCII that end in CRLF, none longer than a server takes (RFC 5322 §2.1.1)."""
    while line := content.readline(LONGEST_LINE + 1):
        text = line.removesuffix(b"\r\n")
        whole = len(text) < len(line)
        if not whole or not text.isascii() or b"\r" in text or b"\0" in text:
            return False
    return True


def _media_type(written: str) -> tuple[str, str]:
    """Parts that hold parts are data here: taken apart and encoded anew, a signed byte could change."""
    found = MEDIA_TYPE.fullmatch(written)
    if not found or found[1].lower() in {"message", "multipart"}:
        return "application", "octet-stream"
    return found[1], found[2]
