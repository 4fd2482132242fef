"""Celery's entrances: each takes an id and calls one function."""

from celery import shared_task

from activation.imports import reading, upkeep, writing


@shared_task  # type: ignore[untyped-decorator]
def read_import(import_id: int) -> None:
    reading.read(import_id)


@shared_task  # type: ignore[untyped-decorator]
def write_import(import_id: int) -> None:
    writing.write(import_id)


@shared_task  # type: ignore[untyped-decorator]
def sweep_imports() -> None:
    upkeep.sweep()


@shared_task  # type: ignore[untyped-decorator]
def prune_imports() -> None:
    upkeep.prune()
