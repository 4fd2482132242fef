"""Following the server: what changed, what is new, what is still to be read.

One LIST … STATUS tells which folders changed; each of these is asked once for its changes. What was
never read goes into the folder's gaps, which are filled newest first in batches; each batch is one
transaction, so that whoever ends in the middle, however rudely, has lost one batch at most.
"""

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from mailboxes.models import Mailbox
from webmail.errors import MessageGone
from webmail.imap import Changes, FlagRow, MailSession, UidSet
from webmail.models import (
    Conversation,
    Folder,
    FolderConversation,
    IndexedMessage,
    MailboxIndex,
    MessageReference,
)
from webmail.sync import messages
from webmail.sync.facts import Marks, MessageRow, marks, message_row
from webmail.sync.folders import store_folders
from webmail.sync.lease import Lease, LeaseLost, give_back, take, writing
from webmail.sync.snippets import add_snippets, lacking_snippets, lacks_snippets
from webmail.sync.tables import count_anew

BATCH = 2000  # messages read and written at a time
FIRST_PAGE = 50
USUAL_SECONDS = 2.0


@dataclass
class Outcome:
    """What became of one look at the server.

    `busy`: somebody else follows this mailbox, nothing was done. `changed`: folders whose rows may show
    something else now. `complete`: the index knows all that the server told, snippets included.
    """

    folders: list[Folder]
    changed: set[int] = field(default_factory=set)
    busy: bool = False
    complete: bool = True


def sync(
    mail: MailSession,
    mailbox: Mailbox,
    *,
    seconds: float = USUAL_SECONDS,
    filling: bool = False,
    shown: int = 0,
) -> Outcome:
    """Brings the index of `mailbox` up to what the server holds.

    An unchanged mailbox takes one round trip and writes nothing. Changes are always taken over; filling
    the index stops after about `seconds`. `filling` gives way to whoever else wants to sync. Some servers
    tell of no changed flags (no CONDSTORE): there the folder whose id is `shown` is asked for its own.
    Raises MailServerUnavailable.
    """
    if not mail.is_left_over:
        # STATUS says of a selected folder what it was when it was selected.
        mail.unselect()
    folders = store_folders(mailbox, mail.folders())
    outcome = Outcome(folders)
    changed = [folder for folder in folders if _may_have_changed(folder, shown)]
    if not changed and not _is_unfinished(mailbox, folders):
        return outcome
    lease = take(mailbox, filling=filling)
    if lease is None:
        return Outcome(folders, busy=True, complete=False)
    try:
        _follow(_Run(mail, lease, time.monotonic() + seconds), changed, outcome)
    finally:
        give_back(lease, unfinished=not outcome.complete)
    return outcome


def first_sight(mail: MailSession, folder: Folder, count: int = FIRST_PAGE) -> bool:
    """Reads the newest `count` messages of a folder that was never read; the rest is left to `sync`.

    Four round trips. False when nothing was to be done, or somebody else is about it. Raises
    MessageGone, MailServerUnavailable.
    """
    if folder.indexed_next or not folder.selectable:
        return False
    lease = take(folder.mailbox)
    if lease is None:
        return False
    try:
        run = _Run(mail, lease, time.monotonic())
        if run.catch_up(folder):
            run.fill_some(folder, count)
            add_snippets(mail, lease, folder, count)
    except LeaseLost:
        return False
    finally:
        give_back(lease, unfinished=True)
    return True


def progress(folders: Iterable[Folder]) -> tuple[int, int]:
    """(messages in the index, messages on the server) of these folders, as last told."""
    counts = [(min(it.indexed, it.messages), it.messages) for it in folders if it.selectable]
    return sum(indexed for indexed, _all in counts), sum(messages for _indexed, messages in counts)


def _may_have_changed(folder: Folder, shown: int) -> bool:
    silent = folder.pk == shown and not folder.highest_modseq
    return folder.selectable and (silent or folder.synced_status != folder.status)


def _is_unfinished(mailbox: Mailbox, folders: Iterable[Folder]) -> bool:
    if any(folder.gaps for folder in folders):
        return True
    return MailboxIndex.objects.filter(mailbox=mailbox, unfinished=True).exists()


def _follow(run: "_Run", changed: Sequence[Folder], outcome: Outcome) -> None:
    outcome.complete = False
    try:
        for folder in sorted(changed, key=_order):
            if run.catch_up(folder):
                outcome.changed.add(folder.pk)
                run.read_news(folder)
        selectable = [folder for folder in sorted(outcome.folders, key=_order) if folder.selectable]
        for folder in selectable:
            if folder.gaps and not run.is_late and run.fill(folder):
                outcome.changed.add(folder.pk)
        outcome.complete = not any(folder.gaps for folder in selectable)
        if outcome.complete:
            lacking = lacking_snippets(run.lease.mailbox)
            waiting = [folder for folder in selectable if folder.pk in lacking]
            outcome.complete = all(run.add_snippets(folder) for folder in waiting)
            if outcome.complete and waiting:
                count_anew(IndexedMessage, FolderConversation, Conversation, MessageReference)
    except LeaseLost:
        outcome.complete = False


def _order(folder: Folder) -> tuple[bool, str, str]:
    """The INBOX first, then the usual ones, then the person's own."""
    return folder.special_use != Folder.Use.INBOX, folder.special_use or "~", folder.name


