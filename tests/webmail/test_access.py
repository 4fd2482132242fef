"""Somebody else's mailbox answers as a missing one, on every page."""

import pytest
from django.test import Client
from django.urls import reverse

from mailboxes.models import Mailbox
from tests.people import Academy
from tests.webmail.test_first_mail import browser_of, inbox_url, letter, put
from webmail.models import Folder

pytestmark = pytest.mark.django_db(transaction=True)

MISSING = 999_999


def pages(mailbox_id: int, folder_id: int) -> list[str]:
    place = [mailbox_id, folder_id, 1]
    return [
        reverse("mailbox", args=[mailbox_id]),
        reverse("folder", args=[mailbox_id, folder_id]),
        reverse("message", args=place),
        reverse("body_frame", args=place),
        reverse("source", args=place),
        reverse("inline_image", args=[*place, "1"]),
        reverse("attachment", args=[*place, "1", "a.pdf"]),
        reverse("compose", args=[mailbox_id]),
        reverse("outbox", args=[mailbox_id]),
    ]


def with_mail(academy: Academy) -> Folder:
    put(academy.camille, letter(academy.nadia, academy.camille, "Confidentiel"))
    inbox_url(browser_of(academy.camille), academy.camille)
    return Folder.objects.get(mailbox=academy.camille.mailbox, special_use="inbox")


def test_the_owner_sees_each_page(academy: Academy) -> None:
    folder = with_mail(academy)
    client = browser_of(academy.camille)
    shown = [
        client.get(url, follow=True).status_code for url in pages(folder.mailbox_id, folder.pk)
    ]
    # The message is one plain text: it has no picture to show.
    assert shown == [200, 200, 200, 200, 200, 404, 200, 200, 200]


def test_a_stranger_gets_what_a_missing_mailbox_gives(academy: Academy) -> None:
    folder = with_mail(academy)
    client = browser_of(academy.bastien)
    foreign = [client.get(url) for url in pages(folder.mailbox_id, folder.pk)]
    missing = [client.get(url) for url in pages(MISSING, folder.pk)]
    assert {page.status_code for page in foreign} == {404}
    assert [page.content for page in foreign] == [page.content for page in missing]


def test_a_stranger_can_do_nothing_to_a_message(academy: Academy) -> None:
    folder = with_mail(academy)
    client = browser_of(academy.bastien)
    url = reverse("act", args=[folder.mailbox_id, folder.pk])
    assert client.post(url, {"uid": 1, "action": "delete"}).status_code == 404
    assert (
        "Confidentiel"
        in browser_of(academy.camille)
        .get(reverse("folder", args=[folder.mailbox_id, folder.pk]))
        .content.decode()
    )


def test_a_folder_of_somebody_else_is_missing_from_ones_own_mailbox(academy: Academy) -> None:
    folder = with_mail(academy)
    client = browser_of(academy.bastien)
    own = academy.bastien.mailbox.pk
    for url in (
        reverse("folder", args=[own, folder.pk]),
        reverse("message", args=[own, folder.pk, 1]),
    ):
        assert client.get(url).status_code == 404


def test_nobody_reads_a_functional_mailbox_without_a_right(academy: Academy) -> None:
    office: Mailbox = academy.office
    assert browser_of(academy.camille).get(reverse("mailbox", args=[office.pk])).status_code == 404


def test_whoever_is_not_signed_in_is_asked_to(academy: Academy) -> None:
    folder = with_mail(academy)
    for url in pages(folder.mailbox_id, folder.pk):
        page = Client().get(url)
        assert page.status_code == 302
        assert page.headers["Location"].startswith(reverse("account_login"))


def test_a_frozen_account_loses_its_open_pages(academy: Academy) -> None:
    client = browser_of(academy.camille)
    assert client.get("/", follow=True).status_code == 200
    academy.camille.user.is_active = False
    academy.camille.user.save(update_fields=["is_active"])
    page = client.get(reverse("mailbox", args=[academy.camille.mailbox.pk]))
    assert page.status_code == 302


@pytest.mark.parametrize(
    "name",
    ["/courriel/99999999999999999999/", "/courriel/1/dossier/9999999999999999999999/", "/rien/"],
)
def test_odd_addresses_have_a_page_in_the_sites_look(academy: Academy, name: str) -> None:
    page = browser_of(academy.camille).get(name)
    assert page.status_code == 404
    assert "<h1" in page.content.decode()


@pytest.mark.parametrize(
    "query", ["?page=-1", "?page=abc", "?page=99999999999", "?page=²", "?page="]
)
def test_an_odd_page_number_breaks_nothing(academy: Academy, query: str) -> None:
    client = browser_of(academy.camille)
    assert client.get(inbox_url(client, academy.camille) + query).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "?mode=reply",
        "?mode=x&dossier=1&uid=1",
        "?mode=reply&dossier=a&uid=1",
        "?mode=reply&dossier=1&uid=-4",
    ],
)
def test_an_odd_answer_is_a_missing_page(academy: Academy, query: str) -> None:
    client = browser_of(academy.camille)
    assert (
        client.get(reverse("compose", args=[academy.camille.mailbox.pk]) + query).status_code == 404
    )


def test_a_method_that_a_page_lacks_has_a_page_too(academy: Academy) -> None:
    client = browser_of(academy.camille)
    page = client.post(reverse("mailbox", args=[academy.camille.mailbox.pk]))
    assert page.status_code == 405
    assert "<h1" in page.content.decode()


@pytest.mark.parametrize("name", ["folder", "message", "body_frame", "source"])
def test_a_shared_computer_keeps_nothing_of_what_was_read(academy: Academy, name: str) -> None:
    folder = with_mail(academy)
    place = [folder.mailbox_id, folder.pk, *([] if name == "folder" else [1])]
    page = browser_of(academy.camille).get(reverse(name, args=place))
    assert page.status_code == 200
    assert {"no-store", "private"} <= set(page.headers["Cache-Control"].split(", "))


def test_signing_out_empties_the_browsers_cache(academy: Academy) -> None:
    client = browser_of(academy.camille)
    page = client.post(reverse("account_logout"))
    assert page.status_code == 302
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_a_page_to_sign_in_may_be_kept(academy: Academy) -> None:
    page = Client().get(reverse("account_login"))
    assert "Clear-Site-Data" not in page.headers
