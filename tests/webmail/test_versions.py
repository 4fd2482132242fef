"""Choosing the full or the simple version."""

from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tests.people import Academy
from tests.webmail.lists.test_acting import deliver, opened, rows

pytestmark = pytest.mark.django_db


def test_a_choice_is_remembered_and_leads_back_to_the_page() -> None:
    response = Client().get("/version/simple/", {"next": "/courriel/1/?page=2"})
    assert (response.status_code, response["Location"]) == (302, "/courriel/1/?page=2")
    assert response.cookies["pli_version"].value == "simple"


@pytest.mark.parametrize(
    "away",
    [
        "foo",
        "home",
        "",
        "https://x.example/",
        "//x.example/",
        "/\\x.example/",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_page_of_the_site_leads_home(away: str) -> None:
    response = Client().get("/version/simple/", {"next": away})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_there_is_no_third_version() -> None:
    assert Client().get("/version/autre/").status_code == 404


def test_the_sign_in_page_is_read_in_english_by_whoever_asks_for_it() -> None:
    client = Client(headers={"accept-language": "fr"})
    response = client.get("/langue/en/", {"next": "/compte/connexion/"}, follow=True)
    assert "Sign in" in response.content.decode()
    assert client.get("/langue/xx/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_every_mail_page_leads_to_the_simple_version_and_back(academy: Academy) -> None:
    deliver(academy.camille, "un")
    client, inbox = opened(academy.camille)
    mailbox = [academy.camille.mailbox.pk]
    pages = [
        inbox,
        f"{inbox}?q=un&ou=partout",
        rows(client, inbox)["un"].url,
        *(reverse(name, args=mailbox) for name in ("compose", "folders", "outbox")),
        *(reverse(name) for name in ("preferences", "shortcuts", "picture_senders")),
    ]
    for url in pages:
        choice = f"/version/simple/?next={quote(url, safe='')}"
        assert f'href="{choice}"' in client.get(url).content.decode(), url
        shown = client.get(choice, follow=True)
        assert shown.redirect_chain == [(url, 302)]
        assert "/version/complete/" in shown.content.decode(), url
        client.get("/version/complete/")
