"""The logbook of a mailbox: who did what in it, for those who manage it (docs/decisions/0023).

A personal mailbox has none of what its owner does there; what delegates do in it is kept. Entries are only
added, and removed after PLI_LOGBOOK_DAYS.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from accounts.read_only import unless_read_only
from mailboxes.models import Deed, Delegation, LogbookEntry, Mailbox, Via
from mailboxes.models.logbook import MESSAGE_ID_LENGTH, NAME_LENGTH

FLAG_LENGTH = 100
ROWS_AT_A_TIME = 5000
# Of what changes nothing, the first time in a day is enough.
TAKEN = frozenset((Deed.READ, Deed.FILES, Deed.SAVED))


@dataclass(frozen=True)
class Which:
    """A message: where it is, and by what name it is known wherever it goes."""

    folder: str
    uid: int = 0
    message_id: str = ""  # without its brackets
    message_key: int = 0


@dataclass(frozen=True)
class Act:
    """What was done to all the messages of one entry in the logbook each."""

    deed: Deed
    via: Via = Via.PAGE
    target: str = ""
    flag: str = ""
    at: datetime | None = None  # None: now


def is_kept(mailbox: Mailbox, person: User) -> bool:
    """Whether what this person does in the mailbox belongs into its logbook."""
    return mailbox.owner_id != person.pk


def note(mailbox: Mailbox, person: User, act: Act, messages: Iterable[Which]) -> None:
    """One entry a message, in one query; who reads a message again and again gets one a day.

    Nobody's page fails because the database takes no change just then.
    """
    if not is_kept(mailbox, person):
        return
    rows = [_entry(mailbox, person, act, which) for which in messages]
    if rows:
        with unless_read_only():
            LogbookEntry.objects.bulk_create(rows, ignore_conflicts=True)


def note_once(mailbox: Mailbox, person: User, act: Act, which: Which, told_as: str) -> None:
    """As `note`, of what a server tells under a name of its own, perhaps twice."""
    if is_kept(mailbox, person):
        row = _entry(mailbox, person, act, which)
        row.once = row.once or _short("told", mailbox.pk, told_as)
        LogbookEntry.objects.bulk_create([row], ignore_conflicts=True)


def note_right(deed: Deed, delegation: Delegation, by: User | None) -> None:
    """What happened to somebody's right, in the transaction in which it does."""
    LogbookEntry.objects.create(
        mailbox=delegation.mailbox,
        at=timezone.now(),
        person=by,
        about=delegation.person,
        deed=deed,
        via=Via.PAGE,
    )


def is_end_of_a_move(mailbox: Mailbox, person: User, which: Which, since: datetime) -> bool:
    """Whether a copy of this message was noted since then, of which the original goes now.

    A mail program moves in two halves, and the first is noted when it comes: it becomes a move. No other entry
    ever changes.
    """
    copies = LogbookEntry.objects.filter(
        mailbox=mailbox, message_key=which.message_key, at__gte=since, person=person
    )
    halves = copies.filter(via=Via.PROGRAM, folder=which.folder).exclude(target="")
    if which.message_key == 0 or not halves.exists():
        return False
    halves.filter(deed=Deed.COPIED).update(deed=Deed.MOVED)
    return True


def forget_old() -> None:
    """Run nightly, in small transactions."""
    before = timezone.now() - timedelta(days=settings.LOGBOOK_DAYS)
    old = LogbookEntry.objects.filter(at__lt=before).order_by("at")
    while ids := list(old.values_list("pk", flat=True)[:ROWS_AT_A_TIME]):
        LogbookEntry.objects.filter(pk__in=ids).delete()


def _entry(mailbox: Mailbox, person: User, act: Act, which: Which) -> LogbookEntry:
    at = act.at or timezone.now()
    return LogbookEntry(
        mailbox=mailbox,
        person=person,
        at=at,
        deed=act.deed,
        via=act.via,
        folder=which.folder[:NAME_LENGTH],
        target=act.target[:NAME_LENGTH],
        flag=act.flag[:FLAG_LENGTH],
        message_id=which.message_id[:MESSAGE_ID_LENGTH],
        message_key=which.message_key,
        once=_short(*_taken(mailbox, person, act, which, at)) if act.deed in TAKEN else None,
    )


def _taken(
    mailbox: Mailbox, person: User, act: Act, which: Which, at: datetime
) -> tuple[object, ...]:
    """Once a day for each person, by pages and by programs."""
    day = timezone.localdate(at)
    return (act.deed, mailbox.pk, person.pk, act.via, which.folder, which.uid, day)


def _short(*words: object) -> str:
    return sha256("\0".join(map(str, words)).encode()).hexdigest()
