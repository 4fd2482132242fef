"""The shape of a message ready to be read: what the MIME road gives and the reading pane takes."""

import html
from dataclasses import dataclass, field
from datetime import datetime

from webmail.formats.invitations import Invitation
from webmail.formats.reports import Reports
from webmail.syntax.addresses import Address

# Why some of a message is missing.
TOO_DEEP, TOO_LONG, LONG_TEXT, UNREADABLE = "parts", "header", "text", "structure"


@dataclass(frozen=True)
class Body:
    """One text of the message, in the order it is read. `content` is raw HTML when `is_html`."""

    section: str
    content: str
    is_html: bool
    location: str = ""  # Content-Location: what relative references in it start from


@dataclass(frozen=True)
class Attachment:
    """Something offered to the reader; `name` is safe to show and to save under.

    `size` is in decoded octets, within 2 % when the part itself was not fetched. `inline` is set
    once a text shows it.
    """

    section: str
    name: str
    type: str
    size: int
    content_id: str = ""
    content_location: str = ""
    is_dangerous: bool = False
    inline: bool = False


@dataclass(frozen=True)
class Unsubscribe:
    """Ways to leave a list (RFC 2369, 8058); "" for a way that is not offered."""

    https: str = ""
    mailto: str = ""
    is_one_click: bool = False


@dataclass(frozen=True)
class Enclosed:
    """A message inside this one, to be read by `read_enclosed`."""

    section: str
    subject: str
    size: int


@dataclass(frozen=True)
class ReadableMessage:
    """All that a reading pane shows of a message.

    `subject` is None when the message has none, `date` is in UTC.
    """

    subject: str | None = None
    from_: tuple[Address, ...] = ()
    sender: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    language: str = ""
    bodies: tuple[Body, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    enclosed: tuple[Enclosed, ...] = ()
    reports: Reports = field(default_factory=Reports)
    invitations: tuple[Invitation, ...] = ()
    signed: str = ""  # "smime" or "pgp", by structure only: nothing is verified
    encrypted: str = ""
    list_id: str = ""
    unsubscribe: Unsubscribe = field(default_factory=Unsubscribe)
    auto_submitted: str = ""  # the keyword, unless it is "no"
    receipt_to: tuple[Address, ...] = ()
    original_recipient: str = ""  # "rfc822;camille@example.org" (RFC 3798 §2.3)
    authentication_results: tuple[str, ...] = ()
    problems: frozenset[str] = frozenset()  # TOO_DEEP …

    @property
    def is_html(self) -> bool:
        """True when a text of the message is HTML; plain texts may stand beside it."""
        return any(body.is_html for body in self.bodies)

    @property
    def html(self) -> str | None:
        """The raw HTML, plain texts between included; None when all is plain text."""
        if not self.is_html:
            return None
        return "\n".join(
            body.content if body.is_html else plain_as_html(body.content) for body in self.bodies
        )

    @property
    def text(self) -> str:
        """The plain texts."""
        return "\n".join(body.content for body in self.bodies if not body.is_html)


def plain_as_html(text: str) -> str:
    """A plain text that stands beside HTML."""
    return f'<div style="white-space: pre-wrap">{html.escape(text)}</div>'
