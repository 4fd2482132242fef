"""What the reading pane shows of a team's work on a conversation, as plain values."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from webmail.access import Right
from webmail.conversations.thread import Place
from webmail.lists.surroundings import Surroundings
from webmail.models import IndexedMessage, TeamNote, states
from webmail.models.states import StateTag
from webmail.presentation import local, short_date
from webmail.team import assigning, notes, notices, presence
from webmail.team.assigning import Assigned
from webmail.team.notes import Piece
from webmail.team.people import Member, Team, member_of
from webmail.team.presence import Doing, Here


@dataclass(frozen=True)
class NoteEntry:
    """A note where it stands in the conversation; `change_url` "" for who may not change it any more."""

    id: int
    author: Member | None
    pieces: list[Piece]
    text: str
    date_label: str
    date_iso: str
    was_changed: bool
    change_url: str
    is_note = True


@dataclass(frozen=True)
class TeamPane:
    """`note_url` "" for who may not write one."""

    state: StateTag | None
    assigned: Assigned | None
    assignable: list[Member]
    me: int
    mentionable: list[Member]
    note_url: str
    presence_url: str
    notes_url: str
    conversation: int
    here: Here


def looked_at(around: Surroundings, row: IndexedMessage | None) -> Surroundings:
    """The reader looks at the conversation that colleagues may have called them to."""
    if around.team is None or row is None or not around.calls:
        return around
    seen = notices.seen_by(around.team.me, row.mailbox_id, row.conversation)
    return replace(around, calls=around.calls - seen)


def team_pane(
    around: Surroundings, team: Team, place: Place, row: IndexedMessage, keywords: str
) -> TeamPane:
    """`keywords` are those of the conversation's messages in this folder. The reader is there from now on."""
    state, number = states.of(keywords), row.conversation
    presence.note(row.mailbox_id, number, team.me, Doing.READS)
    may_note = around.right >= Right.WRITE
    return TeamPane(
        state=states.tag(state) if state else None,
        assigned=assigning.of_conversations(row.mailbox_id, [number], team).get(number),
        assignable=[member for member in team.assignable if member.id != team.me],
        me=team.me,
        mentionable=team.others,
        note_url=_note_url(place, row) if may_note else "",
        presence_url=reverse("presence", args=[row.mailbox_id, number]),
        notes_url=reverse("conversation_notes", args=[row.mailbox_id, number]),
        conversation=number,
        here=presence.here(row.mailbox_id, number, team),
    )


def _note_url(place: Place, row: IndexedMessage) -> str:
    return reverse("write_note", args=[row.mailbox_id, place.folder.pk, row.uid])


def note_entries(
    around: Surroundings, row: IndexedMessage | None
) -> Iterator[tuple[datetime, NoteEntry]]:
    """With their moments, oldest first; none without a team."""
    if around.team is None or row is None:
        return
    yield from notes_of(around, around.team, row.conversation)


def notes_of(
    around: Surroundings, team: Team, conversation: int
) -> Iterator[tuple[datetime, NoteEntry]]:
    now = local(timezone.now())
    for note in notes.of_conversation(around.mailbox.pk, conversation):
        yield note.written_at, _entry(around, team, note, now)


def _entry(around: Surroundings, team: Team, note: TeamNote, now: datetime) -> NoteEntry:
    moment = local(note.written_at)
    is_own = around.right >= Right.WRITE and notes.can_be_changed(note, team.me)
    return NoteEntry(
        id=note.pk,
        author=_author(team, note),
        pieces=notes.pieces(note.text, team),
        text=note.text,
        date_label=short_date(moment, now),
        date_iso=moment.isoformat(),
        was_changed=note.changed_at is not None,
        change_url=reverse("change_note", args=[note.mailbox_id, note.pk]) if is_own else "",
    )


def _author(team: Team, note: TeamNote) -> Member | None:
    if note.author is None:
        return None
    return team.member(note.author.pk) or member_of(note.author, None)
