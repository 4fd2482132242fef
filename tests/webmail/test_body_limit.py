"""An upload of a gigabyte is refused before it is read."""

import asyncio
import http.client
from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import LazySettings

from config.body_limit import Receive, Scope, Send, with_body_limit


async def taking_all(_scope: Scope, receive: Receive, send: Send) -> None:
    """A site that reads whatever comes, and answers unless the browser left."""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200})


def status_of(pieces: list[bytes], declared: bytes = b"") -> int:
    waiting = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, start=1)
    ]
    sent: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        return waiting.pop(0)

    async def send(message: Mapping[str, Any]) -> None:
        sent.append(message)

    async def ask() -> None:
        headers = [(b"content-length", declared)] if declared else []
        await with_body_limit(taking_all)({"type": "http", "headers": headers}, receive, send)

    asyncio.run(ask())
    return int(sent[0]["status"])


def test_what_declares_too_much_is_refused_unread(settings: LazySettings) -> None:
    settings.MAX_REQUEST_BYTES = 10
    assert status_of([], b"11") == 413
    assert status_of([b"x" * 10], b"10") == 200


def test_what_does_not_say_its_length_is_cut_where_it_is_too_much(settings: LazySettings) -> None:
    settings.MAX_REQUEST_BYTES = 10
    assert status_of([b"x" * 6, b"x" * 6, b"never read"]) == 413
    assert status_of([b"x" * 6, b"x" * 4]) == 200


@pytest.mark.django_db(transaction=True)
def test_the_site_refuses_a_gigabyte_at_once(live: str) -> None:
    connection = http.client.HTTPConnection(live.removeprefix("http://"), timeout=10)
    connection.putrequest("POST", "/courriel/1/ecrire/")
    connection.putheader("Content-Length", str(1 << 30))
    connection.endheaders()
    assert connection.getresponse().status == 413
