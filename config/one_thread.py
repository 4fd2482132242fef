"""Django behind ASGI, for a site whose views and middleware are not asynchronous; see decision 24."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django import setup
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import close_old_connections
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from config.body_limit import Receive, Scope, Send

Story = Coroutine[Any, Any, None]


class OneThreadHandler(ASGIHandler):
    """Answers a request in one go, in one of a few threads that stay.

    Django's own makes a thread for each request, with new objects for its database and its cache, and goes
    there and back for all that is not asynchronous: signals, the view, the end of the answer. Each turn waits
    for the interpreter's lock.
    """

    chunk_size = 1 << 18  # octets handed to the server at a time: a page, a piece of a file

    def __init__(self) -> None:
        super().__init__()
        # More at once would only wait for each other, each with its memory.
        threads = ThreadPoolExecutor(settings.PAGES_AT_ONCE, thread_name_prefix="page")
        self.in_a_thread = sync_to_async(self._answer, thread_sensitive=False, executor=threads)

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response = await self.in_a_thread(scope, body)
        if response.streaming:
            await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def _answer(self, scope: Scope, body: IO[bytes]) -> Any:
        """All of the answer, or the beginning of one that goes on in a thread of its own."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        with body:
            request, refusal = self.create_request(scope, body)
            response: Any = self.get_response(request) if request else refusal
        response._handler_class = type(self)  # noqa: SLF001  (as Django's own handler does)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
        if response.streaming:
            close_old_connections()
        else:
            response.close()
        return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Until its end or the browser's leaving, whichever comes first."""
        async with ThreadSensitiveContext():  # else all streams of the process share one thread
            sending = self.send_response(response, send)
            wrong = await first_to_end(sending, self.listen_for_disconnect(receive))
            await sync_to_async(response.close)()
        if isinstance(wrong, Exception):
            raise wrong


async def first_to_end(sending: Story, leaving: Story) -> BaseException | None:
    """Goes on until one of the two ends, and ends the other. What went wrong in the sending, if anything did."""
    stories = asyncio.ensure_future(sending), asyncio.ensure_future(leaving)
    await asyncio.wait(stories, return_when=asyncio.FIRST_COMPLETED)
    for story in stories:
        story.cancel()
    wrong, _left = await asyncio.gather(*stories, return_exceptions=True)
    return wrong


def one_thread_application() -> OneThreadHandler:
    """As ``django.core.asgi.get_asgi_application``."""
    setup(set_prefix=False)
    return OneThreadHandler()
