"""Lists and searches while a part is away: the mail server, Redis, the workers, or the right to write."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.people import Academy
from tests.servers import RUN
from tests.webmail.lists.test_acting import deliver, on_server
from tests.webmail.sync.indexing import messages, synced
from tests.webmail.test_first_mail import browser_of, inbox_url
from webmail.acting import acts
from webmail.models import Act
from webmail.sync import freshness
from webmail.tasks import sweep_acts, sweep_indexes

pytestmark = pytest.mark.django_db(transaction=True)

SWITCHES = {
    "postgresql": (
        "SET default_transaction_read_only = on",
        "SET default_transaction_read_only = off",
    ),
    "sqlite": ("PRAGMA query_only = on", "PRAGMA query_only = off"),
}


@contextmanager
def read_only() -> Iterator[None]:
    """The database refuses every change, as one in maintenance does."""
    on, off = SWITCHES[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)


def opened(academy: Academy, *subjects: str) -> tuple[Client, str]:
    """A browser that has seen the list of these messages."""
    deliver(academy.camille, *subjects)
    client = browser_of(academy.camille)
    url = inbox_url(client, academy.camille)
    client.get(url)
    synced(academy.camille)
    freshness.outdate(academy.camille.mailbox)  # the next page looks at the server
    return client, url


def act_url(academy: Academy) -> str:
    inbox = academy.camille.mailbox.folders.get(special_use="inbox")
    return reverse("act", args=[academy.camille.mailbox.pk, inbox.pk])


def test_without_imap_lists_and_searches_work_and_acting_says_why(academy: Academy) -> None:
    client, url = opened(academy, "Réunion", "Cantine")
    with RUN.without("dovecot"):
        page = client.get(url, {"q": "reunion"}).content.decode()
        assert "Réunion" in page
        assert "Cantine" not in page
        assert "Le serveur de courriel ne répond pas" in page
        told = client.post(act_url(academy), {"action": "archive", "ligne": "m1"})
        assert told.status_code == 503
        assert "ne répond pas" in told.content.decode()
    assert messages(academy.camille).count() == 2
    freshness.outdate(academy.camille.mailbox)
    assert "Le serveur de courriel ne répond pas" not in client.get(url).content.decode()


def test_without_redis_lists_searches_and_acts_work(academy: Academy) -> None:
    client, url = opened(academy, "Réunion", "Cantine")
    with RUN.without("redis"):
        assert "Réunion" in client.get(url, {"q": "reunion"}).content.decode()
        told = client.post(act_url(academy), {"action": "archive", "ligne": "m1"}, follow=True)
        assert "1 message archivé." in told.content.decode()
    assert on_server(academy.camille, "Archives") == 1


def test_what_workers_were_to_do_is_done_when_they_are_back(academy: Academy) -> None:
    client, _url = opened(academy, "un", "deux")
    trash = academy.camille.mailbox.folders.get(special_use="trash")
    client.post(act_url(academy), {"action": "delete", "tout": "1"})
    place = reverse("act", args=[academy.camille.mailbox.pk, trash.pk])
    told = client.post(place, {"action": "erase", "tout": "1"}, follow=True).content.decode()
    assert "2 messages seront supprimés définitivement." in told
    assert on_server(academy.camille, "Corbeille") == 2
    with RUN.without("redis"):  # nobody can be asked either: the row alone remembers
        sweep_acts()
        sweep_indexes()
    Act.objects.update(due_at="2026-01-01T00:00Z")
    acts.carry_on(Act.objects.get(name="erase").pk)
    assert on_server(academy.camille, "Corbeille") == 0


def test_with_a_database_that_takes_no_change_one_reads_and_searches(academy: Academy) -> None:
    client, url = opened(academy, "Réunion", "Cantine")
    deliver(academy.camille, "nouveau")
    with read_only():
        page = client.get(url).content.decode()
        assert "Maintenance en cours" in page
        assert "Cantine" in page
        assert "Réunion" in client.get(url, {"q": "reunion"}).content.decode()
        uid = messages(academy.camille).get(subject="Réunion").uid
        opened_page = client.get(f"{url}message/{uid}/")
        assert opened_page.status_code == 200
        assert "Réunion" in opened_page.content.decode()
    freshness.outdate(academy.camille.mailbox)
    page = client.get(url).content.decode()
    assert "nouveau" in page
    assert "Maintenance en cours" not in page


def test_with_a_database_that_takes_no_change_acting_says_why_and_changes_nothing(
    academy: Academy,
) -> None:
    client, _url = opened(academy, "Réunion")
    with read_only():
        for form in ({"action": "archive", "ligne": "m1"}, {"action": "star", "uid": "1"}):
            told = client.post(act_url(academy), form)
            assert told.status_code == 503
            assert "Rien ne peut être changé pour l’instant" in told.content.decode()
    assert on_server(academy.camille, "Archives") == 0
    synced(academy.camille)
    assert not messages(academy.camille).get().flagged
