"""From what the server tells of a message to its row in the index, and what of it a conversation needs."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from django.conf import settings

from webmail.html.look_alikes import is_own
from webmail.imap import HeaderRow
from webmail.message.summary import Summary, folded, hashed, summarise
from webmail.models import Folder, IndexedMessage
from webmail.sync.tables import columns
from webmail.syntax.addresses import Address

OUTWARD = frozenset({Folder.Use.SENT, Folder.Use.DRAFTS})
FORWARDED = "$forwarded"
MAX_RECIPIENTS_TEXT = 4000  # characters
FLAGS = {
    "seen": "\\Seen",
    "flagged": "\\Flagged",
    "answered": "\\Answered",
    "draft": "\\Draft",
    "deleted": "\\Deleted",
}


class Marks(NamedTuple):
    """Flags and keywords as columns of IndexedMessage."""

    seen: bool
    flagged: bool
    answered: bool
    forwarded: bool
    draft: bool
    deleted: bool
    keywords: str


class Fact(NamedTuple):
    """What a conversation's rows are made of: these columns of IndexedMessage."""

    folder_id: int
    uid: int
    seen: bool
    flagged: bool
    answered: bool
    forwarded: bool
    draft: bool
    keywords: str
    size: int
    received_at: datetime
    subject: str
    subject_key: str
    sender_name: str
    sender_address: str
    sender_key: str
    recipients: str
    snippet: str | None
    has_attachments: bool
    is_external: bool
    identifiers: bytes


@dataclass(slots=True)
class MessageRow:
    """A row of IndexedMessage to be; `conversation` is found last. `guess_key`: see Summary."""

    mailbox_id: int
    folder_id: int
    uid: int
    seen: bool
    flagged: bool
    answered: bool
    forwarded: bool
    draft: bool
    deleted: bool
    keywords: str
    size: int
    received_at: datetime
    sent_at: datetime | None
    message_id: str
    subject: str
    subject_key: str
    sender_name: str
    sender_address: str
    sender_key: str
    recipients: str
    words: str
    list_id: str
    snippet: str | None
    has_attachments: bool
    is_external: bool
    identifiers: bytes
    named: tuple[int, ...]  # `identifiers` unpacked
    guess_key: int
    by_subject: bool = False
    conversation: int = 0


FACT_FIELDS = Fact._fields
as_fact = attrgetter(*FACT_FIELDS)
as_columns = attrgetter(*columns(IndexedMessage))


def message_row(folder: Folder, told: HeaderRow) -> MessageRow:
    """The row of a message of `folder`; its snippet and words come with the second pass."""
    summary = summarise(told.headers)
    recipients = _written(summary.recipients)
    named = _named(told, summary)
    return MessageRow(
        folder.mailbox_id,
        folder.pk,
        told.uid,
        *marks(told.flags, told.keywords),
        size=told.size,
        received_at=told.received_at,
        sent_at=summary.sent_at,
        message_id=summary.message_id,
        subject=summary.subject,
        subject_key=summary.subject_key,
        sender_name=summary.sender.name,
        sender_address=summary.sender.address,
        sender_key=_sender_key(folder, summary),
        recipients=recipients,
        words="",
        list_id=summary.list_id,
        snippet=None,
        has_attachments=told.has_attachments,
        is_external=_is_external(summary.sender.domain),
        identifiers=packed(named),
        named=named,
        guess_key=summary.guess_key,
    )


def _named(told: HeaderRow, summary: Summary) -> tuple[int, ...]:
    if summary.message_id:
        return summary.identifiers
    sender, sent_at = summary.sender.address, summary.sent_at
    own = stand_in(told.received_at, told.size, sent_at, sender, summary.subject)
    return own, *summary.identifiers[1:]


def stand_in(
    received_at: datetime, size: int, sent_at: datetime | None, sender: str, subject: str
) -> int:
    """Names a message that has no Message-ID, by what it keeps wherever it is moved or copied."""
    moments = [int(it.timestamp()) if it else 0 for it in (received_at, sent_at)]
    return hashed(f"{moments} {size} {sender} {subject}")  # in no Message-ID are spaces


@lru_cache(maxsize=4096)
def marks(flags: frozenset[str], keywords: frozenset[str]) -> Marks:
    """The columns for these. Flags are spelt as RFC 9051 does, keywords as the server does."""
    columns = {name: flag in flags for name, flag in FLAGS.items()}
    forwarded = any(keyword.lower() == FORWARDED for keyword in keywords)
    return Marks(**columns, forwarded=forwarded, keywords=spaced(keywords))


def spaced(words: Iterable[str]) -> str:
    """Each word with a space on either side, in order; "" for none."""
    ordered = sorted(set(words))
    return f" {' '.join(ordered)} " if ordered else ""


def packed(identifiers: Iterable[int]) -> bytes:
    return array("q", identifiers).tobytes()


def unpacked(identifiers: bytes | memoryview) -> tuple[int, ...]:
    return tuple(array("q", bytes(identifiers)))


def _sender_key(folder: Folder, summary: Summary) -> str:
    """Of whom a row names first: in Sent and Drafts, whom it goes to."""
    outward = folder.special_use in OUTWARD and summary.recipients
    shown = summary.recipients[0] if outward else summary.sender
    return folded(shown.name or shown.address)


@lru_cache(maxsize=4096)
def _written(recipients: tuple[Address, ...]) -> str:
    lines = (f"{it.name} <{it.address}>".lstrip() for it in recipients)
    text = "\n".join(lines)
    if len(text) <= MAX_RECIPIENTS_TEXT:
        return text
    return text[:MAX_RECIPIENTS_TEXT].rpartition("\n")[0]


@lru_cache(maxsize=4096)
def _is_external(domain: str) -> bool:
    return bool(domain) and not is_own(domain, settings.DOMAINS)