@dataclass
class _Run:
    """One holder of the lease at work on one connection. `deadline`: of time.monotonic()."""

    mail: MailSession
    lease: Lease
    deadline: float

    def catch_up(self, folder: Folder) -> bool:
        """Takes over what happened in `folder`; what came anew goes into its gaps.

        False when it is gone, or was made again: the next LIST says so.
        """
        try:
            changes = self._changes(folder)
        except MessageGone:
            return False
        if changes.is_rebuilt:
            return False
        self._take_over(folder, changes)
        if _is_doubtful(folder, changes):
            self._compare(folder)
        return True

    def read_news(self, folder: Folder) -> None:
        """What came into a folder that was known goes before all filling, first words included.

        The folder is selected.
        """
        if folder.gaps and (folder.indexed or not self.is_late):
            self.fill_some(folder, BATCH)
            add_snippets(self.mail, self.lease, folder, FIRST_PAGE)

    def _changes(self, folder: Folder) -> Changes:
        """A server with QRESYNC needs not know which UIDs we have, only from where on we have none."""
        known = UidSet.between(1, folder.indexed_next - 1)
        if not (self.mail.knows("QRESYNC") and folder.indexed_modseq):
            known = messages.known_uids(folder) | UidSet.parse(folder.gaps)
        return self.mail.changes(folder.name, folder.uid_validity, folder.indexed_modseq, known)

    def _take_over(self, folder: Folder, changes: Changes) -> None:
        with writing(self.lease.mailbox, self.lease):
            _reload(folder)
            touched = messages.leave(folder, changes.vanished) if changes.vanished else set()
            touched |= messages.change(folder, _marks(changes.flags))
            folder.refresh_from_db(fields=["indexed"])
            arrived = changes.arrived - messages.known_uids(folder, folder.indexed_next)
            gaps = (UidSet.parse(folder.gaps) | arrived) - changes.vanished
            folder.gaps = str(gaps)
            folder.indexed_next = max(folder.indexed_next, changes.uid_next, arrived.last + 1)
            folder.indexed_modseq = changes.highest_modseq
            folder.synced_status = folder.status
            folder.save(update_fields=["gaps", "indexed_next", "indexed_modseq", "synced_status"])
            messages.tidy(self.lease.mailbox, touched)

    def _compare(self, folder: Folder) -> None:
        """Every UID and flag is looked at."""
        present = self.mail.all_uids()
        flags = list(self.mail.flag_rows(present & messages.known_uids(folder)))
        with writing(self.lease.mailbox, self.lease):
            _reload(folder)
            known = messages.known_uids(folder)
            touched = messages.leave(folder, known - present)
            touched |= messages.change(folder, _marks(flags))
            folder.gaps = str((present - known) & UidSet.between(1, folder.indexed_next - 1))
            folder.save(update_fields=["gaps"])
            messages.tidy(self.lease.mailbox, touched)

    def fill(self, folder: Folder) -> bool:
        """Reads the messages in the gaps, newest first, until all are in or time is up.

        While one batch is written the next one is read: the mail server, the database and this process
        all work at once.
        """
        try:
            self.mail.select(folder.name, uid_validity=folder.uid_validity)
        except MessageGone:
            return False
        gaps = UidSet.parse(folder.gaps)
        with ThreadPoolExecutor(1) as reader:
            wanted = gaps.newest(BATCH)
            reading = reader.submit(self.read, folder, wanted)
            while wanted:
                told, done = reading.result(), wanted
                gaps -= done
                wanted = UidSet() if self.is_late else gaps.newest(BATCH)
                if wanted:
                    reading = reader.submit(self.read, folder, wanted)
                self.store(folder, told, done)
        return True

    def fill_some(self, folder: Folder, count: int) -> None:
        """One batch. The folder is selected."""
        wanted = UidSet.parse(folder.gaps).newest(count)
        self.store(folder, self.read(folder, wanted), wanted)

    def read(self, folder: Folder, wanted: UidSet) -> list[MessageRow]:
        """Asks the mail server, not the database."""
        return [message_row(folder, told) for told in self.mail.header_rows(wanted)]

    def store(self, folder: Folder, told: Sequence[MessageRow], wanted: UidSet) -> None:
        with writing(self.lease.mailbox, self.lease) as index:
            _reload(folder)
            messages.arrive(index, folder, told)
            folder.gaps = str(UidSet.parse(folder.gaps) - wanted)
            folder.save(update_fields=["gaps"])

    def add_snippets(self, folder: Folder) -> bool:
        """Asks for first words until all messages have theirs or time is up; True for the former."""
        try:
            self.mail.select(folder.name, uid_validity=folder.uid_validity)
            while lacks_snippets(folder):
                if self.is_late:
                    return False
                add_snippets(self.mail, self.lease, folder, BATCH)
        except MessageGone:
            return True
        return True

    @property
    def is_late(self) -> bool:
        return time.monotonic() > self.deadline


def _is_doubtful(folder: Folder, changes: Changes) -> bool:
    """Whether the numbers do not fit: the server lost its memory, or keeps none of changed flags."""
    gaps = UidSet.parse(folder.gaps)
    if changes.exists != folder.indexed + len(gaps):
        return True
    return not changes.highest_modseq and not gaps and messages.unseen(folder) != folder.unseen


def _marks(told: Iterable[FlagRow]) -> dict[int, Marks]:
    return {it.uid: marks(it.flags, it.keywords) for it in told}


def _reload(folder: Folder) -> None:
    """How the index of `folder` stands now. Raises LeaseLost when it was dropped meanwhile."""
    fields = ["gaps", "indexed_next", "indexed_modseq", "indexed", "synced_status"]
    try:
        folder.refresh_from_db(fields=fields)
    except Folder.DoesNotExist as error:
        raise LeaseLost(folder.pk) from error
