"""Who answers for a functional mailbox: the head of its school, from the day of the post to its last.

An administrator may name somebody else; a head who takes up the post after that day replaces them.
"""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Agent, School, User
from accounts.roles import Role
from audit import journal
from audit.events import Event
from audit.parties import NOWHERE, SYSTEM, Origin
from mailboxes import logbook
from mailboxes.delegating import granting, standing, telling
from mailboxes.models import Deed, Delegation, Mailbox, Right


def follow_posts() -> None:
    """Run hourly, and at midnight: the responsables of all schools' mailboxes as the posts say."""
    schools = School.objects.filter(mailboxes__is_active=True).distinct()
    for school in schools.iterator():
        follow_posts_of(school)


def follow_posts_of(school: School) -> None:
    head = head_of(school)
    mailboxes = Mailbox.objects.filter(school=school, is_active=True, owner=None)
    for mailbox in mailboxes:
        _follow(mailbox, school, head)


def head_of(school: School) -> Agent | None:
    """Who holds the post today; of two, who took it up last."""
    today = timezone.localdate()
    heads = Agent.objects.filter(
        Q(posted_from=None) | Q(posted_from__lte=today),
        Q(posted_until=None) | Q(posted_until__gte=today),
        school=school,
        role=Role.HEAD,
        status=Agent.Status.ACTIVE,
        user__is_active=True,
    )
    return heads.order_by(F("posted_from").desc(nulls_last=True), "pk").first()


@transaction.atomic
def _follow(mailbox: Mailbox, school: School, head: Agent | None) -> None:
    granting.lock_row(mailbox.pk)
    present = responsable_of(mailbox)
    if present is not None and not _makes_way(present, school, head):
        return
    if head is None or head.user is None:
        if present is not None:
            _relieve(present)
        return
    if present is not None or _is_the_schools(mailbox, school):
        name(mailbox, head.user, None)


def responsable_of(mailbox: Mailbox) -> Delegation | None:
    rows = Delegation.objects.filter(mailbox=mailbox, closed_at=None, is_responsable=True)
    return rows.select_related("person__agent", "mailbox").first()


def responsables_of(mailboxes: Iterable[Mailbox]) -> dict[int, Delegation]:
    """By the mailboxes' numbers, in one query."""
    rows = Delegation.objects.filter(
        mailbox__in=[box.pk for box in mailboxes], closed_at=None, is_responsable=True
    )
    return {it.mailbox_id: it for it in rows.select_related("person__agent")}


def _is_the_schools(mailbox: Mailbox, school: School) -> bool:
    """``ce.<uai>@``; others without a responsable wait for an administrator to name one."""
    return mailbox.address.startswith(f"ce.{school.uai.lower()}@")


def _makes_way(present: Delegation, school: School, head: Agent | None) -> bool:
    agent: Agent | None = getattr(present.person, "agent", None)
    if agent is None or _has_left(agent, school):
        return True
    if head is None or head.user_id == present.person_id:
        return False
    named_by_hand = present.granted_by_id is not None or agent.role != Role.HEAD
    if not named_by_hand:
        return True
    return head.posted_from is not None and head.posted_from > present.first_day


def _has_left(agent: Agent, school: School) -> bool:
    today: date = timezone.localdate()
    is_over = agent.posted_until is not None and agent.posted_until < today
    return is_over or agent.status == Agent.Status.DEPARTED or agent.school_id != school.pk


@transaction.atomic
def name(
    mailbox: Mailbox,
    person: User,
    by: User | None,
    origin: Origin = NOWHERE,
    justification: str = "",
) -> Delegation:
    """The responsable from now on; whoever was before has no right any more. ``by`` is None: the post did it."""
    granting.lock_row(mailbox.pk)
    before = responsable_of(mailbox)
    if before is not None and before.person_id == person.pk:
        return before
    if before is not None:
        granting.close(before, by)
    for own in Delegation.objects.filter(mailbox=mailbox, person=person, closed_at=None):
        granting.close(own, by)
    named = Delegation.objects.create(
        mailbox=mailbox,
        person=person,
        level=Right.MANAGE,
        is_responsable=True,
        starts_at=granting.midnight(timezone.localdate()),
        granted_by=by,
    )
    granting.spread_gain(mailbox, person)
    _hand_over(named, before, origin)
    _record(Event.RESPONSABLE_NAMED, named, by, origin, justification)
    return named


def _relieve(present: Delegation) -> None:
    """Under the lock of :func:`_follow`."""
    granting.close(present, None)
    _tell_relieved(present, NOWHERE)
    _record(Event.RESPONSABLE_RELIEVED, present, None, NOWHERE, "")


def _hand_over(named: Delegation, before: Delegation | None, origin: Origin) -> None:
    """The note of both: who leaves, who comes, and who has a right in the mailbox."""
    subject = gettext_lazy("Vous êtes titulaire d’une boîte")
    telling.tell_about(named.person, subject, origin, lambda: handover_note(named, before))
    if before is not None:
        _tell_relieved(before, origin)


def _tell_relieved(before: Delegation, origin: Origin) -> None:
    subject = gettext_lazy("Vous n’êtes plus titulaire d’une boîte")
    mailbox = before.mailbox
    telling.tell_about(
        before.person, subject, origin, lambda: f"{mailbox.name} ({mailbox.address})"
    )


def handover_note(named: Delegation, before: Delegation | None) -> str:
    mailbox = named.mailbox
    lines = [f"{mailbox.name} ({mailbox.address})."]
    if before is not None:
        lines.append(_("Jusqu’ici : %(name)s.") % {"name": before.person.get_full_name()})
    others = [it for it in standing.current(mailbox) if it.person_id != named.person_id]
    if others:
        people = "; ".join(f"{it.person.get_full_name()} : {it.right.label}" for it in others)
        lines.append(_("Ont accès à la boîte : %(people)s.") % {"people": people})
    else:
        lines.append(_("Personne d’autre n’a accès à la boîte."))
    return " ".join(lines)


def _record(
    event: Event, delegation: Delegation, by: User | None, origin: Origin, justification: str
) -> None:
    is_named = event == Event.RESPONSABLE_NAMED
    logbook.note_right(Deed.NAMED if is_named else Deed.RELIEVED, delegation, by)
    journal.record(
        event,
        actor=by.party if by else SYSTEM,
        subject=delegation.person.party,
        origin=origin,
        reason=telling.fact(delegation),
        flow=telling.flow_of(delegation.mailbox),
        justification=justification,
    )
