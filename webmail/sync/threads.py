"""Which messages belong together.

Messages that bear or name one identifier do (Message-ID, In-Reply-To, References), in all folders,
whether or not the message of that identifier is here. A message that names no other, or whose
conversation nobody knows yet, may join one by its subject among the same people, as long as all of it
stays within 30 days. That is a guess: late mail that ties such a message to another conversation
takes it there, with its own answers, and leaves the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from mailboxes.models import Mailbox
from webmail.models import (
    Conversation,
    FolderConversation,
    IndexedMessage,
    MailboxIndex,
    MessageReference,
)
from webmail.sync.facts import MessageRow, unpacked
from webmail.sync.tables import columns, insert, pairs, update

GUESS_SPAN = timedelta(days=30)
LOOKUP = 5000  # values in one IN (…): databases limit how many parameters a statement has
Item = TypeVar("Item")


@dataclass(slots=True)
class Group:
    """Messages that belong together by their identifiers, and what is already known of these."""

    rows: list[MessageRow]
    identifiers: set[int]
    number: int = 0  # of its conversation; 0: not yet known

    @property
    def guess_key(self) -> int:
        return next((row.guess_key for row in self.rows if row.guess_key), 0)

    @property
    def dates(self) -> tuple[datetime, datetime]:
        if len(self.rows) == 1:
            return self.rows[0].received_at, self.rows[0].received_at
        moments = [row.received_at for row in self.rows]
        return min(moments), max(moments)

    @property
    def names_nobody(self) -> bool:
        """Whether no message of it answers another."""
        return all(len(row.named) == 1 for row in self.rows)


@dataclass(slots=True)
class Guess:
    """A conversation that a message may join by its subject."""

    number: int
    first: datetime
    last: datetime

    def has_room_for(self, first: datetime, last: datetime) -> bool:
        return max(last, self.last) - min(first, self.first) <= GUESS_SPAN

    def take_in(self, first: datetime, last: datetime) -> None:
        self.first, self.last = min(first, self.first), max(last, self.last)


@dataclass(slots=True)
class Placed:
    """`created` conversations hold no messages but the new ones; `touched` must be looked at again."""

    created: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)


def place(mailbox: Mailbox, index: MailboxIndex, rows: Sequence[MessageRow]) -> Placed:
    """Gives each of `rows` its conversation and stores the conversations and their identifiers.

    Within `lease.writing`, whose row is `index`; the rows themselves are not stored here.
    """
    groups, placed = list(_grouped(rows)), Placed()
    references = _known_references(mailbox, groups)
    _join_known(mailbox, groups, references, placed)
    _guess(mailbox, index, [group for group in groups if not group.number], placed)
    for group in groups:
        for row in group.rows:
            row.conversation = group.number
    _store_references(mailbox, groups, references)
    return placed


def forget(mailbox: Mailbox, numbers: Collection[int]) -> None:
    """Drops conversations that hold no message any more."""
    for chunk in _chunks(sorted(numbers), LOOKUP):
        Conversation.objects.filter(mailbox=mailbox, number__in=chunk).delete()
        MessageReference.objects.filter(mailbox=mailbox, conversation__in=chunk).delete()


def _grouped(rows: Sequence[MessageRow]) -> Iterator[Group]:
    """By union of identifiers; a message that has none is alone."""
    of: dict[int, Group] = {}
    groups: dict[int, Group] = {}
    for row in rows:
        identifiers = {it for it in row.named if it}
        mine = Group([row], identifiers)
        for other in {id(it): it for it in map(of.get, identifiers) if it}.values():
            large, small = (other, mine) if len(other.rows) >= len(mine.rows) else (mine, other)
            large.rows += small.rows
            large.identifiers |= small.identifiers
            groups.pop(id(small), None)
            of.update(dict.fromkeys(small.identifiers, large))
            mine = large
        of.update(dict.fromkeys(identifiers, mine))
        groups[id(mine)] = mine
    yield from groups.values()


def _known_references(mailbox: Mailbox, groups: Iterable[Group]) -> dict[int, int]:
    wanted = {it for group in groups for it in group.identifiers}
    columns = ("identifier", "conversation")
    known: dict[int, int] = {}
    for chunk in _chunks(sorted(wanted), LOOKUP):
        known.update(pairs(MessageReference, columns, mailbox.pk, chunk))
    return known


def _join_known(
    mailbox: Mailbox, groups: Sequence[Group], references: dict[int, int], placed: Placed
) -> None:
    """Groups with known identifiers join their conversation; several conversations become one.

    What one group joins or takes apart concerns those before it too: again until all is said.
    """
    while sum(_join(mailbox, group, references, placed) for group in groups):
        pass
    joined = [group for group in groups if group.number]
    placed.touched.update(group.number for group in joined)
    _key(mailbox, [group for group in joined if group.guess_key])


def _join(mailbox: Mailbox, group: Group, references: dict[int, int], placed: Placed) -> bool:
    """Gives the group its number, if one is known; True when other groups must look again."""
    numbers = {references[it] for it in group.identifiers if it in references}
    group.number = min(numbers, default=0)
    if len(numbers) < 2:
        return False
    numbers -= _left_alone(mailbox, numbers, group, references, placed)
    group.number = min(numbers)
    others = numbers - {group.number}
    _merge(mailbox, others, group.number)
    references.update((it, group.number) for it, number in references.items() if number in others)
    return True


def _merge(mailbox: Mailbox, numbers: Collection[int], into: int) -> None:
    for model in (IndexedMessage, MessageReference):
        model.objects.filter(mailbox=mailbox, conversation__in=numbers).update(conversation=into)
    FolderConversation.objects.filter(mailbox=mailbox, conversation__in=numbers).delete()
    gone = Conversation.objects.filter(mailbox=mailbox, number__in=numbers)
    if gone.filter(guessed=True).exists():
        Conversation.objects.filter(mailbox=mailbox, number=into).update(guessed=True)
    gone.delete()


def _left_alone(
    mailbox: Mailbox,
    numbers: set[int],
    group: Group,
    references: dict[int, int],
    placed: Placed,
) -> set[int]:
    """Of conversations held together by a guess, takes out what `group` is tied to.

    What is taken joins the others of `numbers`, or the first of them where all are guessed. Answers
    the numbers of those that keep what is left.
    """
    guessed = Conversation.objects.filter(mailbox=mailbox, number__in=numbers, guessed=True)
    doubtful = set(guessed.values_list("number", flat=True))
    home = min(numbers - doubtful or doubtful)
    left = set[int]()
    for number in doubtful - {home}:
        tied, is_all = _parts(mailbox, number, group.identifiers)
        if not is_all:
            names = _take(mailbox, tied, group.identifiers, home)
            references.update(dict.fromkeys(names & references.keys(), home))
            left.add(number)
    placed.touched |= left
    return left


def _parts(
    mailbox: Mailbox, number: int, identifiers: Collection[int]
) -> tuple[list[tuple[int, int, tuple[int, ...]]], bool]:
    """(folder, uid, identifiers) of the messages of a conversation that are tied to `identifiers`
    by identifiers alone, and whether these are all.
    """
    found = IndexedMessage.objects.filter(mailbox=mailbox, conversation=number)
    messages = [
        (folder_id, uid, unpacked(octets))
        for folder_id, uid, octets in found.values_list("folder_id", "uid", "identifiers")
    ]
    reached, tied = set(identifiers), list[tuple[int, int, tuple[int, ...]]]()
    while nearer := [it for it in messages if reached & set(it[2])]:
        tied += nearer
        messages = [it for it in messages if not reached & set(it[2])]
        reached.update(name for it in nearer for name in it[2] if name)
    return tied, not messages


def _take(
    mailbox: Mailbox,
    messages: Collection[tuple[int, int, tuple[int, ...]]],
    identifiers: Collection[int],
    into: int,
) -> set[int]:
    """Gives messages and identifiers another conversation; answers all identifiers that went."""
    keys = ["mailbox_id", "folder_id", "uid"]
    rows = [(into, False, mailbox.pk, folder_id, uid) for folder_id, uid, _names in messages]
    update(IndexedMessage, ["conversation", "by_subject"], keys, rows)
    names = {name for _folder, _uid, names in messages for name in names if name}
    names.update(identifiers)
    for chunk in _chunks(sorted(names), LOOKUP):
        references = MessageReference.objects.filter(mailbox=mailbox, identifier__in=chunk)
        references.update(conversation=into)
    return names


def _key(mailbox: Mailbox, groups: Iterable[Group]) -> None:
    """A message that names no other gives its conversation the key to guess by."""
    keys = [(group.guess_key, mailbox.pk, group.number) for group in groups]
    update(Conversation, ["guess_key"], ["mailbox_id", "number"], keys)


def _guess(mailbox: Mailbox, index: MailboxIndex, groups: Sequence[Group], placed: Placed) -> None:
    """Groups nobody knows: those that name nobody may join by subject, all others are new."""
    open_ones = _open_guesses(mailbox, groups)
    created: list[tuple[Group, Guess]] = []
    joined: dict[int, list[Group]] = defaultdict(list)
    dated = [(group.dates, group) for group in groups]
    for dates, group in sorted(dated, key=lambda it: it[0][1], reverse=True):
        key = group.guess_key
        candidates = open_ones[key] if key else []
        found = _nearest(candidates, dates) if candidates and group.names_nobody else None
        if found is None:
            found = Guess(index.next_conversation, *dates)
            index.next_conversation += 1
            created.append((group, found))
            candidates.append(found)
        else:
            joined[found.number].append(group)
            found.take_in(*dates)
        group.number = found.number
    _mark_joined(mailbox, joined, {it.number for _group, it in created}, placed)
    _store_conversations(mailbox, created, joined)
    placed.created.update(it.number for _group, it in created)


def _open_guesses(mailbox: Mailbox, groups: Iterable[Group]) -> dict[int, list[Guess]]:
    wanted = sorted({it.guess_key for it in groups if it.guess_key and it.names_nobody})
    found: dict[int, list[Guess]] = defaultdict(list)
    for chunk in _chunks(wanted, LOOKUP):
        rows = Conversation.objects.filter(mailbox=mailbox, guess_key__in=chunk)
        for it in rows:
            found[it.guess_key or 0].append(Guess(it.number, it.first_date, it.last_date))
    return found


def _nearest(candidates: Sequence[Guess], dates: tuple[datetime, datetime]) -> Guess | None:
    first, last = dates
    fitting = [it for it in candidates if it.has_room_for(first, last)]
    return min(fitting, key=lambda it: abs(it.last - last), default=None)


def _mark_joined(
    mailbox: Mailbox, joined: dict[int, list[Group]], created: set[int], placed: Placed
) -> None:
    for groups in joined.values():
        for row in (row for group in groups for row in group.rows):
            row.by_subject = True
    older = joined.keys() - created
    placed.touched |= older
    Conversation.objects.filter(mailbox=mailbox, number__in=older).update(guessed=True)


def _store_conversations(
    mailbox: Mailbox,
    created: Iterable[tuple[Group, Guess]],
    joined: Collection[int],
) -> None:
    rows = []
    for group, it in created:
        subject = min(group.rows, key=lambda row: row.received_at).subject
        key, guessed = group.guess_key or None, it.number in joined
        values = {
            "mailbox_id": mailbox.pk, "number": it.number, "subject": subject,
            "guess_key": key, "guessed": guessed, "first_date": it.first, "last_date": it.last,
        }  # fmt: skip
        rows.append([values[name] for name in columns(Conversation)])
    insert(Conversation, rows)


def _store_references(mailbox: Mailbox, groups: Iterable[Group], known: Collection[int]) -> None:
    rows = [
        (mailbox.pk, identifier, group.number)
        for group in groups
        for identifier in group.identifiers
        if identifier not in known
    ]
    insert(MessageReference, rows)


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
