"""The accounts' scheduled and delayed work."""

from celery import shared_task

from accounts import notices, throttling


@shared_task  # type: ignore[untyped-decorator]
def send_notice(notice_id: int) -> None:
    notices.send(notice_id)


@shared_task  # type: ignore[untyped-decorator]
def send_due_notices() -> None:
    notices.sweep()


@shared_task  # type: ignore[untyped-decorator]
def prune_throttles() -> None:
    throttling.prune()
