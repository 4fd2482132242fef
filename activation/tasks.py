"""Activation's delayed work."""

from celery import shared_task

from activation.follow_up import reminders
from activation.journey import opening, progress


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
