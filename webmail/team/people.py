"""Who uses a shared mailbox together."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery

from accounts.avatars import hue, initials
from accounts.models import User
from config.prepared import Slot
from mailboxes.delegating import standing
from mailboxes.models import Delegation, Mailbox, Right
from webmail.models.json_rows import RowsAsJson


@dataclass(frozen=True)
class Member:
    """Somebody as the pages draw them; `right` None: who could once use the mailbox."""

    id: int
    name: str
    initials: str
    hue: int
    right: Right | None

    @property
    def may_answer_for(self) -> bool:
        """Whether conversations can be assigned to them."""
        return self.right is not None and self.right >= Right.WRITE


@dataclass(frozen=True)
class Team:
    """Whoever can use a mailbox now, by name; `me` is the signed-in person."""

    members: tuple[Member, ...]
    me: int

    @property
    def assignable(self) -> list[Member]:
        return [member for member in self.members if member.may_answer_for]

    @property
    def others(self) -> list[Member]:
        return [member for member in self.members if member.id != self.me]

    def member(self, person_id: int | None) -> Member | None:
        return next((it for it in self.members if it.id == person_id), None)


def as_json(now: Slot) -> Subquery:
    """Who has a right in an outer Mailbox now, beside its owner."""
    rows = Delegation.objects.filter(
        standing.in_effect(at=now), mailbox=OuterRef("pk"), person__is_active=True
    )
    agent = "person__agent__"
    listed = rows.values(
        who=F("person"),
        held=F("level"),
        login=F("person__username"),
        first=F(f"{agent}first_name"),
        last=F(f"{agent}usual_name"),
    )
    return RowsAsJson(listed, "who", "held", "login", "first", "last")


def team_of(mailbox: Mailbox, found: str | None, reader: User) -> Team | None:
    """`found` is what `as_json` gave. None for a personal mailbox that only its owner uses."""
    members = [_delegate(*row) for row in json.loads(found or "[]")]
    if not members and mailbox.kind == Mailbox.Kind.PERSONAL:
        return None
    if mailbox.owner is not None:
        members.append(member_of(mailbox.owner, Right.MANAGE))
    return Team(tuple(_by_name(members)), reader.pk)


def member_of(person: User, right: Right | None) -> Member:
    return _drawn(person.pk, right, person.username, person.get_full_name())


def _delegate(person: int, level: int, login: str, first: str | None, last: str | None) -> Member:
    return _drawn(person, Right(level), login, f"{first} {last}" if last else login)


def _drawn(person: int, right: Right | None, login: str, name: str) -> Member:
    return Member(person, name, initials(name, login), hue(login), right)


def _by_name(members: Iterable[Member]) -> list[Member]:
    def key(member: Member) -> Any:
        return member.name.casefold(), member.id

    return sorted(members, key=key)
