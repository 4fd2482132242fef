"""What Dovecot tells of mail programs in mailboxes that were delegated, for their logbooks.

deploy/dovecot/acts.lua sends a line of JSON an act, Dovecot's event exporter one for each message that was
opened. Only the namespace of delegated mailboxes is told of: what people do in their own is theirs. What
cannot be known is written in docs/decisions/0023.
"""

import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from mailboxes import logbook
from mailboxes.logbook import Act, Which
from mailboxes.models import Address, Deed, Mailbox, Via
from webmail.access import mailbox_told_of
from webmail.acting import deeds
from webmail.models import Folder, IndexedMessage, MessageReference

log = logging.getLogger(__name__)

ROOM = "Boîtes fonctionnelles/"  # the namespace of deploy/dovecot/dovecot.conf
SEEN, DELETED = "\\Seen", "\\Deleted"
SET = {SEEN: Deed.READ, "\\Answered": Deed.ANSWERED, "$Forwarded": Deed.FORWARDED}
# Programs sort by themselves what is unwanted and what is not; \Recent is nobody's act.
NOBODYS = frozenset(
    ("\\Recent", "Junk", "NonJunk", "$Junk", "$NotJunk", "$HasAttachment", "$HasNoAttachment")
)
# A program copies first and removes afterwards, often at the person's next command.
HALF_A_MOVE = timedelta(minutes=10)


@dataclass(frozen=True)
class Told:
    """One line. `folder` is as the person's program names it; `flags` hold keywords too."""

    id: str
    at: datetime
    act: str
    person: str
    folder: str
    uid: int
    message_id: str = ""
    was: str = ""
    flags: tuple[str, ...] = ()


def read(body: bytes) -> Iterator[Told]:
    """The acts of one request; a line that cannot be read is left out, or it would come again for ever."""
    for line in body.splitlines():
        try:
            said = json.loads(line)
            yield _opened(said["fields"], said) if "fields" in said else _told(said)
        except (ValueError, TypeError, KeyError, OverflowError) as error:
            log.warning("acts of programs: a line is unreadable: %s", type(error).__name__)


def _told(said: dict[str, Any]) -> Told:
    return Told(
        id=str(said["id"]),
        at=_moment(said["at"]),
        act=_known_act(said["act"]),
        person=str(said["person"]),
        folder=str(said["folder"]),
        uid=int(said["uid"]),
        message_id=str(said.get("message_id", "")),
        was=str(said.get("was", "")),
        flags=tuple(map(str, [*said.get("flags", ()), *said.get("keywords", ())])),
    )


def _opened(fields: dict[str, Any], said: dict[str, Any]) -> Told:
    """A message whose text a program fetched."""
    at, uid = _moment(said["end_time"]), int(fields["uid"])
    return Told("", at, "opened", str(fields["user"]), str(fields["mailbox"]), uid)


def _known_act(name: object) -> str:
    """Raises ValueError."""
    if name not in DOES:
        raise ValueError("no such act")
    return str(name)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def keep(told: Told) -> None:
    """Into the logbook of that mailbox; nothing where mailbox or person is not known."""
    person = User.objects.filter(
        mailbox__addresses__address=told.person, mailbox__addresses__kind=Address.Kind.PRIMARY
    ).first()
    local, folder = _place(told.folder)
    mailbox = mailbox_told_of(local, told.person)
    if person is None or mailbox is None:
        log.warning("acts of programs: one of an unknown person or mailbox")
        return
    DOES[told.act](Story(mailbox, person, folder, told))


def _place(written: str) -> tuple[str, str]:
    """The beginning of the mailbox's address, and its folder by the name it has there."""
    local, _slash, folder = written.removeprefix(ROOM).partition("/")
    return local, folder or "INBOX"


@dataclass(frozen=True)
class Story:
    """An act with what it is about."""

    mailbox: Mailbox
    person: User
    folder: str
    told: Told

    def note(self, deed: Deed, which: Which, *, target: str = "", flag: str = "") -> None:
        act = Act(deed, Via.PROGRAM, target, flag, self.told.at)
        logbook.note_once(self.mailbox, self.person, act, which, f"{self.told.id} {flag}")

    @property
    def message(self) -> Which:
        """By the index, which has not heard yet of what happened."""
        rows = IndexedMessage.objects.filter(
            mailbox=self.mailbox, folder__name=self.folder, uid=self.told.uid
        )
        known = rows.values_list("message_id", flat=True).first()
        return deeds.which(self.folder, self.told.uid, known or "")

    def use_of(self, folder: str) -> str:
        uses = Folder.objects.filter(mailbox=self.mailbox, name=folder)
        return uses.values_list("special_use", flat=True).first() or ""

    def ends_a_move(self, message: Which) -> bool:
        since = self.told.at - HALF_A_MOVE
        return logbook.is_end_of_a_move(self.mailbox, self.person, message, since)


def _opens(story: Story) -> None:
    story.note(Deed.READ, story.message)


def _adds(story: Story) -> None:
    """A copy of what the mailbox has elsewhere, or something new."""
    arrived = deeds.which(story.folder, story.told.uid, story.told.message_id)
    use = story.use_of(story.folder)
    source = _elsewhere(story, arrived)
    if source is not None:
        moved = deeds.moved(source.special_use, use)
        copy = Which(source.name, 0, arrived.message_id, arrived.message_key)
        story.note(Deed.COPIED if moved == Deed.MOVED else moved, copy, target=story.folder)
    elif use != Folder.Use.DRAFTS:  # what is being written is not an act yet
        story.note(Deed.SENT if use == Folder.Use.SENT else Deed.ADDED, arrived)


def _elsewhere(story: Story, arrived: Which) -> Folder | None:
    """The folder in which the mailbox already had this message."""
    named = MessageReference.objects.filter(mailbox=story.mailbox, identifier=arrived.message_key)
    rows = IndexedMessage.objects.filter(
        mailbox=story.mailbox,
        conversation__in=named.values("conversation"),
        message_id=arrived.message_id,
    ).exclude(folder__name=story.folder)
    row = rows.select_related("folder").order_by("folder__name").first()
    return row.folder if row else None


def _removes(story: Story) -> None:
    message = story.message
    if not story.ends_a_move(message):
        story.note(Deed.ERASED, message)


def _marks(story: Story) -> None:
    for flag in sorted(set(story.told.flags) - NOBODYS):
        message = story.message
        if flag == DELETED:
            if not story.ends_a_move(message):
                story.note(Deed.DELETED, message, flag=flag)
        elif flag in SET:
            story.note(SET[flag], message)
        else:
            story.note(Deed.MARKED, message, flag=flag)


def _unmarks(story: Story) -> None:
    for flag in sorted(set(story.told.flags) - NOBODYS):
        deed = Deed.RESTORED if flag == DELETED else Deed.UNMARKED
        story.note(deed, story.message, flag=flag)


def _renames(story: Story) -> None:
    _local, before = _place(story.told.was)
    story.note(Deed.FOLDER_RENAMED, Which(before), target=story.folder)


def _drops(story: Story) -> None:
    story.note(Deed.FOLDER_DELETED, Which(story.folder))


DOES = {
    "opened": _opens,
    "append": _adds,
    "expunge": _removes,
    "set": _marks,
    "clear": _unmarks,
    "folder-renamed": _renames,
    "folder-deleted": _drops,
}
