"""Draft → message bytes. Pure: no database, no network.

A message is text/plain in UTF-8, with its attachments; lines are 7-bit safe (RFC 2045), headers
folded and encoded by the standard library (RFC 5322, RFC 2047, RFC 2231).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import headerregistry
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr
from io import BytesIO
from typing import Any, BinaryIO
from uuid import uuid4

from webmail.message.addresses import Address
from webmail.message.headers import CONTROLS
from webmail.message_file import Attachment, FilePart, write

ENCODED_WORDS_LENGTH = 70  # of the 76 a line may have (RFC 2047 §2), less the header's name
# What may stand in a header as it is: printable ASCII on one line, and nothing a reader decodes.
IDENTIFIER = re.compile(r"(?!.*=\?)[!-;=?-~]{1,950}")
MEDIA_TYPE = re.compile(r"([\w.+-]{1,127})/([\w.+-]{1,127})", re.ASCII)  # RFC 6838 §4.2
REFERENCES_KEPT = 20  # RFC 5322 §3.6.4 lets long chains be trimmed; the first and the last count


class _LinePolicy(EmailPolicy):
    """One address or one identifier a line.

    The standard library folds wherever a line is full: it encodes the comma between two addresses
    (CVE-2025-1795) and the long identifiers of a thread, which no program then recognizes.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        kind = name.lower()
        if kind in {"from", "to", "cc", "bcc"} and value.addresses:
            lines = ",\r\n ".join(_folded(person) for person in value.addresses)
        elif kind in {"message-id", "in-reply-to", "references"}:
            lines = "\r\n ".join(value.split())
        else:
            return super().fold_binary(name, value)
        return f"{name}: {lines}\r\n".encode("ascii")


POLICY = _LinePolicy(linesep="\r\n", max_line_length=78)


@dataclass(frozen=True)
class Draft:
    """What a person wrote, checked by the form: its addresses are ASCII, without quotes."""

    sender: Address
    to: Sequence[Address]
    cc: Sequence[Address] = ()
    bcc: Sequence[Address] = ()
    subject: str = ""
    text: str = ""
    html: str | None = None  # None: plain text
    attachments: Sequence[Attachment] = ()
    in_reply_to: str = ""  # identifiers stand without their brackets
    references: Sequence[str] = field(default=())


@dataclass(frozen=True)
class ComposedMessage:
    """Ready to leave, without Bcc; `recipients` is the envelope."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    message: EmailMessage

    def write(self, out: BinaryIO) -> None:
        """The octets, CRLF at line ends, in constant memory. Raises OSError."""
        write(self.message, out)

    @property
    def raw(self) -> bytes:
        """The same at once, for small messages."""
        out = BytesIO()
        self.write(out)
        return out.getvalue()


def compose(draft: Draft, now: datetime, *, is_draft: bool = False) -> ComposedMessage:
    """`now` must be aware; the Message-ID is made under the sender's domain.

    Only with `is_draft`, for the writer's own eyes, does the message name its blind copies.
    """
    message_id = f"<{uuid4()}@{draft.sender.address.rpartition('@')[2]}>"
    message = EmailMessage(policy=POLICY)
    message["From"] = _header(draft.sender)
    if draft.to:
        message["To"] = [_header(person) for person in draft.to]
    if draft.cc:
        message["Cc"] = [_header(person) for person in draft.cc]
    if is_draft and draft.bcc:
        message["Bcc"] = [_header(person) for person in draft.bcc]
    elif not draft.to and not draft.cc and not is_draft:
        # Only blind copies: an empty group says so (RFC 5322 §3.6.3).
        message["To"] = headerregistry.Group("undisclosed-recipients")
    message["Subject"] = draft.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id
    _thread(message, draft)
    message.set_content(draft.text, cte="quoted-printable")
    if draft.attachments:
        message.make_mixed()
    for attachment in draft.attachments:
        message.attach(_file_part(attachment))
    return ComposedMessage(
        sender=draft.sender.address,
        recipients=_envelope(draft),
        message_id=message_id,
        subject=draft.subject,
        message=message,
    )


def _header(person: Address) -> headerregistry.Address:
    local, _, domain = person.address.rpartition("@")
    return headerregistry.Address(CONTROLS.sub(" ", person.name).strip(), local, domain)


def _folded(person: headerregistry.Address) -> str:
    name = person.display_name
    if not name:
        return person.addr_spec
    if name.isascii() and "=?" not in name:
        return formataddr((name, person.addr_spec))
    words = Header(name, "utf-8", maxlinelen=ENCODED_WORDS_LENGTH).encode(linesep="\r\n")
    return f"{words}\r\n <{person.addr_spec}>"


def _thread(message: EmailMessage, draft: Draft) -> None:
    if IDENTIFIER.fullmatch(draft.in_reply_to):
        message["In-Reply-To"] = f"<{draft.in_reply_to}>"
    chain = [f"<{known}>" for known in draft.references if IDENTIFIER.fullmatch(known)]
    if len(chain) > REFERENCES_KEPT:
        chain = [chain[0], *chain[1 - REFERENCES_KEPT :]]
    if chain:
        message["References"] = " ".join(chain)


def _file_part(file: Attachment) -> FilePart:
    main, sub = _media_type(file.type)
    return FilePart(file, main, sub, CONTROLS.sub(" ", file.name), POLICY)


def _media_type(written: str) -> tuple[str, str]:
    """A message inside is data here: taken apart and encoded anew, a signed byte could change."""
    found = MEDIA_TYPE.fullmatch(written)
    if not found or found[1].lower() in {"message", "multipart"}:
        return "application", "octet-stream"
    return found[1], found[2]


def _envelope(draft: Draft) -> tuple[str, ...]:
    everyone = (*draft.to, *draft.cc, *draft.bcc)
    return tuple(dict.fromkeys(person.address for person in everyone))
