"""What a story tells: letters with their sender, their readers and their words, before any MIME."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

INBOX, SENT, ARCHIVE, JUNK, TRASH, DRAFTS = "inbox", "sent", "archive", "junk", "trash", "drafts"

TransferEncoding = Literal["quoted-printable", "base64", "8bit"]


@dataclass(frozen=True)
class Person:
    """A name and an address, in or out of the academy."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True)
class Attachment:
    """A file of a letter; with a content id it is a picture inside the HTML body."""

    name: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True)
class Letter:
    """One message as its author sees it.

    ``key`` is unique in the sample, ASCII, and becomes the left part of the Message-ID.
    ``filing`` names the folder where a mailbox keeps its copy, by address; elsewhere age decides.
    ``flowing`` is the text before its lines were wrapped, for HTML.
    ``topic`` is the folder of one's own that suits it once it is old.
    ``starred`` and ``unread`` hold the addresses whose copy is so for sure.
    """

    key: str
    sender: Person
    to: tuple[Person, ...]
    subject: str
    text: str
    sent_at: datetime
    cc: tuple[Person, ...] = ()
    bcc: tuple[Person, ...] = ()
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    calendar: str = ""
    calendar_method: str = ""
    answers: "Letter | None" = None
    charset: str = "utf-8"
    encoding: TransferEncoding = "quoted-printable"
    headers: tuple[tuple[str, str], ...] = ()
    report_parts: tuple[Attachment, ...] = ()
    envelope_sender: str | None = None
    authenticated: bool = True
    filing: dict[str, str] = field(default_factory=dict)
    starred: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    topic: str = ""
    flowing: str = ""

    @property
    def message_id(self) -> str:
        return f"<{self.key}@{self.sender.domain or 'localhost'}>"

    @property
    def return_path(self) -> str:
        """The envelope sender; empty for what machines answer (RFC 5321, 4.5.5)."""
        return self.sender.address if self.envelope_sender is None else self.envelope_sender

    @property
    def references(self) -> list[str]:
        """Message-IDs of the letters before this one, eldest first (RFC 5322, 3.6.4)."""
        return [*self.answers.references, self.answers.message_id] if self.answers else []

    @property
    def readers(self) -> tuple[Person, ...]:
        return (*self.to, *self.cc, *self.bcc)

    @property
    def is_draft(self) -> bool:
        return self.filing.get(self.sender.address) == DRAFTS

    @property
    def thread(self) -> str:
        """The key of the letter that opened the conversation."""
        return self.answers.thread if self.answers else self.key

    def written_in(self, charset: str, encoding: TransferEncoding, **changes: Any) -> "Letter":
        return replace(self, charset=charset, encoding=encoding, **changes)


def reply_subject(subject: str) -> str:
    return subject if subject.startswith("Re: ") else f"Re: {subject}"


def quoted(letter: Letter, text: str) -> str:
    """The text of a letter (wrapped or flowing) as most programs quote it under an answer."""
    when = letter.sent_at.strftime("%d/%m/%Y à %H:%M")
    lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return f"Le {when}, {letter.sender.name} a écrit :\n{lines}"


def everyone_but(people: Sequence[Person], *absent: Person) -> tuple[Person, ...]:
    gone = {person.address for person in absent}
    return tuple(person for person in people if person.address not in gone)
