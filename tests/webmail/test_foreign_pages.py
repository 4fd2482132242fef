"""Pages on somebody else's mail server, a real Cyrus: it knows no token and tells nobody of new mail."""

from collections.abc import Iterator
from email.policy import SMTP

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.sealed import sealed_password
from tests.accounts.test_signin import sign_in
from tests.foreign import cyrus
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.conversations.test_attached import LARGE, content_of
from tests.webmail.lists.test_acting import rows
from tests.webmail.sync.indexing import message, messages, program
from tests.webmail.test_first_mail import letter
from webmail import imap
from webmail.models import MailboxIndex

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def camille(academy: Academy, settings: Settings) -> Iterator[Person]:
    person = academy.camille
    settings.MAIL_AUTH = "password"
    with cyrus() as server:
        server.add(person.address, person.password)
        settings.IMAP_PORT = server.port
        yield person
        imap.POOL.close()


def opened(person: Person) -> tuple[Client, str]:
    """A browser that shows the INBOX, and its address."""
    client = Client()
    sign_in(client, person.login)
    answer = client.get(reverse("mailbox", args=[person.mailbox.pk]), follow=True)
    assert answer.status_code == 200
    return client, answer.redirect_chain[-1][0]


def looked(client: Client, url: str, person: Person) -> dict[str, str | bool]:
    """What an open page is told when it asks; some seconds after it last did."""
    cache.clear()
    page = client.get(url)
    inbox = next(link for link in page.context["folders"] if link.special == "inbox")
    cache.clear()
    answer = client.post(page.context["live"].look_url, {"dossier": inbox.id})
    assert answer.status_code == 200
    told: dict[str, str | bool] = answer.json()
    return told


def test_an_open_page_learns_of_new_mail_and_of_flags_set_elsewhere(camille: Person) -> None:
    client, url = opened(camille)
    before = looked(client, url, camille)["version"]
    assert looked(client, url, camille)["version"] == before
    with program(camille) as mail:
        mail.put(message("nouveau"))
        look_url = reverse("look_again", args=[camille.mailbox.pk])
        cache.clear()
        arrived = client.post(look_url, {"dossier": "0"}).json()
        assert arrived["version"] != before
        assert [it.subject for it in messages(camille)] == ["nouveau"]
        mail.select()
        mail.uid("STORE", "1", "+FLAGS", "\\Flagged")
    assert looked(client, url, camille)["version"] != arrived["version"]
    assert rows(client, url)["nouveau"].starred


def test_the_index_is_filled_by_the_questions_of_an_open_page(camille: Person) -> None:
    client, url = opened(camille)
    with program(camille) as mail:
        mail.do("create", "Projets")
        for number in range(60):
            mail.put(message(f"note {number}"), folder="Projets")
    MailboxIndex.objects.filter(mailbox=camille.mailbox).update(unfinished=True)
    told = looked(client, url, camille)
    while told["unfinished"]:
        told = looked(client, url, camille)
    assert messages(camille, "Projets").count() == 60


def test_a_page_that_asks_while_the_server_is_away_is_told_the_old_state(
    academy: Academy, settings: Settings
) -> None:
    settings.MAIL_AUTH = "password"
    client = Client()
    sign_in(client, academy.camille.login)
    with RUN.without("dovecot"):
        look_url = reverse("look_again", args=[academy.camille.mailbox.pk])
        told = client.post(look_url, {"dossier": "0"}).json()
    assert told == {"version": "0-0", "unfinished": False}


def test_a_large_file_comes_whole(camille: Person, academy: Academy) -> None:
    film = letter(academy.nadia, camille, "Film")
    film.add_attachment(LARGE, maintype="application", subtype="zip", filename="film.zip")
    with program(camille) as mail:
        mail.put(film.as_bytes(policy=SMTP))
    client, url = opened(camille)
    (chip,) = client.get(rows(client, url)["Film"].url).context["reading"].files.chips
    assert content_of(client.get(chip.download_url)) == LARGE


def test_without_the_password_a_page_is_told_nothing(camille: Person) -> None:
    client, _url = opened(camille)
    look_url = reverse("look_again", args=[camille.mailbox.pk])
    cache.clear()
    imap.POOL.close()
    key = client.cookies.pop(sealed_password.COOKIE)
    assert client.post(look_url, {"dossier": "0"}).status_code == 403
    client.cookies[sealed_password.COOKIE] = key.value
    cache.clear()
    assert client.post(look_url, {"dossier": "0"}).status_code == 200


def test_nobody_asks_for_somebody_else_s_mailbox(camille: Person, academy: Academy) -> None:
    client, _url = opened(camille)
    theirs = reverse("look_again", args=[academy.nadia.mailbox.pk])
    assert client.post(theirs, {"dossier": "0"}).status_code == 404
    own = reverse("look_again", args=[camille.mailbox.pk])
    assert client.post(own, {"dossier": "x"}).status_code == 404
    assert client.get(own).status_code == 405


def test_on_the_academy_s_own_servers_no_page_asks(
    camille: Person, settings: Settings, academy: Academy
) -> None:
    settings.MAIL_AUTH = "token"
    client = Client()
    client.force_login(academy.nadia.user)
    own = reverse("look_again", args=[academy.nadia.mailbox.pk])
    assert client.post(own, {"dossier": "0"}).status_code == 404
