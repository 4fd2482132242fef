"""The streams of open pages, beside Django: its own handler keeps a thread and a database connection for
each answer that is under way, and a stream is under way as long as its page is open.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY

from accounts.sessions import SessionStore
from config.one_thread import first_to_end
from webmail.push.stream import ALL, Reader, events, in_a_thread, open_stream

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PATH = re.compile(r"/courriel/([0-9]{1,18}|toutes)/nouveautes/")
ALL_STREAM = "/courriel/toutes/nouveautes/"  # where the list of all mailboxes listens
HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store, private"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),  # nginx would hold events back
]


def stream_url(mailbox_id: int) -> str:
    """Where a page listens to its mailbox."""
    return f"/courriel/{mailbox_id}/nouveautes/"


def with_streams(site: Application) -> Application:
    """The ASGI application that answers streams itself and leaves all the rest to `site`."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        wanted = PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if wanted is None or scope["method"] != "GET":
            await site(scope, receive, send)
            return
        reader = await in_a_thread(_reader, session_key(scope), wanted[1])
        if reader is None:
            await _refuse(send)
        else:
            await _answer(reader, receive, send)

    return application


def session_key(scope: Scope) -> str:
    """The key in the session's cookie; empty without one."""
    cookies = (value for name, value in scope["headers"] if name == b"cookie")
    try:
        morsel = SimpleCookie(b"; ".join(cookies).decode("latin-1")).get(
            settings.SESSION_COOKIE_NAME
        )
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _reader(key: str, place: str) -> Reader | None:
    """Who asks, when they may read this mailbox, or those they read together."""
    session = SessionStore(key).load() if key else {}
    if SESSION_KEY not in session:
        return None
    mailbox_id = int(place) if place.isdigit() else ALL
    reader = Reader(int(session[SESSION_KEY]), key, session[HASH_SESSION_KEY], mailbox_id)
    return reader if open_stream(reader) else None


async def _refuse(send: Send) -> None:
    """A missing mailbox and a forbidden one get the same answer."""
    await send({"type": "http.response.start", "status": 404, "headers": HEADERS[1:3]})
    await send({"type": "http.response.body", "body": b""})


async def _answer(reader: Reader, receive: Receive, send: Send) -> None:
    """Until the stream ends or the browser leaves, whichever comes first."""
    await first_to_end(_send_events(reader, send), _left(receive))


async def _send_events(reader: Reader, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    async for event in events(reader):
        await send({"type": "http.response.body", "body": event, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
