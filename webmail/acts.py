"""What a person does to messages, so that it can be taken back, and goes on while no page is open.

A few messages are done while the person waits; many by a worker, in batches, from a row that says what
is left. To take an act back is another act.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.models import User
from mailboxes.models import Mailbox
from webmail import actions, imap
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.actions import Change, Done
from webmail.errors import MailError, MailServerUnavailable, PasswordNeeded
from webmail.imap import MailSession, UidSet
from webmail.models import Act, Folder

AT_ONCE = 500  # messages a person waits for; more are a worker's
SLICE = 10  # batches of a worker before others have their turn
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


def do(mail: MailSession, person: User, folder: Folder, what: Change, uids: UidSet) -> Act:
    """Now. Raises what the mail server's errors are; up to AT_ONCE messages, having changed nothing."""
    done = Done()
    for batch in uids.chunks(AT_ONCE):
        one = actions.perform(mail, folder, what, batch)
        done = Done(done.changed | one.changed, done.arrived | one.arrived)
    act = _act(person, folder, what, uids)
    act.state, act.pending, act.done = State.DONE, "", len(uids)
    act.changed, act.arrived = str(done.changed), str(done.arrived)
    act.save(force_insert=True)
    return act


def begin(person: User, folder: Folder, what: Change, uids: UidSet) -> Act:
    """Leaves the work to a worker; what is removed for good waits a moment, to be taken back."""
    act = _act(person, folder, what, uids)
    if what.kind == Act.Kind.ERASE:
        act.due_at += GRACE
    act.save(force_insert=True)
    _hint_on_commit(act)
    return act


def _act(person: User, folder: Folder, what: Change, uids: UidSet) -> Act:
    return Act(
        mailbox_id=folder.mailbox_id,
        person=person,
        folder=folder,
        name=what.name,
        kind=what.kind,
        flag=what.flag,
        target=what.target,
        pending=str(uids),
        total=len(uids),
        due_at=timezone.now(),
    )


def is_large(what: Change, uids: UidSet) -> bool:
    """More than a person waits for, or to be thought over; no worker has a person's own password."""
    if settings.MAIL_AUTH == "password":
        return False
    return len(uids) > AT_ONCE or what.kind == Act.Kind.ERASE


def _hint_on_commit(act: Act) -> None:
    wait = max(0.0, (act.due_at - timezone.now()).total_seconds())
    transaction.on_commit(lambda: _hint(act.pk, wait))


def _hint(act_id: UUID, wait: float) -> None:
    """Asks a worker; without Redis the beat's sweep finds the row later."""
    try:
        # By name: the tasks import this module.
        current_app.send_task("webmail.tasks.carry_on_act", [str(act_id)], countdown=wait)
    except (OperationalError, OSError) as error:
        log.warning("acts: no hint for %s: %s", act_id, error)


# --- the worker's side ---------------------------------------------------------------------------
def carry_on(act_id: UUID) -> None:
    """Some batches of an act that waits; whoever cannot claim it leaves it alone."""
    act = _claimed(act_id)
    if act is None:
        return
    try:
        person = mailbox_for(act.person, act.mailbox_id, Right.WRITE)
        with imap.session(person.address, own_mailbox(act.person).address) as mail:
            _carry_on(mail, act)
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
    return Act.objects.select_related("person", "folder", "target").get(pk=act_id)


def _carry_on(mail: MailSession, act: Act) -> None:
    what, left = change_of(act), UidSet.parse(act.pending)
    for batch in islice(left.chunks(AT_ONCE), SLICE):
        done = actions.perform(mail, act.folder, what, batch)
        left = left - batch
        if not _noted(act, done, batch, left):
            _take_back_now(mail, act.folder, what, done)
            return
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


def _take_back_now(mail: MailSession, folder: Folder, what: Change, done: Done) -> None:
    back = actions.inverse(folder, what, done)
    if back:
        actions.perform(mail, *back)


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


def _inverse(act: Act) -> tuple[Folder, Change, UidSet] | None:
    done = Done(UidSet.parse(act.changed), UidSet.parse(act.arrived))
    return actions.inverse(act.folder, change_of(act), done)


@dataclass(frozen=True)
class TakenBack:
    """`further` is the act that takes back, when a worker carries it on."""

    act: Act
    further: Act | None = None


def take_back(mailbox: Mailbox, person: User, act_id: UUID) -> TakenBack:
    """Undoes what was done and stops what was not. Raises TooLate, and the mail server's errors."""
    act = _stopped(mailbox, person, act_id)
    back = _inverse(act)
    if back is None:
        return TakenBack(act)
    folder, what, uids = back
    if is_large(what, uids):
        return TakenBack(act, begin(person, folder, what, uids))
    try:
        with imap.session(mailbox.address, own_mailbox(person).address) as mail:
            for batch in uids.chunks(AT_ONCE):
                actions.perform(mail, folder, what, batch)
    except MailError:
        Act.objects.filter(pk=act.pk).update(state=State.DONE)
        raise
    return TakenBack(act)


def _stopped(mailbox: Mailbox, person: User, act_id: UUID) -> Act:
    """The act, which goes on no more; only one of two clicks gets it."""
    states = [State.WAITING, State.RUNNING, State.DONE]
    since = timezone.now() - TAKEN_BACK_WITHIN
    mine = Act.objects.filter(pk=act_id, mailbox=mailbox, person=person, created_at__gt=since)
    if not mine.filter(state__in=states).update(state=State.UNDONE):
        raise TooLate(str(act_id))
    return mine.select_related("folder", "target").get()


def unfinished_of_outer_mailbox(column: str) -> Subquery:
    """Of the oldest act that a worker has to finish, or lately gave up, beside each row of a query for mailboxes."""
    lately = timezone.now() - TAKEN_BACK_WITHIN
    unfinished = Q(state__in=[State.WAITING, State.RUNNING])
    given_up = Q(state=State.FAILED, created_at__gt=lately)
    found = Act.objects.filter(unfinished | given_up, mailbox=OuterRef("pk"))
    return Subquery(found.order_by("created_at").values(column)[:1])
