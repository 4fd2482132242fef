"""One subscription to Redis for all open pages of a web process; no thread and no connection a page."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from webmail.announcing import CALL, NOTES, PREFIX, PRESENCE

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 2.0
DOUBT = b""


class News:
    """What one page has heard since it last looked.

    `version` is the mailbox's, 0 when none was told; `is_doubtful`: whether the page may still be shown,
    or what was missed, must be asked. `is_called`: somebody called the person of the page. `came`: the
    conversations that people came to, or left; `noted`: those whose notes changed.
    """

    def __init__(self) -> None:
        self.version = 0
        self.is_doubtful = True
        self.is_called = False
        self.came: set[int] = set()
        self.noted: set[int] = set()
        self._told = asyncio.Event()

    def hear(self, said: bytes) -> None:
        if said.isdigit():
            self.version = max(self.version, int(said))
        elif said == CALL.encode():
            self.is_called = True
        elif said.startswith(PRESENCE.encode()):
            self.came.add(int(said.removeprefix(PRESENCE.encode())))
        elif said.startswith(NOTES.encode()):
            self.noted.add(int(said.removeprefix(NOTES.encode())))
        else:
            self.is_doubtful = True
        self._told.set()

    async def wait(self, seconds: float) -> None:
        """Until something is told; after so much silence, everything is doubtful."""
        try:
            await asyncio.wait_for(self._told.wait(), seconds)
        except TimeoutError:
            self.is_doubtful = True
        self._told.clear()


class Hub:
    """Of one event loop. Whoever listens hears what is told on any of its channels."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[News]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self, *channels: str) -> AsyncIterator[News]:
        """All is doubtful when Redis comes back: something may have been missed."""
        news = News()
        for channel in channels:
            self._listeners[channel].add(news)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        try:
            yield news
        finally:
            self._forget(channels, news)

    def _forget(self, channels: tuple[str, ...], news: News) -> None:
        for channel in channels:
            self._listeners[channel].discard(news)
            if not self._listeners[channel]:
                del self._listeners[channel]

    async def _read(self) -> None:
        while self._listeners:
            try:
                await self._read_until_lost()
            except (RedisError, OSError) as error:
                log.warning("push: Redis is away: %s", error)
            await asyncio.sleep(RECONNECT_SECONDS * (0.5 + random.random()))  # noqa: S311

    async def _read_until_lost(self) -> None:
        async with Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as subscription:
            await subscription.psubscribe(f"{PREFIX}*")
            for channel in list(self._listeners):
                self._tell(channel, DOUBT)
            async for message in subscription.listen():
                if message["type"] == "pmessage":
                    self._tell(message["channel"].decode(), message["data"])

    def _tell(self, channel: str, said: bytes) -> None:
        for news in self._listeners.get(channel, ()):
            news.hear(said)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    return _hubs.setdefault(loop, Hub())
