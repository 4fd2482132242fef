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

from webmail.push.channels import PREFIX

log = logging.getLogger(__name__)

RECONNECT_SECONDS = 2.0


class Hub:
    """Of one event loop. Whoever listens has an event that is set by any of its channels."""

    def __init__(self) -> None:
        self._listeners: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self, *channels: str) -> AsyncIterator[asyncio.Event]:
        """The event is also set when Redis comes back: something may have been missed."""
        news = asyncio.Event()
        for channel in channels:
            self._listeners[channel].add(news)
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        try:
            yield news
        finally:
            self._forget(channels, news)

    def _forget(self, channels: tuple[str, ...], news: asyncio.Event) -> None:
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
            self._wake(list(self._listeners))
            async for message in subscription.listen():
                if message["type"] == "pmessage":
                    self._wake([message["channel"].decode()])

    def _wake(self, channels: list[str]) -> None:
        for channel in channels:
            for news in self._listeners.get(channel, ()):
                news.set()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    return _hubs.setdefault(loop, Hub())
