"""A CSV file as an answer: written while it is sent, so that its length does not matter."""

from collections.abc import AsyncIterator, Iterator
from itertools import islice

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse

LINES_SENT_AT_ONCE = 200


def csv_file(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """``lines`` as audit/export.py writes them; ``name`` is what the browser calls the file."""
    answer = StreamingHttpResponse(_pieces(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


async def _pieces(lines: Iterator[str]) -> AsyncIterator[bytes]:
    """ASGI would read a plain iterator to its end before sending the first line."""
    following = sync_to_async(_piece)
    while piece := await following(lines):
        yield piece


def _piece(lines: Iterator[str]) -> bytes:
    return "".join(islice(lines, LINES_SENT_AT_ONCE)).encode()
