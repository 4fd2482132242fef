"""Django behind ASGI, for a site whose views and middleware are not asynchronous; see decision 24."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django import setup
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.urls import set_script_prefix

from config.body_limit import Receive, Scope, Send


class OneThreadHandler(ASGIHandler):
    """Answers a request in one go, in one thread, which then waits for the next request.

    Django's own goes from the event loop to a new thread and back wherever what is asynchronous meets
    what is not, and each turn waits for the interpreter's lock.
    """

    def __init__(self) -> None:
        super().__init__()
        # More at once would only wait for each other, each with its memory.
        self.places = asyncio.Semaphore(settings.PAGES_AT_ONCE)
        self.idle: list[ThreadPoolExecutor] = []

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._thread() as thread, ThreadSensitiveContext(executor=thread):
            await self.handle(scope, receive, send)

    @asynccontextmanager
    async def _thread(self) -> AsyncIterator[ThreadPoolExecutor]:
        """A download keeps its own for as long as it lasts: there may be more of them than places."""
        thread = self.idle.pop() if self.idle else ThreadPoolExecutor(max_workers=1)
        try:
            yield thread
        finally:
            if len(self.idle) < settings.PAGES_AT_ONCE:
                self.idle.append(thread)
            else:
                thread.shutdown(wait=False)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        with body:
            async with self.places:
                response = await sync_to_async(self._answered)(scope, body)
            if response.streaming:
                await self._stream(response, receive, send)
            else:
                await self.send_response(response, send)

    def _answered(self, scope: Scope, body: IO[bytes]) -> Any:
        """All that Django does for a request; what is whole is over with it, before it is sent."""
        set_script_prefix(get_script_prefix(scope))
        signals.request_started.send(sender=self.__class__, scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__  # noqa: SLF001  (as Django's own handlers do)
        if not response.streaming:
            response.close()
        return response

    async def _stream(self, response: Any, receive: Receive, send: Send) -> None:
        """Until all is sent or the browser leaves, whichever comes first."""
        leaving = asyncio.ensure_future(receive())
        sending = asyncio.create_task(self.send_response(response, send))
        try:
            await asyncio.wait({leaving, sending}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()  # raises what went wrong: the server then cuts the connection
        finally:
            leaving.cancel()
            sending.cancel()
            await asyncio.gather(leaving, sending, return_exceptions=True)
            await sync_to_async(response.close)()


def one_thread_application() -> OneThreadHandler:
    """As ``django.core.asgi.get_asgi_application``."""
    setup(set_prefix=False)
    return OneThreadHandler()
