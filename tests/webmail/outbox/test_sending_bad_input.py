"""Whatever a page is made to post, nothing leaves that its writer may not send."""

import smtplib

import pytest
from django.urls import reverse

from tests import mail_programs
from tests.people import Academy
from tests.webmail.test_first_mail import browser_of, compose_page, filled
from tests.webmail.writing.outgoing import bytes_of
from webmail.models import OutgoingMessage
from webmail.readable import mime

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("field", ["subject", "to", "sender", "cc", "moment", "quand"])
def test_a_line_break_in_a_field_makes_no_header(academy: Academy, field: str) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to=academy.nadia.address, subject="Essai", body="x")
    fields[field] = f"{fields.get(field, '')}\r\nBcc: bombe@x.fr\r\n\r\nX-Faux: 1"
    assert client.post(url, fields).status_code in {200, 302}
    for message in OutgoingMessage.objects.all():
        head = bytes_of(message).partition(b"\r\n\r\n")[0].lower()
        assert b"\r\nx-faux" not in head
        assert b"\r\nbcc" not in head


def test_ten_thousand_recipients_are_refused_quickly_and_said(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    crowd = ", ".join(f"a{number}@x.fr" for number in range(10_000))
    page = client.post(url, filled(form, to=crowd, subject="Essai"))
    assert page.status_code == 200
    assert page.context["form"].errors["to"]
    assert not OutgoingMessage.objects.exists()


def test_an_address_that_is_not_ones_own_is_refused_by_the_site(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to=academy.nadia.address, subject="Essai", sender=academy.nadia.address)
    page = client.post(url, fields)
    assert page.context["form"].errors["sender"]
    assert not OutgoingMessage.objects.exists()


def test_an_address_that_is_not_ones_own_is_refused_by_postfix(academy: Academy) -> None:
    message = mail_programs.letter(academy.nadia.address, academy.bastien.address, "Faux")
    with pytest.raises(smtplib.SMTPException):
        mail_programs.send(
            academy.camille.address,
            academy.camille.password,
            message,
            [academy.bastien.address],
            sender=academy.nadia.address,
        )


def test_scripts_do_not_leave(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    html = '<p onclick="a()">Bonjour<script>b()</script><a href="javascript:c()">ici</a></p>'
    client.post(url, filled(form, to=academy.nadia.address, subject="Essai", html=html))
    message = mime.read_bytes(bytes_of(OutgoingMessage.objects.get()))
    html = message.html or ""
    assert "Bonjour" in html
    for trace in ("onclick", "script", "b()"):
        assert trace not in html


@pytest.mark.parametrize("action", ["retry", "now", "delete", "jamais", ""])
def test_the_outbox_of_another_is_missing(academy: Academy, action: str) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    client.post(url, filled(form, to=academy.nadia.address, subject="Essai"))
    message = OutgoingMessage.objects.get()
    intruder = browser_of(academy.bastien)
    for mailbox in (academy.camille.mailbox, academy.bastien.mailbox):
        page = intruder.post(
            reverse("outbox", args=[mailbox.pk]), {"id": message.pk, "action": action}
        )
        assert page.status_code == 404
    assert OutgoingMessage.objects.exists()
