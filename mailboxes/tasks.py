"""The mailboxes' scheduled work."""

from uuid import UUID

from celery import shared_task

from mailboxes import departures, kick, logbook
from mailboxes.delegating import bulk, expiry
from mailboxes.institutional import responsables, school_mailboxes


@shared_task  # type: ignore[untyped-decorator]
def end_remaining_connections() -> None:
    kick.end_remaining()


@shared_task  # type: ignore[untyped-decorator]
def close_mailboxes_of_departed() -> None:
    departures.close_mailboxes()


@shared_task  # type: ignore[untyped-decorator]
def close_expired_delegations() -> None:
    expiry.close_expired()


@shared_task  # type: ignore[untyped-decorator]
def remind_of_delegations() -> None:
    expiry.remind()


@shared_task  # type: ignore[untyped-decorator]
def close_functional_mailboxes() -> None:
    expiry.close_mailboxes()


@shared_task  # type: ignore[untyped-decorator]
def follow_posts() -> None:
    responsables.follow_posts()


@shared_task  # type: ignore[untyped-decorator]
def open_school_mailboxes() -> None:
    school_mailboxes.open_missing()


@shared_task  # type: ignore[untyped-decorator]
def forget_old_logbooks() -> None:
    logbook.forget_old()


@shared_task  # type: ignore[untyped-decorator]
def carry_on_bulk(act_id: str) -> None:
    bulk.carry_on(UUID(act_id))


@shared_task  # type: ignore[untyped-decorator]
def sweep_bulk_acts() -> None:
    bulk.sweep()
