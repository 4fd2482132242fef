"""The list of all mailboxes, from rows that are made by hand: its order, its pages, what it asks."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mailboxes.models import Right
from tests.mailboxes.delegating import lent
from tests.people import Academy
from tests.webmail.lists.listed import fill, folder_of
from tests.webmail.test_first_mail import browser_of
from webmail.lists import beside, listing, together
from webmail.lists.beside import Beside
from webmail.lists.list_address import ListAddress, Order, Show, View
from webmail.lists.listing import ListRow, Page
from webmail.models import MailboxIndex

pytestmark = pytest.mark.django_db(transaction=True)

ALL = ListAddress(together=True)


def shelf(academy: Academy, *counts: int) -> list[Beside]:
    """Camille's own mailbox and offices she reads, with so many messages; dates and numbers repeat."""
    offices = (lent(academy, it, f"École {it}", Right.READ) for it in range(len(counts) - 1))
    for mailbox, count in zip([academy.camille.mailbox, *offices], counts, strict=True):
        fill(folder_of(mailbox), count)
        MailboxIndex.objects.create(mailbox=mailbox)
    return beside.beside(academy.camille.user)


def page(boxes: list[Beside], address: ListAddress, view: View) -> Page:
    folders = together.folders_of(boxes, address)
    return together.Rows(boxes, folders, address, view).page()


def pages(boxes: list[Beside], address: ListAddress, view: View) -> Iterator[Page]:
    found = page(boxes, address, view)
    yield found
    while found.older:
        found = page(boxes, replace(address, older_than=found.older), view)
        yield found


def names(rows: Sequence[ListRow]) -> list[int]:
    return [row.pk for row in rows]


def expected(boxes: list[Beside], address: ListAddress, view: View) -> list[ListRow]:
    """All rows, put in order by hand."""
    order = listing.sorting(address.order, listing.SOURCES[view], several=True)
    alone = replace(address, together=False)
    rows = [row for box in boxes for row in listing.matching(together.inbox_of(box), alone, view)]
    for column in reversed(order.columns()):
        name = column.removeprefix("-")
        rows.sort(key=attrgetter(name), reverse=column.startswith("-"))
    return rows


@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("order", Order)
def test_pages_follow_each_other_without_a_gap_and_back_again(
    academy: Academy, order: Order, view: View
) -> None:
    boxes = shelf(academy, 70, 30, 60)
    address = replace(ALL, order=order)
    seen = list(pages(boxes, address, view))
    assert names([row for one in seen for row in one.rows]) == names(expected(boxes, address, view))
    assert [len(one.rows) for one in seen] == [50, 50, 50, 10]
    back = page(boxes, replace(address, newer_than=seen[2].newer), view)
    assert names(back.rows) == names(seen[1].rows)


@pytest.mark.parametrize("show", [Show.UNREAD, Show.STARRED, Show.ATTACHMENTS, Show.EXTERNAL])
def test_filters_and_searches_count_in_every_mailbox(academy: Academy, show: Show) -> None:
    boxes = shelf(academy, 40, 40)
    for address in (
        replace(ALL, show=show),
        replace(ALL, show=show, search="auteur 3", everywhere=True),
    ):
        (found,) = pages(boxes, address, View.MESSAGES)
        assert found.rows
        assert names(found.rows) == names(expected(boxes, address, View.MESSAGES))


def test_many_mailboxes_are_asked_at_once(academy: Academy) -> None:
    few, many = shelf(academy, 60, 60), []
    client = browser_of(academy.camille)
    url = reverse("all_mail")
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        client.get(url)
    for number in range(6):
        mailbox = lent(academy, 10 + number, f"Lycée {number}", Right.READ)
        fill(folder_of(mailbox), 60)
        MailboxIndex.objects.create(mailbox=mailbox, is_told=True)
        many.append(mailbox)
    client.get(url)
    with CaptureQueriesContext(connection) as asked_more:
        shown = client.get(url)
    assert len(shown.context["boxes"]) == len(few) + len(many)
    assert len(asked_more) <= len(asked)
    # Session, person; own mailbox, what stands around it, its folders; mailboxes; keys, rows, labels.
    assert len(asked) <= 9, "\n".join(it["sql"][:120] for it in asked.captured_queries)
