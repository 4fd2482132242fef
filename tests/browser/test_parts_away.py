"""What an open page can do while a part of the service is away. Each part is really stopped, and started again."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from tests.browser.test_list import open_list, row, tick, toolbar
from tests.people import Academy
from tests.servers import RUN
from tests.webmail.lists.test_acting import deliver, deliver_many, on_server
from tests.webmail.test_push import deliver as post
from tests.webmail.test_push import wait_until_told
from webmail.sync import freshness

pytestmark = pytest.mark.django_db(transaction=True)


def look_again(page: Page, academy: Academy) -> None:
    """As some seconds later: a page that was just shown is not looked at twice."""
    freshness.outdate(academy.camille.mailbox)
    page.reload()


def test_without_workers_mail_is_read_and_much_work_waits_for_them(
    page: Page, live: str, academy: Academy
) -> None:
    deliver_many(academy.camille)
    open_list(page, live, academy.camille)
    with RUN.without("worker"):
        post(academy.nadia, academy.camille, "pendant la panne")
        look_again(page, academy)
        expect(row(page, "pendant la panne")).to_be_visible()
        page.locator("[data-all]:visible").first.check()
        page.locator("[data-every]").check()
        toolbar(page, "Archiver").click()
        expect(page.get_by_text("En cours : 502 messages archivés.")).to_be_visible()
        assert on_server(academy.camille, "Archives") == 0
    expect(page.get_by_text("Aucun message dans ce dossier.")).to_be_visible()
    assert on_server(academy.camille, "Archives") == 502


def test_without_redis_one_reads_and_acts_and_mail_then_appears_again(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un", "deux")
    open_list(page, live, academy.camille)
    wait_until_told(academy.camille)
    with RUN.without("redis"):
        page.reload()
        row(page, "deux").locator("a").click()
        expect(page.get_by_role("heading", name="deux", exact=True)).to_be_visible()
        tick(page, "un")
        toolbar(page, "Archiver").click()
        expect(page.get_by_text("1 message archivé.")).to_be_visible()
    post(academy.nadia, academy.camille, "de nouveau")
    expect(row(page, "de nouveau")).to_be_visible(timeout=40_000)


def test_without_the_mail_server_lists_stay_and_messages_open_again_later(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    open_list(page, live, academy.camille)
    with RUN.without("dovecot"):
        look_again(page, academy)
        expect(page.get_by_text("Le serveur de courriel ne répond pas.")).to_be_visible()
        row(page, "un").locator("a").click()
        expect(page.get_by_role("heading", name="momentanément inaccessible")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="un", exact=True)).to_be_visible()


@contextmanager
def read_only_database() -> Iterator[None]:
    """As in maintenance, for every process: PostgreSQL by its own setting, SQLite by a file nobody may write."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "postgresql":
        with RUN.without("web"):
            _configure(name, "on")
        try:
            yield
        finally:
            with RUN.without("web"):
                _configure(name, "off")
        return
    # Nobody's permissions bind root.
    if subprocess.run(["chattr", "+i", name], check=False).returncode:  # noqa: S603, S607
        pytest.skip("here no file can be made immutable, as it would be to stop root from writing")
    try:
        yield
    finally:
        subprocess.run(["chattr", "-i", name], check=True)  # noqa: S603, S607


def _configure(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {value}')


def test_while_the_database_takes_no_change_one_reads_and_is_told(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un", "deux")
    open_list(page, live, academy.camille)
    with read_only_database():
        look_again(page, academy)
        expect(page.get_by_text("Maintenance en cours.")).to_be_visible()
        row(page, "un").locator("a").click()
        expect(page.get_by_role("heading", name="un", exact=True)).to_be_visible()
        tick(page, "deux")
        toolbar(page, "Archiver").click()
        expect(page.get_by_role("alert")).to_contain_text("Rien ne peut être changé")
        expect(row(page, "deux")).to_be_visible()
    assert on_server(academy.camille, "INBOX") == 2
    tick(page, "deux")
    toolbar(page, "Archiver").click()
    expect(page.get_by_text("1 message archivé.")).to_be_visible()
