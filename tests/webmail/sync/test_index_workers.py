"""Workers that keep indexes: killed, overtaken, without their queue."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from sample.bulk import generate_bulk
from sample.delivery import opened
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.sync.indexing import message, program, synced
from webmail import sync
from webmail.models import IndexedMessage, MailboxIndex
from webmail.sync import hints

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 60.0


def deliver_many(person: Person, count: int) -> None:
    mails = generate_bulk(person.address, count, seed=1, until=datetime(2026, 9, 1, tzinfo=UTC))
    with opened(person.address) as drop:
        for _count in drop.deliver("inbox", mails):
            pass


def until(answer: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not answer():
        assert time.monotonic() < deadline


def indexed(person: Person) -> int:
    return IndexedMessage.objects.filter(mailbox=person.mailbox).count()


def test_the_beat_finds_indexes_whose_worker_died(academy: Academy, live: str) -> None:
    camille = academy.camille
    with program(camille) as mail:
        mail.put(message())
    long_ago = timezone.now() - timedelta(hours=1)
    MailboxIndex.objects.create(mailbox=camille.mailbox, unfinished=True, hinted_at=long_ago)
    hints.sweep()
    until(lambda: indexed(camille) == 1)
    until(lambda: not MailboxIndex.objects.get(mailbox=camille.mailbox).unfinished)


def test_a_mailbox_that_somebody_looks_at_is_kept_up_to_date(academy: Academy, live: str) -> None:
    camille = academy.camille
    synced(camille)
    sync.note_seen(camille.mailbox)
    with program(camille) as mail:
        mail.put(message("nouveau"))
    hints.sweep()
    until(lambda: indexed(camille) == 1)


def test_a_mailbox_nobody_looks_at_costs_nothing(academy: Academy, live: str) -> None:
    synced(academy.camille)
    before = MailboxIndex.objects.get(mailbox=academy.camille.mailbox)
    hints.sweep()
    assert MailboxIndex.objects.get(mailbox=academy.camille.mailbox).hinted_at == before.hinted_at


def test_a_functional_mailbox_is_indexed_for_nobody_in_particular(academy: Academy) -> None:
    with opened(academy.office_address) as drop:
        drop.mail.append("INBOX", message("Convocation"))
    hints.work(academy.office.pk, filling=True)
    found = IndexedMessage.objects.get(mailbox=academy.office)
    assert found.subject == "Convocation"


def test_without_redis_the_index_follows_all_the_same(academy: Academy) -> None:
    with program(academy.camille) as mail:
        mail.put(message())
    with RUN.without("redis"):
        sync.queue(academy.camille.mailbox)
        synced(academy.camille)
    assert indexed(academy.camille) == 1


def test_without_imap_a_worker_waits(academy: Academy) -> None:
    with program(academy.camille) as mail:
        mail.put(message())
    synced(academy.camille)
    with RUN.without("dovecot"):
        hints.work(academy.camille.mailbox.pk, filling=False)
    assert indexed(academy.camille) == 1


def test_a_closed_mailbox_is_left_alone(academy: Academy) -> None:
    with program(academy.camille) as mail:
        mail.put(message())
    academy.camille.mailbox.is_active = False
    academy.camille.mailbox.save()
    hints.work(academy.camille.mailbox.pk, filling=True)
    assert indexed(academy.camille) == 0
