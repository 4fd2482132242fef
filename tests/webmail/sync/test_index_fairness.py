"""A huge mailbox beside a small one, with a real worker that does one thing at a time, and is killed."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from deploy.supervisor import Program
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.sync.indexing import message, messages, program, synced
from tests.webmail.sync.test_index_workers import deliver_many, indexed, until
from webmail.models import MailboxIndex
from webmail.sync import hints

pytestmark = pytest.mark.django_db(transaction=True)

DELIVERED, DOUBLED = 500, 5
HUGE = DELIVERED << DOUBLED


def fill_up(person: Person) -> None:
    """Copied on the server, which is quicker than to deliver them all."""
    deliver_many(person, DELIVERED)
    with program(person) as mail:
        mail.select()
        for _times in range(DOUBLED):
            mail.do("copy", "1:*", "INBOX")
            mail.select()


@contextmanager
def worker() -> Iterator[Program]:
    """For what may wait: one job at a time."""
    started = RUN.start_worker(
        "bulk", ["bulk"], 1, str(connection.settings_dict["NAME"]), "--purge"
    )
    try:
        yield started
    finally:
        RUN.stop(started)


def is_unfinished(person: Person) -> bool:
    return MailboxIndex.objects.get(mailbox=person.mailbox).unfinished


def test_a_huge_mailbox_lets_others_go_first_and_survives_its_worker(academy: Academy) -> None:
    huge, small = academy.nadia, academy.camille
    fill_up(huge)
    with program(small) as mail:
        mail.put(message())
    with worker() as one:
        hints.queue_filling(huge.mailbox.pk)
        until(lambda: indexed(huge) > 0)
        hints.queue_filling(small.mailbox.pk)
        until(lambda: indexed(small) == 1)
        assert is_unfinished(huge)
        one.process.kill()
        one.process.wait()
    newest = messages(huge).last()
    assert newest
    assert newest.uid == HUGE  # the newest came first
    # As half a minute later: nobody holds the lease any more, and nobody was asked lately.
    MailboxIndex.objects.update(lease_until=timezone.now(), hinted_at=None)
    with worker():
        hints.sweep()
        until(lambda: indexed(huge) == HUGE and not is_unfinished(huge))
    synced(huge)
