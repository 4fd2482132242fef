"""Pages of a list come from the index alone, in any order, however deep, and cost the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.people import open_academy
from tests.webmail.lists.listed import NEWEST, fill, folder_of
from webmail.lists import listing
from webmail.lists.list_address import ListAddress, Order, Show, View
from webmail.lists.listing import ListRow
from webmail.models import Folder, FolderConversation, IndexedMessage, Label

pytestmark = pytest.mark.django_db

MOST_QUERIES = 6


@pytest.fixture
def folder() -> Folder:
    folder = folder_of(open_academy().camille.mailbox)
    fill(folder, 230)
    folder.refresh_from_db()
    return folder


@pytest.fixture
def browser(folder: Folder) -> Client:
    """Signed in as Camille, whose mailbox was looked at a moment ago."""
    client = Client()
    assert folder.mailbox.owner is not None
    client.force_login(folder.mailbox.owner)
    cache.set(f"looked-at:{folder.mailbox_id}", 1, timeout=60)
    return client


def walk(folder: Folder, address: ListAddress, view: View) -> list[ListRow]:
    """All pages forwards, then back again to the first."""
    page = listing.page_of(folder, address, view)
    rows = list(page.rows)
    while page.older:
        page = listing.page_of(folder, replace(address, older_than=page.older), view)
        rows.extend(page.rows)
    back = list(page.rows)
    while page.newer:
        page = listing.page_of(folder, replace(address, newer_than=page.newer), view)
        back = [*page.rows, *back]
    assert set(map(uid, back)) == set(map(uid, rows))
    return rows


def uid(row: ListRow) -> int:
    return row.uid if isinstance(row, IndexedMessage) else row.last_uid


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("order", Order)
def test_every_row_is_met_once_in_any_order(folder: Folder, order: Order, view: View) -> None:
    rows = walk(folder, ListAddress(order=order), view)
    keys: dict[Order, Callable[[ListRow], Any]] = {
        Order.NEWEST: lambda row: -uid(row),
        Order.OLDEST: uid,
        Order.SENDER: lambda row: (row.sender_key, -uid(row)),
        Order.SUBJECT: lambda row: (row.subject_key, -uid(row)),
        Order.LARGEST: lambda row: (-row.size, -uid(row)),
    }
    assert rows == sorted(rows, key=keys[order])
    assert sorted(map(uid, rows)) == list(range(1, 231))


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize(
    ("show", "step"),
    [(Show.UNREAD, 3), (Show.STARRED, 5), (Show.ATTACHMENTS, 7), (Show.EXTERNAL, 2)],
)
def test_a_filter_leaves_just_what_it_names(
    folder: Folder, show: Show, step: int, view: View
) -> None:
    rows = walk(folder, ListAddress(show=show), view)
    assert sorted(map(uid, rows)) == list(range(step, 231, step))


def test_a_label_leaves_just_what_has_it(folder: Folder) -> None:
    page = listing.page_of(folder, ListAddress(), View.CONVERSATIONS, keyword="urgent")
    assert sorted(map(uid, page.rows)) == list(range(11, 231, 11))


def test_mail_that_arrives_meanwhile_moves_no_later_page(folder: Folder) -> None:
    first = listing.page_of(folder, ListAddress(), View.CONVERSATIONS)
    expected = listing.page_of(folder, ListAddress(older_than=first.older), View.CONVERSATIONS)
    FolderConversation.objects.filter(last_uid__lte=20).update(
        last_date=NEWEST + timedelta(hours=1)
    )
    again = listing.page_of(folder, ListAddress(older_than=first.older), View.CONVERSATIONS)
    assert [uid(row) for row in again.rows] == [uid(row) for row in expected.rows]


def test_one_can_jump_to_a_date_and_on_to_newer_mail(folder: Folder) -> None:
    IndexedMessage.objects.filter(uid__lte=100).update(received_at=NEWEST - timedelta(days=30))
    address = ListAddress(day=date(2026, 10, 25), view=View.MESSAGES)
    page = listing.page_of(folder, address, View.MESSAGES)
    assert {uid(row) for row in page.rows} == set(range(51, 101))
    newer = listing.page_of(folder, ListAddress(newer_than=page.newer), View.MESSAGES)
    assert [uid(row) for row in newer.rows] == list(range(150, 100, -1))


@pytest.mark.parametrize("deep", [False, True])
def test_a_page_costs_six_queries_at_most_and_no_word_with_the_mail_server(
    browser: Client, folder: Folder, deep: bool
) -> None:
    Label.objects.create(mailbox=folder.mailbox, keyword="urgent", name="Urgent", colour="3")
    url = reverse("folder", args=[folder.mailbox_id, folder.pk])
    page = browser.get(url)  # no mail server runs in this test
    for _ in range(3 if deep else 0):
        url = page.context["pane"].older_url
        page = browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        page = browser.get(url)
    assert page.status_code == 200
    assert len(page.context["pane"].groups[0].rows) > 0
    assert len(asked) <= MOST_QUERIES, [query["sql"][:120] for query in asked]


@pytest.mark.parametrize(
    "query",
    [
        "?tri=xx",
        "?apres=abc",
        "?avant=%00",
        "?jour=31-12-2025",
        "?etiquette=77",
        "?vue=1",
        "?filtre=-1",
    ],
)
def test_an_odd_address_is_a_missing_page(browser: Client, folder: Folder, query: str) -> None:
    url = reverse("folder", args=[folder.mailbox_id, folder.pk])
    assert browser.get(url + query).status_code == 404


def test_a_folder_of_somebody_else_is_a_missing_one(browser: Client, folder: Folder) -> None:
    other = folder_of(open_academy().nadia.mailbox)
    assert browser.get(reverse("folder", args=[other.mailbox_id, other.pk])).status_code == 404
    assert browser.get(reverse("folder", args=[folder.mailbox_id, other.pk])).status_code == 404


@pytest.mark.parametrize("part", ["list", "rows", "read", "all", "tout"])
def test_parts_of_the_page_are_the_page_s_own(browser: Client, folder: Folder, part: str) -> None:
    url = reverse("folder", args=[folder.mailbox_id, folder.pk])
    answer = browser.get(url, headers={"X-Pli-Part": part}).content.decode()
    assert ("<html" in answer) == (part == "tout")
    assert "Sujet 230" in answer


def test_an_empty_filter_says_so_and_leads_back(browser: Client, folder: Folder) -> None:
    FolderConversation.objects.update(flagged=0)
    url = reverse("folder", args=[folder.mailbox_id, folder.pk])
    answer = browser.get(f"{url}?filtre=suivis").content.decode()
    assert "Aucun message suivi." in answer
    assert "Tout afficher" in answer


@pytest.mark.parametrize(("language", "number"), [("fr", "1 024"), ("en", "1,024")])
def test_large_counts_stand_apart(
    browser: Client, folder: Folder, language: str, number: str
) -> None:
    Folder.objects.filter(pk=folder.pk).update(messages=1024, unseen=1024)
    url = reverse("folder", args=[folder.mailbox_id, folder.pk])
    page = browser.get(url, headers={"Accept-Language": language}).content.decode()
    assert f"({number})" in page  # the title
    assert f'<span class="fold__n">{number}<' in page
    assert f"{number} non lus" in page or f"{number} unread" in page
    assert f"les {number} messages du dossier" in page or f"all {number} messages" in page
