"""The list page, first and 2,000th, in any order and filtered, and acting on 50 messages at once."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.urls import reverse

from bench.measures.base import Bench
from bench.results import Result
from bench.timing import Time, timed
from webmail import sync
from webmail.lists.list_address import Cursor, ListAddress, Order, Show, View
from webmail.lists.listing import PAGE_SIZE
from webmail.models import Folder, IndexedMessage

DEEP = 2000  # the page
MOVED_TO = "Classe 01"
Query = tuple[str, Any]  # with its values


def list_pages(bench: Bench) -> list[Result]:
    """Single messages, so that the 2,000th page exists; conversations are measured at page 1."""
    bench.fill_index()
    url = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk])
    single = f"{url}{ListAddress(view=View.MESSAGES).query}"
    return [
        _listed(bench, "list page 1, conversations", url),
        _listed(bench, "list page 1, messages", single),
        _listed(bench, f"list page {DEEP:,}, messages", _deep(bench, url)),
    ]


def _deep(bench: Bench, url: str) -> str:
    """The address that the "older" link of the page before has."""
    newest_first = IndexedMessage.objects.filter(
        mailbox=bench.mailbox, folder=bench.inbox
    ).order_by("-received_at", "-uid")
    at = min((DEEP - 1) * PAGE_SIZE, bench.messages - PAGE_SIZE) - 1
    last = newest_first[at]
    cursor = Cursor(last.received_at.isoformat(), last.uid)
    return f"{url}{ListAddress(view=View.MESSAGES, older_than=cursor).query}"


def _listed(bench: Bench, what: str, url: str) -> Result:
    page = bench.page(url)
    rows = _query_of_rows(bench, url)
    floor = timed(lambda: _run(rows), bench.runs)
    return Result(
        what,
        page.wall,
        "ms",
        12,
        floor.wall,
        "the query of the same rows, raw",
        also={"CPU ms": page.cpu, "queries": bench.queries(url)},
    )


def _query_of_rows(bench: Bench, url: str) -> Query:
    """The longest of the page's queries that asks for rows of the list, with its values."""
    asked: list[Query] = []

    def note(execute: Callable[..., object], sql: str, values: object, *how: object) -> object:
        asked.append((sql, values))
        return execute(sql, values, *how)

    with connection.execute_wrapper(note):
        bench.get(url)
    rows = [it for it in asked if "ORDER BY" in it[0] and f"LIMIT {PAGE_SIZE + 1}" in it[0]]
    return max(rows, key=lambda it: len(it[0]))


def _run(rows: Query) -> None:
    with connection.cursor() as cursor:
        cursor.execute(*rows)
        cursor.fetchall()


def sorted_pages(bench: Bench) -> list[Result]:
    """Page 1 in each order, and a page in the middle of it."""
    bench.fill_index()
    url = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk])
    results = []
    for order in (Order.SENDER, Order.SUBJECT, Order.LARGEST):
        for view in View:
            address = ListAddress(order=order, view=view)
            results.append(_listed(bench, f"by {order.name.lower()}, {view}", url + address.query))
    return results


def filtered_pages(bench: Bench) -> list[Result]:
    """Page 1 of what each filter leaves."""
    bench.fill_index()
    url = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk])
    shown = (it for it in Show if it is not Show.ALL)
    return [
        _listed(bench, f"only {show.name.lower()}", url + ListAddress(show=show).query)
        for show in shown
    ]


def acting(bench: Bench) -> list[Result]:
    """A whole page of messages, through the page's own form."""
    bench.fill_index()
    return [_starred(bench), _moved(bench)]


def _starred(bench: Bench) -> Result:
    uids = _newest(bench, bench.inbox)

    def both_ways() -> None:
        _post(bench, bench.inbox, "star", uids)
        _post(bench, bench.inbox, "unstar", uids)

    return _acted("star", bench, both_ways, _raw_stars(bench, uids))


def _moved(bench: Bench) -> Result:
    """To another folder and back: the messages have other UIDs each time."""
    target = bench.folder(MOVED_TO)

    def both_ways() -> None:
        _post(bench, bench.inbox, f"move {target.pk}", _newest(bench, bench.inbox))
        _post(bench, target, f"move {bench.inbox.pk}", _newest(bench, target))

    return _acted("move", bench, both_ways, _raw_moves(bench))


def _acted(name: str, bench: Bench, both_ways: Callable[[], None], floor: Time) -> Result:
    took = timed(both_ways, bench.runs)
    with bench.raw() as mail:
        before = mail.round_trips
    both_ways()
    with bench.raw() as mail:
        trips = mail.round_trips - before
    return Result(
        f"{name} {PAGE_SIZE} messages",
        took.wall / 2,
        "ms",
        40,
        floor.wall / 2,
        "the command on a warm connection",
        also={"CPU ms": took.cpu / 2, "round trips": trips / 2},
    )


def _newest(bench: Bench, folder: Folder) -> list[int]:
    found = IndexedMessage.objects.filter(mailbox=bench.mailbox, folder=folder)
    return list(found.order_by("-uid").values_list("uid", flat=True)[:PAGE_SIZE])


def _post(bench: Bench, folder: Folder, action: str, uids: list[int]) -> None:
    url = reverse("act", args=[bench.mailbox.pk, folder.pk])
    answer = bench.browser.post(url, {"action": action, "ligne": [f"m{uid}" for uid in uids]})
    if answer.status_code not in {200, 302}:
        raise RuntimeError(f"{action} answered {answer.status_code}")


def _raw_stars(bench: Bench, uids: list[int]) -> Time:
    """On and off again."""
    with bench.raw() as mail:
        mail.select("INBOX", readonly=False)

        def both_ways() -> None:
            mail.add_flags(uids, ["\\Flagged"])
            mail.remove_flags(uids, ["\\Flagged"])

        floor = timed(both_ways, bench.runs)
        sync.sync(mail, bench.mailbox)
    return floor


def _raw_moves(bench: Bench) -> Time:
    """There and back."""
    moved = _newest(bench, bench.inbox)
    with bench.raw() as mail:

        def both_ways() -> None:
            mail.select("INBOX", readonly=False)
            there = mail.move(moved, MOVED_TO)
            mail.select(MOVED_TO, readonly=False)
            moved[:] = mail.move(there.values(), "INBOX").values()

        floor = timed(both_ways, bench.runs)
        while not sync.sync(mail, bench.mailbox).complete:
            pass
    return floor
