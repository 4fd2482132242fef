"""What a person does to messages, so that it can be taken back, and goes on while no page is open.

A few messages are done while the person waits; many by a worker, in batches, from a row that says what
is left. To take an act back is another act.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, JSONObject, Now
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from config.hints import hint
from mailboxes.models import Mailbox
from webmail import imap
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.acting import actions, deeds
from webmail.acting.actions import Change, Done
from webmail.errors import MailError, MailServerUnavailable, PasswordNeeded
from webmail.imap import MailSession, UidSet
from webmail.models import Act, Folder

AT_ONCE = 500  # messages a person waits for; more are a worker's
TURN_SECONDS = 3.0  # of a worker, before others have theirs
GRACE = timedelta(seconds=10)  # before anything is removed for good
TAKEN_BACK_WITHIN = timedelta(minutes=10)
LEASE = timedelta(minutes=5)  # a worker that is silent for longer has died
RETRY = timedelta(seconds=30)
GIVE_UP = timedelta(hours=1)
KEPT = timedelta(days=1)

State = Act.State
log = logging.getLogger(__name__)


class TooLate(Exception):
    """It has been taken back already, or too long ago to be."""


@dataclass(frozen=True)
class Part:
    """Of what one click does: the messages of one folder, and what it means for them."""

    folder: Folder
    what: Change
    uids: UidSet


def do(
    mail: MailSession, person: User, parts: Sequence[Part], first: Act | None = None
) -> list[Act]:
    """Now, folder by folder: an act for each that was done.

    `first` is what the same click did in another mailbox: it is taken back with that.

    An error of the mail server is raised while nothing was done; up to AT_ONCE messages of one folder,
    nothing was changed then. Later it ends the work: what comes back is short of `parts`.
    """
    done: list[Act] = []
    for part in parts:
        try:
            done.append(_do(mail, person, part, first or (done[0] if done else None)))
        except MailError as error:
            if not done:
                raise
            log.warning(
                "acts: %s of %s parts done: %s", len(done), len(parts), type(error).__name__
            )
            break
    return done


def _do(mail: MailSession, person: User, part: Part, first: Act | None) -> Act:
    done = Done()
    for batch in part.uids.chunks(AT_ONCE):
        one = _perform(mail, person, part, batch)
        done = Done(done.changed | one.changed, done.arrived | one.arrived)
    act = _act(person, part, first)
    act.state, act.pending, act.done = State.DONE, "", len(part.uids)
    act.changed, act.arrived = str(done.changed), str(done.arrived)
    act.save(force_insert=True)
    return act


def _perform(mail: MailSession, person: User, part: Part, uids: UidSet) -> Done:
    """Some messages of a part; a mailbox that others use too gets it into its logbook."""
    known = deeds.before(person, part.folder, uids)
    done = actions.perform(mail, part.folder, part.what, uids)
    deeds.changed(person, part.folder, part.what, known)
    return done


def begin(person: User, parts: Sequence[Part]) -> list[Act]:
    """Leaves the work to workers; what is removed for good waits a moment, to be taken back."""
    begun: list[Act] = []
    for part in parts:
        act = _act(person, part, begun[0] if begun else None)
        if part.what.kind == Act.Kind.ERASE:
            act.due_at += GRACE
        act.save(force_insert=True)
        _hint_on_commit(act)
        begun.append(act)
    return begun


def _act(person: User, part: Part, first: Act | None) -> Act:
    return Act(
        mailbox_id=part.folder.mailbox_id,
        person=person,
        folder=part.folder,
        first=first,
        name=part.what.name,
        kind=part.what.kind,
        flag=part.what.flag,
        target=part.what.target,
        pending=str(part.uids),
        total=len(part.uids),
        due_at=timezone.now(),
    )


def are_large(parts: Sequence[Part]) -> bool:
    """More than a person waits for, or to be thought over; no worker has a person's own password."""
    if settings.MAIL_AUTH == "password":
        return False
    is_final = any(part.what.kind == Act.Kind.ERASE for part in parts)
    return is_final or sum(len(part.uids) for part in parts) > AT_ONCE


