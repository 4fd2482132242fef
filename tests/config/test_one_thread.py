"""How the site answers requests behind the web server."""

import asyncio
from collections.abc import Generator, Mapping
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from config.body_limit import Scope
from config.one_thread import OneThreadHandler
from tests.people import open_academy
from webmail.files.file_responses import asynchronous

pytestmark = pytest.mark.django_db(transaction=True)


class Reader:
    """A browser that takes what comes only once it is told to; told to leave, it leaves."""

    def __init__(self) -> None:
        self.takes, self.leaves, self.begun = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.asked, self.status, self.content = False, 0, b""

    async def receive(self) -> Mapping[str, Any]:
        if not self.asked:
            self.asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Mapping[str, Any]) -> None:
        self.begun.set()
        await self.takes.wait()
        self.status = message.get("status", self.status)
        self.content += message.get("body", b"")


def scope_of(view: str, cookie: str) -> Scope:
    host = settings.ALLOWED_HOSTS[0].encode()
    return {
        "type": "http",
        "method": "GET",
        "path": reverse(view),
        "headers": [(b"host", host), (b"cookie", cookie.encode())],
        "query_string": b"",
        "scheme": "https",
        "client": ("127.0.0.1", 50000),
    }


@pytest.fixture
def cookie() -> str:
    client = Client()
    client.force_login(open_academy().camille.user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def test_slow_downloads_hold_up_no_page_and_all_arrive(cookie: str) -> None:
    async def story() -> None:
        site = OneThreadHandler()
        slow = [Reader() for _ in range(settings.PAGES_AT_ONCE + 2)]
        download = scope_of("contacts_export", cookie)
        downloads = [asyncio.create_task(site(download, it.receive, it.send)) for it in slow]
        await asyncio.gather(*(reader.begun.wait() for reader in slow))
        page = Reader()
        page.takes.set()
        await site(scope_of("directory", cookie), page.receive, page.send)
        assert (page.status, b"</html>" in page.content) == (200, True)
        for reader in slow:
            reader.takes.set()
        await asyncio.gather(*downloads)
        assert {reader.status for reader in slow} == {200}

    asyncio.run(story())


def test_a_reader_who_leaves_a_download_ends_it(cookie: str) -> None:
    async def story() -> None:
        site, reader = OneThreadHandler(), Reader()
        download = scope_of("contacts_export", cookie)
        under_way = asyncio.create_task(site(download, reader.receive, reader.send))
        await reader.begun.wait()
        reader.leaves.set()
        await under_way
        assert (reader.status, reader.content) == (0, b"")

    asyncio.run(story())


class TwoFiles(OneThreadHandler):
    """The first file comes once the second has begun; nobody else sees to that."""

    def __init__(self) -> None:
        super().__init__()
        self.second_begun = Event()
        self.first_came = False

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        pieces = self.first if request.path == reverse("home") else self.second
        return StreamingHttpResponse(asynchronous(pieces))

    def first(self) -> Generator[bytes, None, None]:
        self.first_came = self.second_begun.wait(10)
        yield b"first"

    def second(self) -> Generator[bytes, None, None]:
        self.second_begun.set()
        yield b"second"


def test_a_file_that_the_mail_server_keeps_waiting_holds_up_no_other(cookie: str) -> None:
    async def story() -> None:
        site, readers = TwoFiles(), [Reader(), Reader()]
        views = zip(("home", "directory"), readers, strict=True)
        for reader in readers:
            reader.takes.set()
        await asyncio.gather(
            *(site(scope_of(view, cookie), it.receive, it.send) for view, it in views)
        )
        assert site.first_came
        assert [reader.content for reader in readers] == [b"first", b"second"]

    asyncio.run(story())
