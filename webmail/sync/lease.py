"""Who may write the index of a mailbox.

The lease says who follows the server: one at a time, for as long as it renews it. Each writing is a
transaction that locks the mailbox's row first, so that a page that notes its own action and a worker
that follows the server never mix. A holder that was overtaken (it slept, or gave way to somebody who
waits) learns so at its next writing, which then does not happen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from mailboxes.models import Mailbox
from webmail import announcing
from webmail.models import MailboxIndex

DURATION = timedelta(seconds=30)  # longer than any one round trip takes


class LeaseLost(Exception):
    """Somebody else follows this mailbox now: stop, what is written stays good."""


@dataclass(frozen=True)
class Lease:
    mailbox: Mailbox
    version: int


def take(mailbox: Mailbox, *, filling: bool = False) -> Lease | None:
    """None when somebody else is at it. One who only fills the index gives way to others."""
    with transaction.atomic():
        index = _locked(mailbox)
        now = timezone.now()
        held = index.lease_until is not None and index.lease_until > now
        if held and (filling or not index.is_filling):
            return None
        index.version += 1
        index.lease_until, index.is_filling = now + DURATION, filling
        index.save(update_fields=["version", "lease_until", "is_filling"])
    return Lease(mailbox, index.version)


def give_back(lease: Lease, *, unfinished: bool) -> None:
    """Ends the lease; an overtaken one is somebody else's matter. `unfinished`: see MailboxIndex."""
    mine = MailboxIndex.objects.filter(mailbox=lease.mailbox, version=lease.version)
    caught_up = {} if unfinished else {"synced_at": timezone.now()}
    mine.update(lease_until=None, unfinished=unfinished, **caught_up)


@contextmanager
def writing(mailbox: Mailbox, lease: Lease | None = None) -> Iterator[MailboxIndex]:
    """A transaction that is alone in writing the index of `mailbox`; renews the lease, and tells open pages.

    Raises LeaseLost. The row given may be changed: it is saved at the end.
    """
    with transaction.atomic():
        index = _locked(mailbox)
        if lease is not None:
            if index.version != lease.version:
                raise LeaseLost(mailbox.pk)
            index.lease_until = timezone.now() + DURATION
        yield index
        index.changes += 1
        index.save(update_fields=["lease_until", "next_conversation", "changes"])
        announcing.announce_change(mailbox.pk, index.changes)


def _locked(mailbox: Mailbox) -> MailboxIndex:
    """The row of this mailbox, which nobody else can lock until the transaction ends."""
    return MailboxIndex.objects.select_for_update().get_or_create(mailbox=mailbox)[0]
