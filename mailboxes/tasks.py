"""The mailboxes' scheduled work."""

from celery import shared_task

from mailboxes import departures, kick


@shared_task  # type: ignore[untyped-decorator]
def end_remaining_connections() -> None:
    kick.end_remaining()


@shared_task  # type: ignore[untyped-decorator]
def close_mailboxes_of_departed() -> None:
    departures.close_mailboxes()
