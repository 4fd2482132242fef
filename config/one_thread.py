"""Django behind ASGI, for a site whose views and middleware are not asynchronous; see decision 24."""

import asyncio

from asgiref.sync import sync_to_async
from django import setup
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class OneThreadHandler(ASGIHandler):
    """Answers a request in one go, in one thread.

    Django's own goes from the event loop to a thread and back wherever what is asynchronous meets what is
    not, and each turn waits for the interpreter's lock.
    """

    chunk_size = 1 << 18  # octets handed to the server at a time: a page, a piece of a file

    def __init__(self) -> None:
        super().__init__()
        # More at once would only wait for each other, each with its memory.
        self.places = asyncio.Semaphore(settings.PAGES_AT_ONCE)

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        async with self.places:
            return await sync_to_async(self.get_response)(request)


def one_thread_application() -> OneThreadHandler:
    """As ``django.core.asgi.get_asgi_application``."""
    setup(set_prefix=False)
    return OneThreadHandler()
