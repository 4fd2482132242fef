"""Draft → message bytes. Pure: no database, no network.

A message is text/plain in UTF-8, with its attachments; lines are 7-bit safe (RFC 2045), headers
folded and encoded by the standard library (RFC 5322, RFC 2047, RFC 2231).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import headerregistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import uuid4

from webmail.message.addresses import Address

POLICY = SMTP.clone(max_line_length=78)
REFERENCES_KEPT = 20  # RFC 5322 §3.6.4 lets long chains be trimmed; the first and the last count


@dataclass(frozen=True)
class Attachment:
    name: str
    type: str  # e.g. "application/pdf"
    content: bytes


@dataclass(frozen=True)
class Draft:
    """What a person wrote, checked by the form."""

    sender: Address
    to: Sequence[Address]
    cc: Sequence[Address] = ()
    bcc: Sequence[Address] = ()
    subject: str = ""
    text: str = ""
    attachments: Sequence[Attachment] = ()
    in_reply_to: str = ""  # identifiers stand without their brackets
    references: Sequence[str] = field(default=())


@dataclass(frozen=True)
class ComposedMessage:
    """Ready to leave: `raw` has CRLF line ends and no Bcc; `recipients` is the envelope."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    raw: bytes


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
    for attachment in draft.attachments:
        _attach(message, attachment)
    return ComposedMessage(
        sender=draft.sender.address,
        recipients=_envelope(draft),
        message_id=message_id,
        subject=draft.subject,
        raw=message.as_bytes(),
    )


def _header(person: Address) -> headerregistry.Address:
    local, _, domain = person.address.rpartition("@")
    return headerregistry.Address(person.name, local, domain)


def _thread(message: EmailMessage, draft: Draft) -> None:
    if draft.in_reply_to:
        message["In-Reply-To"] = f"<{draft.in_reply_to}>"
    chain = [f"<{identifier}>" for identifier in draft.references]
    if len(chain) > REFERENCES_KEPT:
        chain = [chain[0], *chain[1 - REFERENCES_KEPT :]]
    if chain:
        message["References"] = " ".join(chain)


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    main, _, sub = attachment.type.partition("/")
    if main == "message":
        # A forwarded message is data here: re-encoding it could change a signed byte.
        main, sub = "application", "octet-stream"
    message.add_attachment(
        attachment.content, maintype=main or "application", subtype=sub or "octet-stream",
        filename=attachment.name,
    )  # fmt: skip


def _envelope(draft: Draft) -> tuple[str, ...]:
    everyone = (*draft.to, *draft.cc, *draft.bcc)
    return tuple(dict.fromkeys(person.address for person in everyone))