def _hint_on_commit(act: Act) -> None:
    wait = max(0.0, (act.due_at - timezone.now()).total_seconds())
    transaction.on_commit(lambda: _hint(act.pk, wait))


def _hint(act_id: UUID, wait: float) -> None:
    hint("webmail.tasks.carry_on_act", str(act_id), after=wait)


# --- the worker's side ---------------------------------------------------------------------------
def carry_on(act_id: UUID, seconds: float = TURN_SECONDS) -> None:
    """Batches of an act that waits, for about so long; whoever cannot claim it leaves it alone."""
    deadline = time.monotonic() + seconds
    act = _claimed(act_id)
    if act is None:
        return
    try:
        person = mailbox_for(act.person, act.mailbox_id, Right.WRITE)
        with imap.session(person.address, own_mailbox(act.person).address) as mail:
            _carry_on(mail, act, deadline)
    except (MailServerUnavailable, PasswordNeeded) as error:
        _put_off(act, error)
    except (MailError, Http404) as error:
        _fail(act, error)


def _claimed(act_id: UUID) -> Act | None:
    now = timezone.now()
    free = Q(state__in=[State.WAITING, State.RUNNING], due_at__lte=now)
    mine = Act.objects.filter(free, pk=act_id)
    if not mine.update(state=State.RUNNING, due_at=now + LEASE):
        return None
    whole = Act.objects.select_related("person", "folder__mailbox", "target")
    return whole.get(pk=act_id)


def _carry_on(mail: MailSession, act: Act, deadline: float) -> None:
    """At least one batch; `deadline`: of time.monotonic()."""
    what, left = change_of(act), UidSet.parse(act.pending)
    part = Part(act.folder, what, left)
    for batch in left.chunks(AT_ONCE):
        done = _perform(mail, act.person, part, batch)
        left = left - batch
        if not _noted(act, done, batch, left):
            _take_back_now(mail, act, what, done)
            return
        if time.monotonic() >= deadline:
            break
    if left:
        Act.objects.filter(pk=act.pk, state=State.RUNNING).update(
            state=State.WAITING, due_at=timezone.now()
        )
        _hint(act.pk, 0)


def _noted(act: Act, done: Done, batch: UidSet, left: UidSet) -> bool:
    """Whether the act still stands: the person may have taken it back meanwhile."""
    act.changed = str(UidSet.parse(act.changed) | done.changed)
    act.arrived = str(UidSet.parse(act.arrived) | done.arrived)
    act.done += len(batch)
    values = {"changed": act.changed, "arrived": act.arrived, "done": act.done}
    state = State.RUNNING if left else State.DONE
    mine = Act.objects.filter(pk=act.pk, state=State.RUNNING)
    due_at = timezone.now() + LEASE
    return mine.update(pending=str(left), state=state, due_at=due_at, **values) == 1


def _take_back_now(mail: MailSession, act: Act, what: Change, done: Done) -> None:
    back = actions.inverse(act.folder, what, done)
    if back:
        part = Part(*back)
        part.folder.mailbox = act.folder.mailbox
        _perform(mail, act.person, part, part.uids)


def _put_off(act: Act, error: MailError) -> None:
    if timezone.now() - act.created_at > GIVE_UP:
        _fail(act, error)
        return
    Act.objects.filter(pk=act.pk, state=State.RUNNING).update(
        state=State.WAITING, due_at=timezone.now() + RETRY
    )


def _fail(act: Act, error: Exception) -> None:
    Act.objects.filter(pk=act.pk, state=State.RUNNING).update(
        state=State.FAILED, detail=type(error).__name__
    )


def sweep() -> None:
    """Acts whose hint or worker was lost are hinted again; old ones are forgotten."""
    now = timezone.now()
    unfinished = [State.WAITING, State.RUNNING]
    for act_id in Act.objects.filter(state__in=unfinished, due_at__lte=now).values_list(
        "pk", flat=True
    ):
        _hint(act_id, 0)
    Act.objects.exclude(state__in=unfinished).filter(created_at__lt=now - KEPT).delete()


