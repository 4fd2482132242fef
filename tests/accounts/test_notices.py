"""Notices reach the person through the real mail servers, and wait while these are away."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import FreezeLink, Notice, RecoveryContact
from accounts.telling import notices
from audit.parties import Origin
from tests.mail_programs import signed_in, wait_for
from tests.people import Academy, Person

WHAT = "Votre mot de passe a été changé"
SOMEWHERE = Origin("192.0.2.7", "Firefox")


@pytest.fixture(autouse=True)
def _really_sent(settings: Settings) -> None:
    """Django's test runner puts a backend of its own there, which sends nothing."""
    settings.EMAIL_BACKEND = "mailboxes.service_mail.ServiceMailBackend"


def told(person: Person) -> Notice:
    with transaction.atomic():
        notices.tell(person.user, WHAT, SOMEWHERE)
    return Notice.objects.latest("pk")


def raw_inbox(person: Person) -> str:
    client = signed_in(person.address, person.password)
    client.select("INBOX", readonly=True)
    answer = client.fetch("1", "(BODY.PEEK[])")[1][0]
    assert isinstance(answer, tuple)
    return bytes(answer[1]).decode()


def test_a_notice_arrives_in_text_and_html(academy: Academy) -> None:
    notices.send(told(academy.camille).pk)
    wait_for(signed_in(academy.camille.address, academy.camille.password), WHAT)
    mail = raw_inbox(academy.camille)
    assert "Content-Type: text/plain" in mail
    assert "Content-Type: text/html" in mail
    assert "192.0.2.7" in mail
    assert "Auto-Submitted: auto-generated" in mail


def test_once_sent_its_freeze_link_is_forgotten(academy: Academy) -> None:
    notice = told(academy.camille)
    assert "/ce-n-est-pas-moi/" in notice.text
    notices.send(notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.text, notice.html) == (Notice.State.SENT, "", "")


def test_every_known_address_is_told(academy: Academy) -> None:
    user = academy.camille.user
    kind = RecoveryContact.Kind.ADDRESS
    verified = RecoveryContact(user=user, kind=kind, value="camille@example.org")
    verified.verified_at = timezone.now()
    verified.save()
    RecoveryContact.objects.create(user=user, kind=kind, value="pas-verifiee@example.org")
    told(academy.camille)
    recipients = set(Notice.objects.values_list("recipient", flat=True))
    assert recipients == {academy.camille.address, "camille@example.org"}


def test_a_notice_waits_while_the_mail_server_is_away(academy: Academy, settings: Settings) -> None:
    notice = told(academy.camille)
    port, settings.SMTP_PORT = settings.SMTP_PORT, 1
    notices.send(notice.pk)
    notice.refresh_from_db()
    assert notice.state == Notice.State.QUEUED
    settings.SMTP_PORT = port
    Notice.objects.update(due_at=timezone.now())
    notices.sweep()
    wait_for(signed_in(academy.camille.address, academy.camille.password), WHAT)


def test_a_notice_whose_worker_died_is_sent_by_another(academy: Academy) -> None:
    notice = told(academy.camille)
    long_ago = timezone.now() - timedelta(hours=1)
    Notice.objects.update(state=Notice.State.SENDING, claimed_at=long_ago)
    notices.sweep()
    notice.refresh_from_db()
    assert notice.state == Notice.State.SENT


def test_two_workers_send_it_once(academy: Academy) -> None:
    notice = told(academy.camille)

    def send() -> None:
        notices.send(notice.pk)
        connection.close()

    workers = [Thread(target=send) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    inbox = signed_in(academy.camille.address, academy.camille.password)
    assert wait_for(inbox, WHAT) == [WHAT]


def test_what_was_rolled_back_is_not_told(academy: Academy) -> None:
    with transaction.atomic():
        notices.tell(academy.camille.user, WHAT, SOMEWHERE)
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_what_left_long_ago_is_forgotten(academy: Academy) -> None:
    notices.send(told(academy.camille).pk)
    Notice.objects.update(created_at=timezone.now() - timedelta(days=31))
    FreezeLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    notices.sweep()
    assert not Notice.objects.exists()
    assert not FreezeLink.objects.exists()


def test_after_a_week_a_notice_is_given_up_and_its_link_forgotten(
    academy: Academy, settings: Settings
) -> None:
    notice = told(academy.camille)
    Notice.objects.update(created_at=timezone.now() - timedelta(days=8))
    settings.SMTP_PORT = 1
    notices.send(notice.pk)
    notice.refresh_from_db()
    assert (notice.state, notice.text, notice.html) == (Notice.State.GIVEN_UP, "", "")
