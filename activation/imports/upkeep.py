"""What a lost hint or a dead worker left behind, and files that nobody came back to."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from activation.imports.arrivals import forget
from activation.imports.reading import SIGN_OF_LIFE, read
from activation.imports.writing import write
from activation.models.imports import Import, ImportLine

State = Import.State
WAITING_FOR_A_PERSON = (State.RECEIVED, State.READING, State.READ)


def sweep() -> None:
    """Reads and writes what waits."""
    now = timezone.now()
    Import.objects.filter(state=State.READING, claimed_at__lt=now - SIGN_OF_LIFE).update(
        state=State.RECEIVED
    )
    for import_id in _in(State.RECEIVED):
        read(import_id)
    for import_id in _in(State.CONFIRMED):
        write(import_id)


def prune() -> None:
    """Files nobody confirmed go after hours, reports of what was written after days."""
    now = timezone.now()
    left = Import.objects.filter(
        state__in=WAITING_FOR_A_PERSON,
        created_at__lt=now - timedelta(hours=settings.IMPORT_KEPT_HOURS),
    )
    for row in left:
        if left.filter(pk=row.pk).update(state=State.EXPIRED, ended_at=now):
            forget(row)
    old = now - timedelta(days=settings.IMPORT_REPORT_DAYS)
    ImportLine.objects.filter(file__state=State.DONE, file__ended_at__lt=old).delete()


def _in(state: State) -> list[int]:
    return list(Import.objects.filter(state=state).order_by("pk").values_list("pk", flat=True))
