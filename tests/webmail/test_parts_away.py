"""What people see, and what is kept, while a server is away. The servers are really stopped."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests import mail_programs
from tests.people import Academy
from tests.servers import RUN
from tests.webmail.test_first_mail import browser_of, compose_page, filled, inbox_url, letter, put
from webmail import outbox
from webmail.models import OutgoingMessage
from webmail.tasks import beat_of_workers

pytestmark = pytest.mark.django_db(transaction=True)

State = OutgoingMessage.State


def test_without_imap_the_list_stays_and_says_so(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = inbox_url(client, academy.camille)
    with RUN.without("dovecot"):
        page = client.get(url)
        assert page.status_code == 200
        assert "Le serveur de courriel ne répond pas" in page.content.decode()
        told = page.content.decode()
        assert reverse("compose", args=[academy.camille.mailbox.pk]) in told
        assert client.get(reverse("compose", args=[academy.camille.mailbox.pk])).status_code == 200
    assert client.get(url).status_code == 200


def test_without_smtp_a_message_waits_in_the_outbox_and_leaves_later(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    with RUN.without("postfix"):
        client.post(url, filled(form, to=academy.nadia.address, subject="Patience", body="x"))
        message = OutgoingMessage.objects.get()
        outbox.send(message.pk)
        message.refresh_from_db()
        assert message.state == State.QUEUED
        page = client.get(reverse("outbox", args=[academy.camille.mailbox.pk])).content.decode()
        assert "En attente du serveur" in page
    outbox.retry_now(message)
    outbox.send(message.pk)
    colleague = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    assert mail_programs.wait_for(colleague, "Patience").count("Patience") == 1


def test_without_imap_a_sent_message_is_filed_once_imap_is_back(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    client.post(url, filled(form, to=academy.nadia.address, subject="À classer", body="x"))
    message = OutgoingMessage.objects.get()
    OutgoingMessage.objects.filter(pk=message.pk).update(state=State.SENT)
    with RUN.without("dovecot"):
        outbox.file_copy(message.pk)
        message.refresh_from_db()
        assert message.filed_at is None
    OutgoingMessage.objects.filter(pk=message.pk).update(due_at=message.created_at)
    outbox.file_copy(message.pk)
    outbox.file_copy(message.pk)
    sent = mail_programs.signed_in(academy.camille.address, academy.camille.password)
    assert mail_programs.subjects(sent, '"Envoy&AOk-s"') == ["À classer"]


def test_a_message_that_waits_can_be_taken_back(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    client.post(url, filled(form, to=academy.nadia.address, subject="Finalement non", body="x"))
    message = OutgoingMessage.objects.get()
    page = client.post(
        reverse("outbox", args=[academy.camille.mailbox.pk]),
        {"id": message.pk, "action": "delete"},
        follow=True,
    )
    assert "ne sera pas envoyé" in page.content.decode()
    outbox.send(message.pk)
    assert not OutgoingMessage.objects.exists()


def test_a_message_whose_worker_died_is_uncertain_and_never_resent_by_itself(
    academy: Academy,
) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    client.post(url, filled(form, to=academy.nadia.address, subject="Parti ?", body="x"))
    message = OutgoingMessage.objects.get()
    claimed = message.created_at - 2 * outbox.ANSWER_LASTS
    OutgoingMessage.objects.filter(pk=message.pk).update(
        state=State.SENDING, claimed_at=claimed, handed_at=claimed
    )
    outbox.sweep()
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == State.UNCERTAIN
    page = client.get(reverse("outbox", args=[academy.camille.mailbox.pk])).content.decode()
    assert "peut-être parti" in page


def test_somebody_who_lost_the_mailbox_sends_nothing_that_still_waits(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    client.post(url, filled(form, to=academy.nadia.address, subject="Trop tard", body="x"))
    academy.camille.user.is_active = False
    academy.camille.user.save(update_fields=["is_active"])
    message = OutgoingMessage.objects.get()
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == State.REFUSED


def test_the_site_says_which_part_is_away(academy: Academy) -> None:
    client = Client()
    beat_of_workers()
    page = client.get("/readyz")
    assert (page.status_code, json.loads(page.content)) == (
        200,
        {"database": True, "redis": True, "imap": True, "smtp": True, "workers": True},
    )
    with RUN.without("dovecot"):
        page = client.get("/readyz")
        assert page.status_code == 503
        assert json.loads(page.content)["imap"] is False
    assert client.get("/healthz").content == b"ok\n"


def test_without_redis_mail_is_read_and_written_all_the_same(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Sans Redis"))
    client = browser_of(academy.camille)
    with RUN.without("redis"):
        assert "Sans Redis" in client.get(inbox_url(client, academy.camille)).content.decode()
        url, form = compose_page(client, academy.camille)
        client.post(
            url, filled(form, to=academy.nadia.address, subject="Écrit sans Redis", body="x")
        )
        page = client.get("/readyz")
        assert page.status_code == 503
        assert json.loads(page.content)["redis"] is False
    message = OutgoingMessage.objects.get()
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == State.SENT