# --- taking back ---------------------------------------------------------------------------------
def change_of(act: Act) -> Change:
    return Change(act.name, Act.Kind(act.kind), act.flag, act.target)


def can_be_taken_back(act: Act) -> bool:
    if act.state in {State.WAITING, State.RUNNING}:
        return True
    return act.state == State.DONE and bool(_inverse(act))


def _inverse(act: Act) -> Part | None:
    done = Done(UidSet.parse(act.changed), UidSet.parse(act.arrived))
    back = actions.inverse(act.folder, change_of(act), done)
    return Part(*back) if back else None


def take_back(mailbox: Mailbox, person: User, act_id: UUID) -> bool:
    """Undoes what was done and stops what was not, in all folders of that click.

    Whether workers go on with it. Raises TooLate, and the mail server's errors.
    """
    stopped = _stopped(mailbox, person, act_id)
    parts = [part for act in stopped if (part := _inverse(act))]
    if are_large(parts):
        begin(person, parts)
        return True
    try:
        _take_all_back(mailbox, person, parts)
    except MailError:
        # To be tried again: what is back already is passed over then.
        Act.objects.filter(pk__in=[act.pk for act in stopped]).update(state=State.DONE)
        raise
    return False


def mailboxes_of_click(person: User, act_id: UUID) -> list[int]:
    """In which mailboxes one click did something; none for what nobody did, or somebody else."""
    together = Q(pk=act_id) | Q(first=act_id)
    mine = Act.objects.filter(together, person=person)
    return sorted(set(mine.values_list("mailbox", flat=True)))


def _take_all_back(mailbox: Mailbox, person: User, parts: Sequence[Part]) -> None:
    if not parts:
        return
    with imap.session(mailbox.address, own_mailbox(person).address) as mail:
        for part in parts:
            part.folder.mailbox = mailbox
            for batch in part.uids.chunks(AT_ONCE):
                _perform(mail, person, part, batch)


def _stopped(mailbox: Mailbox, person: User, act_id: UUID) -> list[Act]:
    """The act and those that go with it, which go on no more; only one of two clicks gets them."""
    states = [State.WAITING, State.RUNNING, State.DONE]
    since = timezone.now() - TAKEN_BACK_WITHIN
    together = Q(pk=act_id) | Q(first=act_id)
    mine = Act.objects.filter(together, mailbox=mailbox, person=person, created_at__gt=since)
    if not mine.filter(state__in=states).update(state=State.UNDONE):
        raise TooLate(str(act_id))
    return list(mine.filter(state=State.UNDONE).select_related("folder", "target"))


def unfinished_of_outer_mailbox() -> Subquery:
    """State and numbers of the oldest click that a worker has to finish, else of one it lately gave up, as JSON.

    Beside each row of a query for mailboxes; None for none. The numbers are of all folders of the click.
    """
    unfinished = Q(state__in=[State.WAITING, State.RUNNING])
    given_up = Q(state=State.FAILED, created_at__gt=Now() - TAKEN_BACK_WITHIN)
    found = Act.objects.filter(unfinished | given_up, mailbox=OuterRef("pk")).alias(
        click=Coalesce("first_id", "id"),
        is_given_up=ExpressionWrapper(Q(state=State.FAILED), BooleanField()),
    )
    told = found.order_by("is_given_up", "created_at").values(
        told=JSONObject(state="state", done=_of_outer_click("done"), total=_of_outer_click("total"))
    )
    return Subquery(told[:1], output_field=JSONField())


def _of_outer_click(number: str) -> Subquery:
    """Its sum over all acts of the click that an outer act belongs to."""
    together = Act.objects.filter(Q(pk=OuterRef("click")) | Q(first_id=OuterRef("click")))
    summed = together.annotate(same=Value(1)).values("same").annotate(sum=Sum(number))
    return Subquery(summed.values("sum"))
