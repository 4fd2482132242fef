"""What is done to the counters apart from counting: opening locks, forgetting, pruning."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.models.throttles import KnownDevice, Throttle
from accounts.throttling.whom import Guarded, device_counter_key, identity_key, person_key

A_FEW_FAILURES_KEPT = timedelta(days=30)
MANY_FAILURES_KEPT = timedelta(days=365)


def clear(identity: str) -> None:
    """Opens every lock of an identity: after a reset, or when the help desk says so."""
    person = person_key(identity)
    devices = KnownDevice.objects.filter(identity_key=person).values_list("device_key", flat=True)
    keys = [identity_key(identity, guarded) for guarded in Guarded]
    keys += [device_counter_key(person, name, guarded) for name in devices for guarded in Guarded]
    Throttle.objects.filter(key__in=keys).delete()


def forget_devices(identity: str) -> None:
    """No device is known for this identity any more: after a reset, a freeze, a departure."""
    KnownDevice.objects.filter(identity_key=person_key(identity)).delete()


def prune(now: datetime | None = None) -> int:
    """Deletes what no longer matters; returns the number of rows. Run daily."""
    now = now or timezone.now()
    few = Throttle.objects.filter(in_a_row__lt=settings.THROTTLE_FREE_FAILURES)
    device_age = timedelta(days=settings.KNOWN_DEVICE_DAYS)
    old = [
        few.filter(last_failure_at__lt=now - A_FEW_FAILURES_KEPT),
        Throttle.objects.filter(last_failure_at__lt=now - MANY_FAILURES_KEPT),
        KnownDevice.objects.filter(last_success_at__lt=now - device_age),
    ]
    return sum(rows.delete()[0] for rows in old)
