"""Reporting phishing, sending a message on as it is, and read receipts: what the others get."""

import pytest
from django.conf import LazySettings
from django.test import Client

from audit.events import Event
from audit.models import Entry
from tests import mail_programs
from tests.people import Academy, Person
from tests.webmail.conversations.test_invitations import delivered
from tests.webmail.lists.test_acting import on_server, opened, rows
from tests.webmail.sync.indexing import message, program
from tests.webmail.test_first_mail import browser_of
from webmail import outbox
from webmail.conversations.message_pane import MessagePane
from webmail.imap import session
from webmail.models import OutgoingMessage
from webmail.readable import mime

pytestmark = pytest.mark.django_db(transaction=True)

SPAM = message("Votre boîte est pleine", own="piege@x", sender="Aide <aide@piege.example>")


def read(person: Person, raw: bytes, subject: str) -> tuple[Client, MessagePane]:
    """The person opens the message, which was in their INBOX."""
    with program(person) as imap:
        imap.put(raw)
    client, url = opened(person)
    pane = client.get(rows(client, url)[subject].url).context["reading"]
    assert isinstance(pane, MessagePane)
    return client, pane


def sent() -> OutgoingMessage:
    """The one message on its way, handed to Postfix."""
    row = OutgoingMessage.objects.get()
    outbox.send(row.pk)
    row.refresh_from_db()
    assert row.state == OutgoingMessage.State.SENT, row.detail
    return row


def test_reported_phishing_reaches_the_desk_as_it_came(
    academy: Academy, settings: LazySettings
) -> None:
    settings.PHISHING_DESK = academy.nadia.address
    client, pane = read(academy.camille, SPAM, "Votre boîte est pleine")
    page = client.post(pane.phishing_url, follow=True)
    assert "signalé comme hameçonnage" in page.content.decode()
    assert (on_server(academy.camille, "INBOX"), on_server(academy.camille, "Indésirables")) == (
        0,
        1,
    )
    sent()
    report = delivered(academy.nadia, "Hameçonnage signalé : Votre boîte est pleine")
    (enclosed,) = (it for it in report.walk() if it.get_content_type() == "message/rfc822")
    assert b"Message-ID: <piege@x>" in enclosed.as_bytes()
    assert SPAM.rstrip() in report.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    entry = Entry.objects.get(event=Event.PHISHING_REPORTED)
    assert "aide@piege.example" in entry.reason
    back = page.context["undo"]
    client.post(back.url)
    assert on_server(academy.camille, "INBOX") == 1


def test_without_a_desk_phishing_is_put_away_and_journalled(academy: Academy) -> None:
    client, pane = read(academy.camille, SPAM, "Votre boîte est pleine")
    client.post(pane.phishing_url)
    assert on_server(academy.camille, "Indésirables") == 1
    assert Entry.objects.filter(event=Event.PHISHING_REPORTED).count() == 1
    assert not OutgoingMessage.objects.exists()


def test_a_redirected_message_arrives_as_its_author_wrote_it(academy: Academy) -> None:
    raw = message("Devis", own="devis@x", sender="Marc <marc@entreprise.example>", text="Ci-joint.")
    client, pane = read(academy.camille, raw, "Devis")
    form = {
        "to": academy.nadia.address,
        "token": client.get(pane.send_on_url).context["form"]["token"].value(),
    }
    for _ in range(2):
        page = client.post(pane.send_on_url, form, follow=True)
    assert "Message redirigé" in page.content.decode()
    sent()
    found = delivered(academy.nadia, "Devis")
    assert (found["From"], found["Message-ID"]) == ("Marc <marc@entreprise.example>", "<devis@x>")
    assert academy.camille.address in found["Resent-From"]
    assert found["Resent-To"] == academy.nadia.address
    assert found["Resent-Date"]
    assert found["Resent-Message-ID"] != found["Message-ID"]
    assert found.get_content().strip() == "Ci-joint."


@pytest.mark.parametrize("to", ["", "pas une adresse", "a@b.fr\r\nBcc: x@y.fr, c@"])
def test_a_wrong_address_redirects_nothing(academy: Academy, to: str) -> None:
    client, pane = read(academy.camille, SPAM, "Votre boîte est pleine")
    token = client.get(pane.send_on_url).context["form"]["token"].value()
    page = client.post(pane.send_on_url, {"to": to, "token": token})
    assert page.context["form"].errors["to"]
    assert not OutgoingMessage.objects.exists()


def asking(academy: Academy) -> bytes:
    raw = message("Urgent", own="urgent@x", to=academy.camille.historic_address)
    wanted = f"Disposition-Notification-To: {academy.nadia.address}\r\nOriginal-Recipient: rfc822;c@x\r\n"
    return wanted.encode() + raw


def flags(person: Person) -> frozenset[str]:
    with session(person.address, person.address) as mail:
        mail.select("INBOX")
        (row,) = mail.flag_rows(mail.all_uids())
        return row.flags | row.keywords


def test_a_receipt_leaves_only_with_consent_and_once(academy: Academy) -> None:
    client, pane = read(academy.camille, asking(academy), "Urgent")
    assert pane.receipt is not None
    assert not OutgoingMessage.objects.exists()
    for _ in range(2):
        client.post(pane.receipt.url, {"reponse": "oui"})
    assert "$MDNSent" in flags(academy.camille)
    sent()
    raw = delivered(academy.nadia, "Lu : Urgent").as_bytes()
    (receipt,) = mime.read_bytes(raw).reports.receipts
    assert (receipt.recipient, receipt.disposition) == ("c@x", "displayed")
    assert f"Final-Recipient: rfc822;{academy.camille.historic_address}".encode() in raw
    assert b"Original-Message-ID: <urgent@x>" in raw
    assert b"Return-Path: <>" in raw
    assert client.get(pane.url).context["reading"].receipt is None


def test_who_declines_a_receipt_is_not_asked_again(academy: Academy) -> None:
    client, pane = read(academy.camille, asking(academy), "Urgent")
    assert pane.receipt is not None
    client.post(pane.receipt.url, {"reponse": "non"})
    assert "$MDNSent" in flags(academy.camille)
    assert client.get(pane.url).context["reading"].receipt is None
    assert client.post(pane.receipt.url, {"reponse": "oui"}).status_code == 404
    assert not OutgoingMessage.objects.exists()


def test_strangers_and_odd_answers_find_nothing(academy: Academy) -> None:
    client, pane = read(academy.camille, asking(academy), "Urgent")
    assert pane.receipt is not None
    stranger = browser_of(academy.bastien)
    for url in (pane.receipt.url, pane.phishing_url, pane.send_on_url):
        assert stranger.post(url, {"reponse": "oui", "to": "a@b.fr"}).status_code == 404
    assert stranger.get(pane.send_on_url).status_code == 404
    assert client.post(pane.receipt.url, {"reponse": "peut-être"}).status_code == 404
    assert on_server(academy.camille, "INBOX") == 1
    assert not OutgoingMessage.objects.exists()
    assert mail_programs.subjects(
        mail_programs.signed_in(academy.camille.address, academy.camille.password)
    ) == ["Urgent"]
