"""Rows of FolderConversation: what a list shows of a conversation, made from its messages."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any

from mailboxes.models import Mailbox
from webmail.models import Conversation, Folder, FolderConversation, IndexedMessage
from webmail.sync.facts import FACT_FIELDS, Fact, spaced
from webmail.sync.tables import insert, update

# What lies there is not shown of a conversation elsewhere.
APART = frozenset({Folder.Use.TRASH, Folder.Use.JUNK, Folder.Use.DRAFTS})
MAX_PARTICIPANTS = 50
CHUNK = 1000  # conversations read and written at a time
NO_IDENTIFIER = bytes(8)

Row = tuple[Any, ...]


def refresh(mailbox: Mailbox, numbers: Iterable[int]) -> set[int]:
    """Makes the rows of these conversations again from their messages; answers which have none left.

    Within `lease.writing`. Four statements for each CHUNK.
    """
    wanted, empty = sorted(set(numbers)), set[int]()
    uses = _uses(mailbox) if wanted else {}
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        facts = load(mailbox, chunk)
        FolderConversation.objects.filter(mailbox=mailbox, conversation__in=chunk).delete()
        _write_rows(mailbox, facts, uses)
        _date(mailbox, facts)
        empty.update(number for number in chunk if number not in facts)
    return empty


def add(mailbox: Mailbox, facts: Mapping[int, Sequence[Fact]]) -> None:
    """Rows of conversations that have none yet, given all their messages."""
    if facts:
        _write_rows(mailbox, facts, _uses(mailbox))


def load(mailbox: Mailbox, numbers: Collection[int]) -> dict[int, list[Fact]]:
    """Messages of these conversations by conversation; those without any are left out."""
    found = (
        IndexedMessage.objects.filter(mailbox=mailbox, conversation__in=numbers)
        .order_by("conversation")
        .values_list("conversation", *FACT_FIELDS)
    )
    return {
        number: [Fact(*values[1:]) for values in group]
        for number, group in groupby(found, key=itemgetter(0))
    }


def _uses(mailbox: Mailbox) -> dict[int, str]:
    return dict(Folder.objects.filter(mailbox=mailbox).values_list("pk", "special_use"))


def _write_rows(
    mailbox: Mailbox, facts: Mapping[int, Sequence[Fact]], uses: Mapping[int, str]
) -> None:
    rows = [
        (mailbox.pk, folder_id, number, *row)
        for number, messages in facts.items()
        for folder_id, row in folder_rows(messages, uses)
    ]
    insert(FolderConversation, rows)


def _date(mailbox: Mailbox, facts: Mapping[int, Sequence[Fact]]) -> None:
    ends = []
    for number, messages in facts.items():
        ordered = sorted(messages, key=attrgetter("received_at"))
        first, last = ordered[0], ordered[-1]
        ends.append((first.subject, first.received_at, last.received_at, mailbox.pk, number))
    keys = ["mailbox_id", "number"]
    update(Conversation, ["subject", "first_date", "last_date"], keys, ends)


def folder_rows(messages: Sequence[Fact], uses: Mapping[int, str]) -> Iterable[tuple[int, Row]]:
    """For each folder that holds some of `messages`, the columns from `last_date` on. Pure."""
    if len(messages) == 1:
        only = messages[0]
        yield only.folder_id, _row([only], [only])
        return
    ordered = sorted(messages, key=attrgetter("received_at", "folder_id", "uid"))
    for folder_id in dict.fromkeys(message.folder_id for message in ordered):
        here = [message for message in ordered if message.folder_id == folder_id]
        around = [
            it for it in ordered if it.folder_id == folder_id or uses.get(it.folder_id) not in APART
        ]
        yield folder_id, _row(here, _each_once(around))


def _each_once(messages: Iterable[Fact]) -> list[Fact]:
    """Copies in several folders, and what one sends to oneself, are one message."""
    seen: dict[bytes | tuple[int, int], Fact] = {}
    for message in messages:
        own = bytes(message.identifiers[:8])
        key = (message.folder_id, message.uid) if own == NO_IDENTIFIER else own
        seen.setdefault(key, message)
    return list(seen.values())


def _row(here: Sequence[Fact], whole: Sequence[Fact]) -> Row:
    """`here`: the messages of the folder, the eldest first; `whole`: those of the conversation."""
    latest = here[-1]
    return (
        latest.received_at,
        latest.uid,
        len(here),
        len(whole),
        sum(not it.seen for it in here),
        sum(it.flagged for it in here),
        sum(it.size for it in here),
        any(it.has_attachments for it in here),
        any(it.is_external for it in here),
        latest.answered,
        latest.forwarded,
        latest.draft,
        latest.keywords if len(here) == 1 else _keywords(here),
        _participants(whole),
        latest.recipients,
        latest.subject,
        latest.subject_key,
        latest.sender_key,
        latest.snippet or "",
    )


def _keywords(messages: Iterable[Fact]) -> str:
    return spaced(word for message in messages for word in message.keywords.split())


def _participants(messages: Iterable[Fact]) -> str:
    people: dict[str, list[Any]] = {}
    for message in messages:
        key = (message.sender_address or message.sender_name).lower()
        person = people.setdefault(key, [message.sender_name, message.sender_address, 0])
        person[0] = person[0] or message.sender_name
        person[2] += 1
    return json.dumps(list(people.values())[:MAX_PARTICIPANTS], ensure_ascii=False)
