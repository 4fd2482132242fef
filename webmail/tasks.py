"""Celery's entrances: each takes an id and calls one function."""

from uuid import UUID

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from webmail import outbox, shared_folders
from webmail.acting import acts
from webmail.drafts import filing, sweeping
from webmail.push import registration
from webmail.sync import hints
from webmail.team import assigning, notices

WORKERS_SEEN = "workers-seen"


@shared_task  # type: ignore[untyped-decorator]
def send_outgoing(message_id: int) -> None:
    left = outbox.send(message_id)
    if left is not None:
        outbox.hint(left)


@shared_task  # type: ignore[untyped-decorator]
def sweep_outbox() -> None:
    outbox.sweep()


@shared_task  # type: ignore[untyped-decorator]
def file_draft(draft_id: str) -> None:
    filing.file(UUID(draft_id))


@shared_task  # type: ignore[untyped-decorator]
def sweep_drafts() -> None:
    sweeping.sweep()


@shared_task  # type: ignore[untyped-decorator]
def tidy_drafts() -> None:
    sweeping.tidy()


@shared_task  # type: ignore[untyped-decorator]
def tidy_outbox() -> None:
    outbox.tidy()


@shared_task  # type: ignore[untyped-decorator]
def sync_mailbox(mailbox_id: int) -> None:
    hints.work(mailbox_id, filling=False)


@shared_task  # type: ignore[untyped-decorator]
def fill_mailbox(mailbox_id: int) -> None:
    hints.work(mailbox_id, filling=True)


@shared_task  # type: ignore[untyped-decorator]
def sweep_indexes() -> None:
    hints.sweep()


@shared_task  # type: ignore[untyped-decorator]
def carry_on_act(act_id: str) -> None:
    acts.carry_on(UUID(act_id))


@shared_task  # type: ignore[untyped-decorator]
def sweep_acts() -> None:
    acts.sweep()


@shared_task  # type: ignore[untyped-decorator]
def register_push(mailbox_id: int) -> None:
    registration.register(mailbox_id)


@shared_task  # type: ignore[untyped-decorator]
def open_to_delegates() -> None:
    shared_folders.sweep()


@shared_task  # type: ignore[untyped-decorator]
def forget_team_notices() -> None:
    notices.forget_old()
    assigning.forget_old()


@shared_task  # type: ignore[untyped-decorator]
def beat_of_workers() -> None:
    """Read by /readyz: a worker took a job lately."""
    cache.set(WORKERS_SEEN, timezone.now().timestamp(), timeout=60)
