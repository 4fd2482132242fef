"""Mail servers of somebody else, which know no tokens (MAIL_AUTH=password)."""

from email.message import EmailMessage

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.sealed import sealed_password
from accounts.secrets import Password
from tests import mail_programs
from tests.accounts.test_signin import sign_in
from tests.people import Academy, Person
from tests.webmail.test_first_mail import compose_page, filled, inbox_url, letter, put
from webmail import imap, outbox
from webmail.errors import DangerousText, LoginRefused, PasswordNeeded
from webmail.models import OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

State = OutgoingMessage.State


@pytest.fixture(autouse=True)
def _passwords(settings: Settings) -> None:
    """The academy's own servers take passwords too: here nothing else is used with them."""
    settings.MAIL_AUTH = "password"
    imap.POOL.close()


def signed_in(person: Person) -> Client:
    client = Client()
    assert sign_in(client, person.login) == "/"
    return client


def without_key(client: Client) -> Client:
    """As after the browser was closed: its session lives, the key is gone."""
    del client.cookies[sealed_password.COOKIE]
    return client


def inbox(person: Person, client: Client) -> str:
    return inbox_url(client, person)


def test_who_signs_in_with_the_password_reads_the_mail(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Bonjour"))
    client = signed_in(academy.camille)
    assert "Bonjour" in client.get(inbox(academy.camille, client)).content.decode()


def test_neither_the_session_nor_the_cookie_tells_the_password(academy: Academy) -> None:
    client = signed_in(academy.camille)
    kept = Session.objects.get().get_decoded()
    told = str(kept) + client.cookies[sealed_password.COOKIE].value
    assert academy.camille.password not in told
    assert sealed_password.IN_SESSION in kept
    cookie = client.cookies[sealed_password.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Strict", "")


def test_a_browser_without_the_key_is_asked_to_sign_in_again(academy: Academy) -> None:
    client = signed_in(academy.camille)
    url = inbox(academy.camille, client)
    imap.POOL.close()
    page = without_key(client).get(url)
    assert page.status_code == 403
    assert "Votre mot de passe est nécessaire" in page.content.decode()


@pytest.mark.parametrize("key", ["", "x", "é", "A" * 44])
def test_a_key_that_opens_nothing_is_as_good_as_none(academy: Academy, key: str) -> None:
    client = signed_in(academy.camille)
    url = inbox(academy.camille, client)
    client.cookies[sealed_password.COOKIE] = key
    assert client.get(url).status_code == 403


def test_the_key_of_one_session_opens_no_other(academy: Academy) -> None:
    one, other = signed_in(academy.camille), signed_in(academy.camille)
    url = inbox(academy.camille, one)
    one.cookies[sealed_password.COOKIE] = other.cookies[sealed_password.COOKIE].value
    assert one.get(url).status_code == 403


def test_signing_out_takes_the_key_away(academy: Academy) -> None:
    client = signed_in(academy.camille)
    answer = client.post(reverse("account_logout"))
    assert answer.cookies[sealed_password.COOKIE].value == ""


def test_a_waiting_connection_is_not_used_without_the_password(academy: Academy) -> None:
    client = signed_in(academy.camille)
    url = inbox(academy.camille, client)
    client.get(url)
    # The list comes from the index; the next request finds no password to ask the server with.
    without_key(client).get(url)
    with pytest.raises(PasswordNeeded), imap.session(*[academy.camille.address] * 2):
        pass


def test_a_password_opens_ones_own_mailbox_only(academy: Academy) -> None:
    signed_in(academy.camille)
    with (
        pytest.raises(LoginRefused),
        imap.session(academy.office_address, academy.camille.address),
    ):
        pass


def test_a_password_with_a_line_break_is_not_sent(academy: Academy) -> None:
    signed_in(academy.camille)
    sealed_password._current.set(Password("a\r\nb"))  # noqa: SLF001
    with pytest.raises(DangerousText), imap.session(*[academy.camille.address] * 2):
        pass


def with_file(author: Person, reader: Person) -> EmailMessage:
    message = letter(author, reader, "Dossier")
    message.add_attachment(b"x" * 600_000, maintype="application", subtype="pdf", filename="n.pdf")
    return message


def write_to(client: Client, author: Person, reader: Person, subject: str) -> OutgoingMessage:
    url, form = compose_page(client, author)
    fields = filled(form, to=reader.address, subject=subject, body="Bonjour.")
    client.post(url, fields)
    return OutgoingMessage.objects.get(subject=subject)


def test_a_message_is_sent_while_the_page_is_open(academy: Academy) -> None:
    client = signed_in(academy.camille)
    message = write_to(client, academy.camille, academy.nadia, "Tout de suite")
    assert message.state == State.SENT
    reader = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    mail_programs.wait_for(reader, "Tout de suite")
    own = mail_programs.signed_in(academy.camille.address, academy.camille.password)
    assert "Tout de suite" in mail_programs.subjects(own, '"Envoy&AOk-s"')


def test_a_worker_lets_the_message_wait_and_the_next_sign_in_sends_it(academy: Academy) -> None:
    client = signed_in(academy.camille)
    waiting = reverse("outbox", args=[academy.camille.mailbox.pk])
    without_key(client)
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to=academy.nadia.address, subject="Plus tard", body="A.")
    client.post(url, fields)
    message = OutgoingMessage.objects.get()
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == State.QUEUED
    assert "partira à votre prochaine connexion" in client.get(waiting).content.decode()
    signed_in(academy.camille)
    message.refresh_from_db()
    assert message.state == State.SENT


def test_the_password_is_not_kept_where_tokens_do(academy: Academy, settings: Settings) -> None:
    settings.MAIL_AUTH = "token"
    client = signed_in(academy.camille)
    assert sealed_password.COOKIE not in client.cookies
    assert sealed_password.IN_SESSION not in Session.objects.get().get_decoded()
