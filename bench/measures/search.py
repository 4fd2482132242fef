"""Searching headers as one types, in the whole mailbox and in one folder."""

from collections.abc import Callable

from django.db import connection
from django.db.models.query import QuerySet
from django.urls import reverse

from bench.measures.base import Bench
from bench.results import Result
from bench.timing import timed
from webmail.models import IndexedMessage
from webmail.search import finding
from webmail.search.query import parse

BUDGET = 40  # milliseconds
PAGE = 51
# What one types, letter by letter, and a word that very many have.
TYPED = ("r", "re", "reu", "réunion", "de:ac-normandie réunion", '"conseil de classe" -is:unread')


def search_headers(bench: Bench) -> list[Result]:
    return [_searched(bench, typed) for typed in TYPED]


def _searched(bench: Bench, typed: str) -> Result:
    url = reverse("folder", args=[bench.mailbox.pk, bench.inbox.pk])
    found = finding.everywhere(bench.mailbox.pk, parse(typed)).order_by("-received_at", "-uid")
    everywhere = bench.page(f"{url}?q={typed}&ou=partout")
    folder = bench.page(f"{url}?q={typed}")
    return Result(
        f"search « {typed} »",
        everywhere.wall,
        "ms",
        BUDGET,
        timed(_raw(found), bench.runs).wall,
        "the same rows by raw SQL",
        also={"CPU ms": everywhere.cpu, "conversations of the INBOX ms": folder.wall},
    )


def _raw(found: QuerySet[IndexedMessage]) -> Callable[[], object]:
    """The first page's rows, as the database's driver gives them."""
    sql, parameters = found[:PAGE].query.sql_with_params()

    def ask() -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall()

    return ask
