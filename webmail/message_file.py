"""A message with its files, written out in memory that does not grow with them. Pure.

The standard library builds each part in memory, several times; here the octets of a file go from
where they are to where the message goes, a piece at a time.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from email.policy import EmailPolicy
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

LINE = 57  # octets that are 76 characters of base64 (RFC 2045 §6.8)
LINES_AT_ONCE = 2048
NEW_LINE = b"\r\n"


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message; its octets are at hand or in a file of ours.

    With a `content_id` (without brackets) it is a picture that stands inside the text.
    """

    name: str
    type: str  # e.g. "application/pdf"
    content: bytes | Path
    content_id: str = ""

    def open(self) -> BinaryIO:
        """Raises OSError."""
        return BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")


class FilePart(MIMEPart):
    """A part whose octets are read when the message is written out."""

    def __init__(
        self, file: Attachment, main: str, sub: str, name: str, policy: EmailPolicy
    ) -> None:
        super().__init__(policy=policy)
        self.file = file
        self.set_content(
            b"",
            maintype=main,
            subtype=sub,
            disposition="inline" if file.content_id else "attachment",
            filename=name,
            cid=f"<{file.content_id}>" if file.content_id else None,
        )


def write(message: EmailMessage | MIMEPart, out: BinaryIO) -> None:
    """The message as it goes over the wire, CRLF at line ends. Raises OSError.

    Multiparts get boundaries of their own; files must be FileParts to be streamed.
    """
    if isinstance(message, FilePart):
        _write_headers(message, out)
        _write_file(message.file, out)
    elif message.is_multipart():
        _write_parts(message, out)
    else:
        out.write(message.as_bytes())


def _write_parts(message: MIMEPart, out: BinaryIO) -> None:
    boundary = f"=_{uuid4().hex}"
    message.set_boundary(boundary)
    _write_headers(message, out)
    for part in message.iter_parts():
        out.write(b"--%b\r\n" % boundary.encode())
        write(part, out)
        out.write(NEW_LINE)
    out.write(b"--%b--\r\n" % boundary.encode())


def _write_headers(message: MIMEPart, out: BinaryIO) -> None:
    out.writelines(message.policy.fold_binary(name, value) for name, value in message.raw_items())
    out.write(NEW_LINE)


def _write_file(file: Attachment, out: BinaryIO) -> None:
    with file.open() as source:
        out.writelines(
            b"".join(_lines(octets))
            for octets in iter(lambda: source.read(LINE * LINES_AT_ONCE), b"")
        )


def _lines(octets: bytes) -> Iterator[bytes]:
    for start in range(0, len(octets), LINE):
        yield b64encode(octets[start : start + LINE])
        yield NEW_LINE
