"""The confirmed file, in one transaction: all that was shown, or nothing."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Permission, may
from activation.imports import parts, progress
from activation.imports.arrivals import forget, hint, party_of
from activation.imports.layout import Refused
from activation.imports.outcomes import Fate
from activation.imports.walk import Tally, batches, comparison_for, layout_of
from activation.models.imports import Import
from activation.models.problems import Problem
from audit import journal
from audit.events import Event
from mailboxes.institutional import school_mailboxes

State = Import.State


class _Otherwise(Exception):
    """What would be written is not what was shown."""


def write(import_id: int) -> None:
    """Writes the file unless another writer is at it; twice or interrupted does no harm."""
    try:
        _write(import_id)
    except Refused as refused:
        _end(import_id, refused.problem)
    except (_Otherwise, IntegrityError):  # somebody else wrote meanwhile
        _read_again(import_id)


@transaction.atomic
def _write(import_id: int) -> None:
    confirmed = Import.objects.filter(pk=import_id, state=State.CONFIRMED)
    row = confirmed.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return
    if not _may_still(row.confirmed_by):
        raise Refused(Problem.RIGHT_LOST)
    comparison, tally = comparison_for(row, for_writing=True), Tally()
    for outcomes in batches(row, layout_of(row, comparison), comparison):
        tally.add(outcomes)
        comparison.write(outcomes)
        progress.tell(row.pk, tally.rows)
    if tally.plan_hash != row.plan_hash:
        raise _Otherwise
    _finish(row, tally)


def _finish(row: Import, tally: Tally) -> None:
    parts.forget(row)
    if row.kind == Import.Kind.SCHOOLS:
        transaction.on_commit(school_mailboxes.open_missing)
    row.state, row.ended_at = State.DONE, timezone.now()
    row.save(update_fields=["state", "ended_at"])
    counts = ", ".join(f"{fate.name.lower()} {tally.fates[fate]}" for fate in Fate)
    told = f"import {row.pk}, {row.kind}: {counts}"
    flow = f"import {row.pk}"
    journal.record(Event.IMPORT_WRITTEN, actor=party_of(row.confirmed_by), reason=told, flow=flow)


@transaction.atomic
def _end(import_id: int, problem: Problem) -> None:
    row = Import.objects.get(pk=import_id)
    confirmed = Import.objects.filter(pk=import_id, state=State.CONFIRMED)
    if confirmed.update(state=State.REFUSED, problem=problem.value, ended_at=timezone.now()):
        forget(row)


@transaction.atomic
def _read_again(import_id: int) -> None:
    confirmed = Import.objects.filter(pk=import_id, state=State.CONFIRMED)
    if confirmed.update(state=State.RECEIVED, problem=Problem.BASE_CHANGED.value):
        transaction.on_commit(lambda: hint("read_import", import_id))


def _may_still(user: User | None) -> bool:
    """Time has passed since the person confirmed; a command was run by the operator."""
    return user is None or may(user, Permission.IMPORT_STAFF)
