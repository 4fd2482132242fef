"""Draft → message bytes. Pure: no database, no network.

A message is plain text in UTF-8, or that and HTML with the pictures it shows, with its attachments
(outgoing_parts.py); lines are 7-bit safe (RFC 2045), headers folded and encoded by the standard library
(RFC 5322, RFC 2047, RFC 2231). Only an address that is not ASCII itself stands as it is (RFC 6532).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import headerregistry
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, formataddr
from html import escape
from typing import Any
from uuid import uuid4

from webmail.composing.outgoing_parts import Attachment, FilePart, Multipart, Part, TextPart, Whole
from webmail.html.outgoing import Embedded, OutgoingHtml, outgoing
from webmail.syntax.addresses import Address
from webmail.syntax.headers import CONTROLS

__all__ = ["Attachment", "ComposedMessage", "Draft", "compose"]

ENCODED_WORDS_LENGTH = 70  # of the 76 a line may have (RFC 2047 §2), less the header's name
# What may stand in a header as it is: printable ASCII on one line, and nothing a reader decodes.
IDENTIFIER = re.compile(r"(?!.*=\?)[!-;=?-~]{1,950}")
LONGEST_REFERENCES = 998 - len("References: ")  # octets, should a program unfold them
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
        return f"{name}: {lines}\r\n".encode()


POLICY = _LinePolicy(linesep="\r\n", max_line_length=78)


@dataclass(frozen=True)
class Draft:
    """What a person wrote, checked by the form: its addresses are without quotes, domains in ASCII.

    With `html`, which need not be safe, the plain text is made of it; `text` is not read.
    """

    sender: Address
    to: Sequence[Address]
    cc: Sequence[Address] = ()
    bcc: Sequence[Address] = ()
    subject: str = ""
    text: str = ""
    html: str | None = None  # its pictures are cid: URLs of attachments, or data: URLs
    font: str = ""  # CSS declarations of the whole HTML
    language: str = ""  # of the HTML, e.g. "fr"
    attachments: Sequence[Attachment] = ()
    in_reply_to: str = ""  # identifiers stand without their brackets
    references: Sequence[str] = field(default=())
    receipt: bool = False  # asks the readers to say that they have read it (RFC 8098)


@dataclass(frozen=True)
class ComposedMessage:
    """Ready to leave: CRLF line ends, no Bcc; `recipients` is the envelope."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    content: Part

    def pieces(self) -> Iterator[bytes]:
        """Always the same octets, in constant memory. Raises OSError when a file cannot be read."""
        return self.content.pieces()

    @property
    def raw(self) -> bytes:
        """The same at once, for small messages."""
        return b"".join(self.pieces())


def compose(
    draft: Draft, now: datetime, *, is_draft: bool = False, mark: str = ""
) -> ComposedMessage:
    """`now` must be aware; the Message-ID is made under the sender's domain.

    Only with `is_draft`, for the writer's own eyes, does the message name its blind copies, and the
    `mark` by which its copy is found again.
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
    if is_draft and mark:
        message["X-Pli-Draft"] = mark
    _thread(message, draft)
    if draft.receipt:
        message["Disposition-Notification-To"] = draft.sender.address
    message["MIME-Version"] = "1.0"
    return ComposedMessage(
        sender=draft.sender.address,
        recipients=_envelope(draft),
        message_id=message_id,
        subject=draft.subject,
        content=Whole(message.as_bytes().removesuffix(b"\r\n"), _body(draft)),
    )


def _body(draft: Draft) -> Part:
    files = [file for file in draft.attachments if not file.content_id]
    text = TextPart(draft.text) if draft.html is None else _html(draft.html, draft)
    return Multipart("mixed", [text, *map(FilePart, files)]) if files else text


def _html(html: str, draft: Draft) -> Part:
    """Pictures that the text no longer shows stay behind."""
    held = {file.content_id for file in draft.attachments}
    written = outgoing(html, held=held)
    shown = [file for file in draft.attachments if file.content_id in written.cids]
    embedded = [_picture(number, it) for number, it in enumerate(written.embedded, start=1)]
    page: Part = TextPart(_document(draft, written), "html")
    if shown or embedded:
        page = Multipart("related", [page, *map(FilePart, [*shown, *embedded])])
    return Multipart("alternative", [TextPart(written.text), page])


def _picture(number: int, held: Embedded) -> Attachment:
    extension = held.type.rpartition("/")[2].replace("jpeg", "jpg")
    return Attachment(f"image{number}.{extension}", held.type, held.content, held.content_id)


def _document(draft: Draft, written: OutgoingHtml) -> str:
    language = f' lang="{escape(draft.language)}"' if draft.language else ""
    font = f' style="{escape(draft.font)}"' if draft.font else ""
    return (
        f'<!doctype html>\n<html{language}><head><meta charset="utf-8"></head>'
        f"<body{font}>{written.html}</body></html>\n"
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
    while len(chain) > 1 and len(" ".join(chain)) > LONGEST_REFERENCES:
        del chain[1 if len(chain) > 2 else 0]
    if chain:
        message["References"] = " ".join(chain)


def _envelope(draft: Draft) -> tuple[str, ...]:
    everyone = (*draft.to, *draft.cc, *draft.bcc)
    return tuple(dict.fromkeys(person.address for person in everyone))
