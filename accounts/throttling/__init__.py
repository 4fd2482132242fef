"""Failed attempts slow down whoever guesses, and nobody else.

Before verifying anything: ``attempt(identity, address, device)`` gives a :class:`Permit`, already
counted as a failure, or a :class:`Refusal`; then ``succeeded(permit)`` or ``failed(permit)``.
A server that asks before and tells after, as Dovecot does, uses ``consult`` and ``report``.
"""

from accounts.throttling.attempts import (
    Permit,
    attempt,
    consult,
    failed,
    knows,
    report,
    succeeded,
)
from accounts.throttling.devices import device_of, keep_device, mail_device, new_device
from accounts.throttling.limits import Reason, Refusal
from accounts.throttling.upkeep import clear, forget_devices, prune
from accounts.throttling.whom import Guarded

__all__ = [
    "Guarded",
    "Permit",
    "Reason",
    "Refusal",
    "attempt",
    "clear",
    "consult",
    "device_of",
    "failed",
    "forget_devices",
    "keep_device",
    "knows",
    "mail_device",
    "new_device",
    "prune",
    "report",
    "succeeded",
]
