"""Activation's delayed work: each task takes an id, or nothing, and calls one function."""

from celery import shared_task

from activation.follow_up import reminders
from activation.imports import reading, writing
from activation.imports import upkeep as imports_upkeep
from activation.journey import opening, progress
from activation.letters import making, upkeep


@shared_task  # type: ignore[untyped-decorator]
def read_import(import_id: int) -> None:
    reading.read(import_id)


@shared_task  # type: ignore[untyped-decorator]
def write_import(import_id: int) -> None:
    writing.write(import_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep_imports() -> None:
    imports_upkeep.sweep()


@shared_task  # type: ignore[untyped-decorator]
def prune_imports() -> None:
    imports_upkeep.prune()


@shared_task  # type: ignore[untyped-decorator]
def open_mailbox_of(journey_id: int) -> None:
    opening.open_or_go_on(journey_id)


@shared_task  # type: ignore[untyped-decorator]
def open_waiting_mailboxes() -> None:
    opening.sweep()


@shared_task  # type: ignore[untyped-decorator]
def end_expired_journeys() -> None:
    progress.end_expired()


@shared_task  # type: ignore[untyped-decorator]
def send_reminder(reminder_id: int) -> None:
    reminders.send(reminder_id)


@shared_task  # type: ignore[untyped-decorator]
def send_due_reminders() -> None:
    reminders.sweep()


@shared_task  # type: ignore[untyped-decorator]
def make_letters(batch_id: int) -> None:
    making.make_files(batch_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep_letters() -> None:
    making.sweep()


@shared_task  # type: ignore[untyped-decorator]
def tidy_letters() -> None:
    upkeep.tidy()
