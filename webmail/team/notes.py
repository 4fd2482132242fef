"""Words among colleagues beside a conversation. They are in no message, so that none can carry them away."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from webmail import announcing
from webmail.models import TeamNote
from webmail.team import anchors, notices
from webmail.team.anchors import Anchor
from webmail.team.people import Member, Team

LONGEST = 5000  # characters
CHANGED_WITHIN = timedelta(hours=1)
LINE_ENDS = re.compile(r"\r\n?")


class OddNote(ValueError):
    """Nothing was written, or more than a note holds."""


def of_conversation(mailbox_id: int, conversation: int) -> list[TeamNote]:
    """Oldest first."""
    named = anchors.identifiers(mailbox_id, [conversation])
    rows = TeamNote.objects.filter(mailbox=mailbox_id, identifier__in=named)
    return list(rows.select_related("author__agent").order_by("written_at", "pk"))


@transaction.atomic
def write(author: User, anchor: Anchor, text: str, called: Sequence[int], team: Team) -> TeamNote:
    """`called` are members picked from a list, beside those that the text names. Raises OddNote."""
    note = TeamNote.objects.create(author=author, text=_checked(text), **anchor.columns)
    _tell(note, anchor, called, team)
    _announce(note)
    return note


@transaction.atomic
def change(note: TeamNote, text: str, team: Team) -> None:
    """Raises OddNote."""
    note.text, note.changed_at = _checked(text), timezone.now()
    note.save(update_fields=["text", "changed_at"])
    _tell(note, Anchor(note.mailbox_id, note.message_id, note.identifier), (), team)
    _announce(note)


@transaction.atomic
def remove(note: TeamNote) -> None:
    _announce(note)
    note.delete()


def _announce(note: TeamNote) -> None:
    """Open pages show it by themselves."""
    for number in anchors.conversations(note.mailbox_id, [note.identifier]).values():
        announcing.announce_notes(note.mailbox_id, number)


def own(author: User, mailbox_id: int, note_id: int) -> TeamNote:
    """A note that its author may still change or take away. Raises Http404."""
    since = timezone.now() - CHANGED_WITHIN
    mine = TeamNote.objects.filter(author=author, mailbox=mailbox_id, written_at__gt=since)
    note = mine.filter(pk=note_id).first()
    if note is None:
        raise Http404("no such note")
    return note


def can_be_changed(note: TeamNote, person_id: int) -> bool:
    return note.author_id == person_id and timezone.now() - note.written_at < CHANGED_WITHIN


def _checked(text: str) -> str:
    plain = LINE_ENDS.sub("\n", text.replace("\0", "")).strip()
    if not plain or len(plain) > LONGEST:
        raise OddNote(len(plain))
    return plain


def _tell(note: TeamNote, anchor: Anchor, called: Iterable[int], team: Team) -> None:
    wanted = {member.id for member in [*named_in(note.text, team), *_picked(called, team)]}
    if not wanted:
        return
    people = User.objects.filter(pk__in=wanted, is_active=True)
    notices.tell_mentioned(people, note, anchor)


def _picked(called: Iterable[int], team: Team) -> list[Member]:
    return [member for number in called if (member := team.member(number))]


def named_in(text: str, team: Team) -> list[Member]:
    """Whom "@Camille Lefèvre" names; of two names that begin alike, the longer one."""
    found = []
    by_length = sorted(team.members, key=lambda member: -len(member.name))
    left = text.casefold()
    for member in by_length:
        name = re.compile(rf"@{re.escape(member.name.casefold())}(?!\w)")
        if name.search(left):
            found.append(member)
            left = name.sub("", left)
    return found


@dataclass(frozen=True)
class Piece:
    """Of a note's text: words, or the name of somebody it calls."""

    text: str
    is_name: bool = False


def pieces(text: str, team: Team) -> list[Piece]:
    """For the page, which marks names."""
    names = sorted((re.escape(f"@{it.name}") for it in team.members), key=len, reverse=True)
    if not names:
        return [Piece(text)]
    parts = re.split(rf"((?:{'|'.join(names)})(?!\w))", text, flags=re.IGNORECASE)
    return [Piece(part, is_name=number % 2 == 1) for number, part in enumerate(parts) if part]
