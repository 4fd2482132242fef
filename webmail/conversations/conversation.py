"""The reading pane: the messages of a conversation in order, the read ones folded to a line.

Only what is unfolded is fetched from the mail server: the message that was asked for, the latest one,
and what is unread.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from operator import itemgetter

from django.utils import timezone
from django.utils.translation import gettext as _

from webmail.acting import actions
from webmail.conversations import thread
from webmail.conversations.message_pane import MessagePane, pane_of
from webmail.conversations.team_pane import NoteEntry, TeamPane, note_entries, team_pane
from webmail.conversations.thread import Place
from webmail.lists import panes
from webmail.lists.beside import Beside
from webmail.lists.labels import LabelTag
from webmail.lists.list_address import View
from webmail.lists.panes import FolderLink
from webmail.lists.surroundings import Surroundings
from webmail.models import IndexedMessage
from webmail.opening.opened import Opened
from webmail.presentation import hue, initials, local, short_date

UNFOLD, EVERYTHING = "deplier", "tout"  # of the address: all messages unfolded
MOST_UNREAD = 10  # unfolded by themselves, the latest ones
MOST_UNFOLDED = 40  # of one page: each is fetched

Key = tuple[int, int]  # folder and UID


@dataclass(frozen=True)
class ThreadLine:
    """A folded message of the conversation, in one line; its own page unfolds it."""

    url: str
    sender: str
    initials: str
    hue: int
    snippet: str
    date_label: str
    date_iso: str
    unread: bool
    draft: bool
    is_folded = True


@dataclass(frozen=True)
class PickedLabel:
    id: int
    name: str
    colour: str
    on: bool  # the message has it

    @classmethod
    def of(cls, label: LabelTag, flags: Iterable[str]) -> "PickedLabel":
        on = label.keyword.lower() in {flag.lower() for flag in flags}
        return cls(label.id, label.name, label.colour, on)


Entry = MessagePane | ThreadLine | NoteEntry


@dataclass(frozen=True)
class ConversationPane:
    """The pane of one page; see templates/webmail/_reading.html.

    `picked` is the field of the forms that says what the buttons of the bar act on: the message
    ("uid", 34), or all messages that the conversation has in this folder ("ligne", "c12").
    """

    subject: str
    entries: list[Entry]
    picked: tuple[str, str]
    key: str  # of the message that was asked for
    unfold_url: str  # "" when all is unfolded
    is_whole: bool
    back_url: str
    previous_url: str
    next_url: str
    actions: list[str]
    moves: list[FolderLink]
    tags: list[PickedLabel]
    labels: list[PickedLabel]
    team: TeamPane | None


def others(around: Surroundings, place: Place, asked: str | None) -> list[IndexedMessage]:
    """The messages beside the opened one; none where the list shows messages one by one.

    `asked` is what the address says of unfolding.
    """
    wanted = _by_conversation(around, place) or asked == EVERYTHING
    return thread.others(place) if wanted else []


def _by_conversation(around: Surroundings, place: Place) -> bool:
    return around.view(place.address) is View.CONVERSATIONS


def unfolded(
    place: Place, beside: Sequence[IndexedMessage], asked: str | None
) -> list[IndexedMessage]:
    """Those that are shown whole."""
    if asked == EVERYTHING:
        return list(beside[-MOST_UNFOLDED:])
    written = [row for row in beside if not row.draft]
    unread = [row for row in written if not row.seen][-MOST_UNREAD:]
    latest = [row for row in written[-1:] if row.seen and place.is_before(row)]
    return unread + latest


@dataclass(frozen=True)
class PaneMaker:
    """What the pane is made from: the messages `beside` the opened one, and those that were fetched."""

    around: Surroundings
    place: Place
    folders: list[FolderLink]
    beside: Sequence[IndexedMessage]
    opened: Mapping[Key, Opened]
    boxes: Sequence[Beside] = ()  # of the list of all mailboxes

    @property
    def main(self) -> Opened:
        return self.opened[self.place.folder.pk, self.place.uid]

    def pane(self, main: MessagePane) -> ConversationPane:
        folder, flags = self.place.folder, self.main.fetched.flags
        newer, older = thread.neighbours(self.around, self.place, self.boxes)
        tags = [PickedLabel.of(label, flags) for label in self.around.labels]
        return ConversationPane(
            subject=main.subject,
            entries=self._entries(main),
            picked=self._picked,
            key=self.place.key,
            unfold_url=self._unfold_url,
            is_whole=self._is_whole and bool(self.beside),
            back_url=panes.folder_url(folder.mailbox_id, self.place.listed_id, self.place.address),
            previous_url=newer,
            next_url=older,
            actions=actions.offered_for_one(folder, flags),
            moves=panes.targets(self.folders, folder.pk),
            tags=tags,
            labels=[tag for tag in tags if tag.on],
            team=self._team,
        )

    @property
    def _team(self) -> TeamPane | None:
        row = self.place.opened
        if self.around.team is None or row is None:
            return None
        here = [it.keywords for it in self.beside if it.folder_id == row.folder_id]
        keywords = " ".join([*self.main.fetched.flags, *here])
        return team_pane(self.around, self.around.team, self.place, row, keywords)

    def message_pane(self, one: Opened) -> MessagePane:
        url = self.place.url_of(one.folder, one.fetched.uid)
        known = self.place.opened
        return pane_of(self.around, one, url, known.conversation if known else None)

    def _entries(self, main: MessagePane) -> list[Entry]:
        """In order; the opened one stands where the index puts it, notes where they were written."""
        now = local(timezone.now())
        before = [row for row in self.beside if not self.place.is_before(row)]
        after = [row for row in self.beside if self.place.is_before(row)]
        opened_at = self.place.opened.received_at if self.place.opened else timezone.now()
        dated: list[tuple[datetime, Entry]] = [
            *((row.received_at, self._entry(row, now)) for row in before),
            (opened_at, main),
            *((row.received_at, self._entry(row, now)) for row in after),
        ]
        notes: list[tuple[datetime, Entry]] = [*note_entries(self.around, self.place.opened)]
        return [entry for _moment, entry in merge(dated, notes, key=itemgetter(0))]

    def _entry(self, row: IndexedMessage, now: datetime) -> MessagePane | ThreadLine:
        one = self.opened.get(_key(row))
        return self.message_pane(one) if one else self._line(row, now)

    def _line(self, row: IndexedMessage, now: datetime) -> ThreadLine:
        moment = local(row.received_at)
        return ThreadLine(
            url=self.place.url_of(row.folder, row.uid),
            sender=self._name(row),
            initials=initials(row.sender_name, row.sender_address),
            hue=hue(row.sender_address),
            snippet=row.snippet or "",
            date_label=short_date(moment, now),
            date_iso=moment.isoformat(),
            unread=not row.seen,
            draft=row.draft,
        )

    def _name(self, row: IndexedMessage) -> str:
        if row.sender_address == self.around.mailbox.address:
            return _("Moi")
        return row.sender_name or row.sender_address or _("Expéditeur inconnu")

    @property
    def _picked(self) -> tuple[str, str]:
        row, here = self.place.opened, self.place.folder.pk
        if row is None or self.place.listed_id != here:
            return "uid", str(self.place.uid)
        if any(it.folder_id == here for it in self.beside):
            return "ligne", f"c{row.conversation}"
        return "uid", str(self.place.uid)

    @property
    def _is_whole(self) -> bool:
        return all(_key(row) in self.opened for row in self.beside)

    @property
    def _unfold_url(self) -> str:
        """ "" when there is nothing more to show."""
        if self._is_whole and not self._stands_alone:
            return ""
        url = self.place.url_of(self.place.folder, self.place.uid)
        return f"{url}{'&' if '?' in url else '?'}{UNFOLD}={EVERYTHING}"

    @property
    def _stands_alone(self) -> bool:
        """Others of its conversation exist, which a list of single messages does not bring."""
        is_listed_alone = not self.beside and not _by_conversation(self.around, self.place)
        return is_listed_alone and thread.has_others(self.place)


def _key(row: IndexedMessage) -> Key:
    return row.folder_id, row.uid
