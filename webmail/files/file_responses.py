"""Answering with a file: whole or a piece of it, sent on while it is read, unable to do anything."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control

from webmail.files.attached import AttachedFile
from webmail.files.byte_ranges import OutOfRange, asked_range

DOWNLOAD = "application/octet-stream"
FILE_POLICY = "default-src 'none'; sandbox"
# Chromium's viewer of PDF does not run in a sandbox; it is a program of the browser's own.
VIEWER_POLICY = "default-src 'none'; frame-ancestors 'self'"
Pieces = Generator[bytes, None, None]
Response = TypeVar("Response", bound=HttpResponseBase)


def file_response(
    request: HttpRequest, file: AttachedFile, content_type: str, tag: str
) -> HttpResponseBase:
    """The file or the piece that `request` asks for. `tag` stands for its content, which never changes."""
    if file.size is None or file.piece is None:
        return guarded(_sent(request, file.whole, content_type))
    try:
        wanted = asked_range(_range_field(request, tag), file.size)
    except OutOfRange:
        response: HttpResponseBase = HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, content_type=content_type
        )
        response["Content-Range"] = f"bytes */{file.size}"
        return guarded(response)
    if wanted is None:
        response = _sent(request, file.whole, content_type)
        response["Content-Length"] = file.size
    else:
        response = _piece(request, file.piece, wanted, content_type)
        response["Content-Range"] = f"bytes {wanted[0]}-{sum(wanted) - 1}/{file.size}"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{tag}"'
    return guarded(response)


def _range_field(request: HttpRequest, tag: str) -> str:
    """What If-Range makes of it: a piece of another content than the browser has is of no use."""
    known = request.headers.get("If-Range")
    return request.headers.get("Range", "") if known in {None, f'"{tag}"'} else ""


def _piece(
    request: HttpRequest,
    piece: Callable[[int, int], Pieces],
    wanted: tuple[int, int],
    content_type: str,
) -> HttpResponseBase:
    response = _sent(request, lambda: piece(*wanted), content_type)
    response.status_code = HTTPStatus.PARTIAL_CONTENT
    response["Content-Length"] = wanted[1]
    return response


def _sent(request: HttpRequest, pieces: Callable[[], Pieces], kind: str) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(content_type=kind)
    return StreamingHttpResponse(asynchronous(pieces), content_type=kind)


def streamed(pieces: Callable[[], Pieces], content_type: str) -> StreamingHttpResponse:
    """All of something whose size is not known."""
    return guarded(StreamingHttpResponse(asynchronous(pieces), content_type=content_type))


def guarded(response: Response) -> Response:
    """A file of a mail, opened by itself, can neither run nor fetch anything."""
    response["Content-Security-Policy"] = FILE_POLICY
    patch_cache_control(response, private=True, no_transform=True)
    return response


def for_the_viewer(response: Response) -> Response:
    """A PDF, in a frame of our page."""
    response["Content-Security-Policy"] = VIEWER_POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response


async def asynchronous(pieces: Callable[[], Pieces]) -> AsyncGenerator[bytes, None]:
    """ASGI would read a plain iterator to its end before sending the first octet.

    While a piece is sent, the next one is read.
    """
    waiting = pieces()
    following = sync_to_async(_next)
    coming = asyncio.ensure_future(following(waiting))
    try:
        while (piece := await coming) is not None:
            coming = asyncio.ensure_future(following(waiting))
            yield piece
    finally:
        # A reader who leaves midway: saying goodbye to the mail server must not hold up the loop.
        await asyncio.gather(coming, return_exceptions=True)
        await sync_to_async(waiting.close)()


def _next(waiting: Iterator[bytes]) -> bytes | None:
    return next(waiting, None)


def disposition(kind: str, name: str) -> str:
    """`inline` or `attachment` under a name (RFC 6266), with the plain form that old programs read."""
    plain = name.encode("ascii", "replace").decode().replace("\\", "_").replace('"', "_")
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
