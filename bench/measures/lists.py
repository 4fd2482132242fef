"""The list page, first and 2,000th, and acting on 50 messages at once."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench.measures.base import Bench
from bench.results import Result
from bench.timing import Time, timed
from webmail import sync
from webmail.list_address import Cursor, ListAddress, View
from webmail.listing import PAGE_SIZE
from webmail.models import IndexedMessage

DEEP = 2000  # the page
MOST_QUERIES = 6


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


def _query_of_rows(bench: Bench, url: str) -> str:
    """The longest of the page's queries that asks for rows of the list."""
    with CaptureQueriesContext(connection) as caught:
        bench.get(url)
    asked = [query["sql"] for query in caught if "ORDER BY" in query["sql"]]
    return max((sql for sql in asked if f"LIMIT {PAGE_SIZE + 1}" in sql), key=len)


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.fetchall()


def acting(bench: Bench) -> list[Result]:
    """A whole page of messages, through the page's own form."""
    bench.fill_index()
    url = reverse("act", args=[bench.mailbox.pk, bench.inbox.pk])
    newest = IndexedMessage.objects.filter(mailbox=bench.mailbox, folder=bench.inbox)
    rows = [f"m{uid}" for uid in newest.order_by("-uid").values_list("uid", flat=True)[:PAGE_SIZE]]
    uids = [int(row[1:]) for row in rows]

    def post(action: str) -> None:
        answer = bench.browser.post(url, {"action": action, "ligne": rows})
        if answer.status_code not in {200, 302}:
            raise RuntimeError(f"{action} answered {answer.status_code}")

    def both_ways() -> None:
        post("star")
        post("unstar")

    marked = timed(both_ways, bench.runs)
    floor = _raw_stars(bench, uids)
    return [
        Result(
            f"star {PAGE_SIZE} messages",
            marked.wall / 2,
            "ms",
            40,
            floor.wall / 2,
            "STORE on a warm connection",
            also={"CPU ms": marked.cpu / 2},
        )
    ]


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
