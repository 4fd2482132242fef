"""While the database takes no change, as during its maintenance or after its disk filled up: pages are read
all the same, and whoever wants to change something is told why nothing was.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger(__name__)

READ_ONLY_TRANSACTION = "25006"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
SQLITE_READ_ONLY = "SQLITE_READONLY"  # and its extended codes, https://www.sqlite.org/rescode.html


def is_read_only(error: BaseException) -> bool:
    """Whether the database refused a change because it takes none at all."""
    if not isinstance(error, DatabaseError):
        return False
    cause = error.__cause__
    state = getattr(cause, "sqlstate", None)
    name = getattr(cause, "sqlite_errorname", "")
    return state == READ_ONLY_TRANSACTION or name.startswith(SQLITE_READ_ONLY)


@contextmanager
def unless_read_only() -> Iterator[None]:
    """For what a page notes by the way, and can do without."""
    try:
        yield
    except DatabaseError as error:
        if not is_read_only(error):
            raise
        log.warning("the database takes no change")


class ReadOnlyMiddleware:
    """Says that nothing can be changed for now; nothing was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not is_read_only(error):
            return None
        log.warning("refused %s: the database takes no change", request.method)
        return render(request, "read_only.html", status=HTTPStatus.SERVICE_UNAVAILABLE)
