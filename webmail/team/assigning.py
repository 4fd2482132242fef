"""Who sees to a conversation."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from audit import journal
from audit.events import Event
from audit.parties import Origin
from mailboxes.delegating import standing, telling
from mailboxes.models import Delegation, Mailbox, Right
from webmail import sync
from webmail.models import Assignment, Handover, MessageReference
from webmail.team import anchors, notices
from webmail.team.anchors import Anchor
from webmail.team.people import Member, Team, member_of

MOST = 500  # conversations at once
TAKEN_BACK_WITHIN = timedelta(minutes=10)
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Assigned:
    """Who sees to a conversation, as pages say it; `is_lost`: who no longer can."""

    member: Member
    is_me: bool

    @property
    def is_lost(self) -> bool:
        return not self.member.may_answer_for


def of_conversations(
    mailbox_id: int, numbers: Collection[int], team: Team
) -> Mapping[int, Assigned]:
    """By conversation; in one query."""
    known = MessageReference.objects.filter(
        mailbox=OuterRef("mailbox"), identifier=OuterRef("identifier")
    )
    rows = Assignment.objects.filter(
        mailbox=mailbox_id, identifier__in=anchors.identifiers(mailbox_id, numbers)
    ).annotate(conversation=Subquery(known.values("conversation")[:1]))
    in_order = rows.select_related("person__agent").order_by("assigned_at", "pk")
    return {row.conversation: _assigned(row.person, team) for row in in_order}


def _assigned(person: User, team: Team) -> Assigned:
    member = team.member(person.pk) or member_of(person, None)
    return Assigned(member, person.pk == team.me)


@transaction.atomic
def assign(
    mailbox: Mailbox, by: User, person: User | None, found: Mapping[int, Anchor], origin: Origin
) -> Handover | None:
    """Gives conversations (`found`: anchors by number) to somebody, or to nobody; None where none changes hands.

    The person is told, unless they took it themselves; the journal says how many, never which words.
    """
    before = _give(mailbox, by, person, found, origin)
    if not before:
        return None
    return Handover.objects.create(mailbox=mailbox, by=by, person=person, before=before)


def _give(
    mailbox: Mailbox, by: User, person: User | None, found: Mapping[int, Anchor], origin: Origin
) -> list[list[object]]:
    """Of those that changed hands, what a Handover keeps."""
    before = _holders(mailbox.pk, found)
    wanted = person.pk if person else None
    changed = {number: it for number, it in found.items() if before.get(number) != wanted}
    if not changed:
        return []
    named = list(anchors.identifiers(mailbox.pk, changed))
    Assignment.objects.filter(mailbox=mailbox, identifier__in=named).delete()
    notices.withdraw_assigned(mailbox.pk, named)
    if person is not None:
        Assignment.objects.bulk_create(
            Assignment(person=person, assigned_by=by, **anchor.columns)
            for anchor in changed.values()
        )
        if person != by:
            notices.tell_assigned(person, by, changed.values())
    sync.note_shown_anew(mailbox)
    journal.record(
        Event.CONVERSATION_ASSIGNED,
        actor=by.party,
        subject=person.party if person else by.party,
        origin=origin,
        reason=f"{mailbox.address} {len(changed)} {'assigned' if person else 'to nobody'}",
        flow=telling.flow_of(mailbox),
    )
    return [[it.message_id, it.identifier, before.get(number)] for number, it in changed.items()]


def made(mailbox: Mailbox, by: User, handover_id: UUID) -> Handover | None:
    """What this person did there lately; None for what is no handover, and for others'."""
    since = timezone.now() - TAKEN_BACK_WITHIN
    mine = Handover.objects.filter(mailbox=mailbox, by=by, made_at__gt=since)
    return mine.filter(pk=handover_id).first()


@transaction.atomic
def take_back(handover: Handover, team: Team, origin: Origin) -> bool:
    """Whoever saw to the conversations before does again, or nobody where they no longer can.

    What somebody gave to another one since stays with that one. False for the second of two clicks.
    """
    if not Handover.objects.filter(pk=handover.pk).delete()[0]:
        return False
    mailbox = handover.mailbox
    anchors_of = defaultdict[int | None, list[Anchor]](list)
    for message_id, identifier, holder in handover.before:
        anchors_of[holder].append(Anchor(mailbox.pk, message_id, identifier))
    for holder, named in anchors_of.items():
        member = team.member(holder)
        back_to = User.objects.get(pk=member.id) if member and member.may_answer_for else None
        numbers = anchors.conversations(mailbox.pk, [it.identifier for it in named])
        found = {numbers[it.identifier]: it for it in named if it.identifier in numbers}
        now = _holders(mailbox.pk, found)
        same = {it: found[it] for it in found if now.get(it) == handover.person_id}
        _give(mailbox, handover.by, back_to, same, origin)
    return True


def forget_old() -> None:
    Handover.objects.filter(made_at__lt=timezone.now() - KEPT).delete()


def _holders(mailbox_id: int, found: Mapping[int, Anchor]) -> dict[int, int]:
    """Who has each of these conversations, by number."""
    rows = Assignment.objects.filter(
        mailbox=mailbox_id, identifier__in=anchors.identifiers(mailbox_id, found)
    )
    held = dict(rows.order_by("assigned_at", "pk").values_list("identifier", "person"))
    return {
        number: held[identifier]
        for identifier, number in anchors.conversations(mailbox_id, held).items()
    }


def given_to(mailbox_id: int, person_id: int) -> Q:
    """Of rows of the index: those whose conversation this person sees to."""
    rows = Assignment.objects.filter(mailbox=mailbox_id, person=person_id)
    return Q(conversation__in=_numbers(mailbox_id, rows))


def given_to_nobody(mailbox_id: int) -> Q:
    """Those whom nobody sees to, or only people who no longer can."""
    may = Delegation.objects.filter(
        standing.in_effect(), mailbox=mailbox_id, level__gte=Right.WRITE, person__is_active=True
    )
    able = Q(person__in=may.values("person")) | Q(mailbox__owner=F("person"))
    rows = Assignment.objects.filter(able, mailbox=mailbox_id)
    return ~Q(conversation__in=_numbers(mailbox_id, rows))


def _numbers(mailbox_id: int, rows: QuerySet[Assignment]) -> QuerySet[Any, Any]:
    names = MessageReference.objects.filter(
        mailbox=mailbox_id, identifier__in=rows.values("identifier")
    )
    return names.values("conversation")


def holders(mailbox_id: int) -> QuerySet[User]:
    """Whoever sees to some conversation of the mailbox."""
    held = Assignment.objects.filter(mailbox=mailbox_id).values("person")
    return User.objects.filter(pk__in=held).select_related("agent")
