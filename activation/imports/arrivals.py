"""What a person does with a file: brings it, confirms it, gives it up."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from activation.imports import parts
from activation.models.imports import FILE_NAME_LENGTH, Import, ImportLine
from audit import journal
from audit.events import Event
from audit.parties import NOWHERE, SYSTEM, Origin, Party
from config import hints

State = Import.State
MAY_BE_GIVEN_UP = (State.RECEIVED, State.READING, State.READ, State.CONFIRMED)


class AnotherIsWritten(Exception):
    """One file is written at a time; try again when the other has ended."""


class NotWhatWasShown(Exception):
    """The import is not, or no longer, the one that the person looked at."""


class HasErrors(Exception):
    """Faulty rows are left out only when the person says so."""


@transaction.atomic
def receive(
    kind: Import.Kind,
    file_name: str,
    chunks: Iterable[bytes],
    by: User | None = None,
    origin: Origin = NOWHERE,
    *,
    asks_worker: bool = True,
) -> Import:
    """Keeps the file, sealed, and asks a worker to read it.

    A command has no ``by`` and does a worker's work itself: so does :func:`confirm`.
    """
    row = Import.objects.create(kind=kind, file_name=_readable(file_name), brought_by=by)
    parts.keep(row, chunks)
    if asks_worker:
        transaction.on_commit(lambda: hint("read_import", row.pk))
    _tell(Event.IMPORT_BROUGHT, row, by, origin)
    return row


def confirm(
    row: Import,
    plan_hash: str,
    *,
    without_errors: bool,
    by: User | None,
    origin: Origin = NOWHERE,
    asks_worker: bool = True,
) -> None:
    """Has what ``plan_hash`` stands for written. Raises AnotherIsWritten, NotWhatWasShown, HasErrors."""
    if row.wrong and not without_errors:
        raise HasErrors
    try:
        with transaction.atomic():
            _confirm(row, plan_hash, by)
            if asks_worker:
                transaction.on_commit(lambda: hint("write_import", row.pk))
            _tell(Event.IMPORT_CONFIRMED, row, by, origin)
    except IntegrityError as error:  # the constraint import_one_is_written
        raise AnotherIsWritten from error


def _confirm(row: Import, plan_hash: str, by: User | None) -> None:
    shown = Import.objects.filter(pk=row.pk, state=State.READ, plan_hash=plan_hash)
    if shown.update(state=State.CONFIRMED, confirmed_by=by, confirmed_at=timezone.now()) != 1:
        raise NotWhatWasShown


@transaction.atomic
def give_up(row: Import, by: User | None, origin: Origin = NOWHERE) -> bool:
    """Forgets the file; whether it was still time to. Waits for a writer, and then comes too late."""
    open_still = Import.objects.filter(pk=row.pk, state__in=MAY_BE_GIVEN_UP)
    if open_still.update(state=State.CANCELLED, ended_at=timezone.now()) != 1:
        return False
    forget(row)
    _tell(Event.IMPORT_CANCELLED, row, by, origin)
    return True


def forget(row: Import) -> None:
    """The file and what was found in it; who brought it and how it ended stay."""
    parts.forget(row)
    ImportLine.objects.filter(file=row).delete()


def hint(task: str, import_id: int) -> None:
    """Asks a worker to look at this row now; without Redis the scheduled sweep finds it later."""
    hints.hint(f"activation.tasks.{task}", import_id)


def party_of(user: User | None) -> Party:
    return user.party if user else SYSTEM


def _readable(file_name: str) -> str:
    """The end of the name, without what turns the line around or cannot be seen."""
    return "".join(c for c in file_name if c.isprintable())[-FILE_NAME_LENGTH:]


def _tell(event: Event, row: Import, by: User | None, origin: Origin) -> None:
    told = f"import {row.pk}, {row.kind}, sha256 {row.sha256}"
    journal.record(event, actor=party_of(by), origin=origin, reason=told, flow=f"import {row.pk}")
