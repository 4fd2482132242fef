"""Choosing the full or the simple version."""

import pytest
from django.test import Client

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
