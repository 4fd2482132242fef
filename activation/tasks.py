"""The delayed and scheduled work of activation."""

from celery import shared_task

from activation.letters import making, upkeep


@shared_task  # type: ignore[untyped-decorator]
def make_letters(batch_id: int) -> None:
    making.make_files(batch_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep_letters() -> None:
    making.sweep()


@shared_task  # type: ignore[untyped-decorator]
def tidy_letters() -> None:
    upkeep.tidy()
