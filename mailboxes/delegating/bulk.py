"""Giving, changing and taking rights in many functional mailboxes at once.

Each mailbox is an act of its own, with its entry in the journal and its notice to whoever answers for it; the
people concerned get one notice for all. A few mailboxes are done while the administrator waits; many by a worker,
from a row that says what is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import Permission, may, require
from audit.parties import Origin
from config.hints import hint
from mailboxes.delegating import granting, standing, telling
from mailboxes.delegating.granting import GrantRefused, Wish
from mailboxes.models import BulkAct, BulkKind, Delegation, Mailbox, Right
from mailboxes.models.bulk import AGENT_LENGTH

AT_ONCE = 20  # mailboxes for which the administrator waits
BATCH = 10  # in one transaction: the journal is one writer's until it ends
LEASE = timedelta(minutes=5)
KEPT = timedelta(days=90)
NAMED = 20  # mailboxes in a notice


@dataclass(frozen=True)
class Order:
    """What is to be done; `wish` holds the reason, and of REVOKE nothing else."""

    kind: BulkKind
    people: Sequence[User]
    wish: Wish

    @property
    def kind_label(self) -> str:
        return str(self.kind.label)


def begin(by: User, order: Order, mailboxes: Iterable[Mailbox], origin: Origin) -> BulkAct:
    """Done when few, else begun. Raises Http404 for whoever may not."""
    require(by, Permission.MANAGE_MAILBOXES)
    chosen = [box.pk for box in mailboxes]
    with transaction.atomic():
        act = BulkAct.objects.create(
            by=by,
            kind=order.kind,
            level=order.wish.right,
            first_day=order.wish.first_day,
            last_day=order.wish.last_day,
            reason=order.wish.reason,
            address=origin.plain_address,
            user_agent=origin.user_agent[:AGENT_LENGTH],
            chosen=chosen,
            due_at=timezone.now(),
        )
        act.people.set(order.people)
    if len(chosen) <= AT_ONCE:
        carry_on(act.pk)
    else:
        hint("mailboxes.tasks.carry_on_bulk", str(act.pk))
    act.refresh_from_db()
    return act


def carry_on(act_id: UUID) -> None:
    """To its end; whoever cannot claim it leaves it alone."""
    now = timezone.now()
    free = BulkAct.objects.filter(pk=act_id, due_at__lte=now).exclude(state=BulkAct.State.DONE)
    if not free.update(state=BulkAct.State.RUNNING, due_at=now + LEASE):
        return
    act = BulkAct.objects.select_related("by").get(pk=act_id)
    people = list(act.people.all())
    while act.done < act.total:
        _do_batch(act, people)
    _finish(act, people)


@transaction.atomic
def _do_batch(act: BulkAct, people: Sequence[User]) -> None:
    """Some mailboxes, and that they are done, together."""
    batch = act.chosen[act.done : act.done + BATCH]
    boxes = Mailbox.objects.filter(pk__in=batch, is_active=True, owner=None).order_by("pk")
    for box in boxes:
        try:
            act.changed += _do(act, box, people)
        except GrantRefused as refused:
            act.refused.append([box.pk, refused.reason, refused.who])
    act.done += len(batch)
    act.due_at = timezone.now() + LEASE
    act.save(update_fields=["refused", "done", "changed", "due_at"])


def _do(act: BulkAct, box: Mailbox, people: Sequence[User]) -> int:
    """How many rights changed in one mailbox. Raises GrantRefused: nothing did."""
    if not may(act.by, Permission.MANAGE_MAILBOXES):
        raise GrantRefused("not yours")
    known = standing.current(box).filter(person__in=people, is_responsable=False)
    origin = Origin(act.address or "", act.user_agent)
    if act.kind == BulkKind.REVOKE:
        ids = list(known.values_list("pk", flat=True))
        return len(granting.revoke(act.by, box, ids, origin, act.reason, tells_person=False))
    concerned = list(people)
    if act.kind == BulkKind.CHANGE:
        there = set(known.values_list("person", flat=True))
        concerned = [person for person in people if person.pk in there]
    if not concerned:
        return 0
    return len(granting.grant(act.by, box, concerned, wish_of(act), origin, tells_person=False))


def wish_of(act: BulkAct) -> Wish:
    """Not of REVOKE."""
    if act.first_day is None or act.last_day is None:
        raise ValueError("a right has days")
    return Wish(Right(act.level), act.first_day, act.last_day, act.reason)


@transaction.atomic
def _finish(act: BulkAct, people: Sequence[User]) -> None:
    """One notice to each person, about all mailboxes in which something changed."""
    if not BulkAct.objects.filter(pk=act.pk, state=BulkAct.State.RUNNING).update(
        state=BulkAct.State.DONE
    ):
        return
    for person in people:
        boxes = _changed_for(act, person)
        if boxes:
            origin = Origin(act.address or "", act.user_agent)
            telling.tell_about(
                person, SUBJECTS[BulkKind(act.kind)], origin, partial(_words, act, boxes)
            )


SUBJECTS = {
    BulkKind.GIVE: gettext_lazy("Des boîtes vous sont confiées"),
    BulkKind.CHANGE: gettext_lazy("Vos accès à des boîtes ont changé"),
    BulkKind.REVOKE: gettext_lazy("Des accès à des boîtes vous sont retirés"),
}


def _changed_for(act: BulkAct, person: User) -> list[str]:
    """Names of the mailboxes in which this act changed the person's right."""
    mine = Delegation.objects.filter(person=person, mailbox__in=act.chosen)
    if act.kind == BulkKind.REVOKE:
        mine = mine.filter(closed_by=act.by, closed_at__gte=act.created_at)
    else:
        mine = mine.filter(granted_by=act.by, reason=act.reason, closed_at=None)
    return list(mine.order_by("mailbox__name").values_list("mailbox__name", flat=True))


def _words(act: BulkAct, boxes: list[str]) -> str:
    named = "; ".join(boxes[:NAMED])
    if len(boxes) > NAMED:
        named = _("%(names)s et %(n)s autres") % {"names": named, "n": len(boxes) - NAMED}
    return _("%(names)s. Par %(who)s.") % {"names": named, "who": act.by.get_full_name()}


def sweep() -> None:
    """Acts whose hint or worker was lost are hinted again; old ones are forgotten."""
    now = timezone.now()
    left = BulkAct.objects.exclude(state=BulkAct.State.DONE).filter(due_at__lte=now)
    for act_id in left.values_list("pk", flat=True):
        hint("mailboxes.tasks.carry_on_bulk", str(act_id))
    BulkAct.objects.filter(state=BulkAct.State.DONE, created_at__lt=now - KEPT).delete()
