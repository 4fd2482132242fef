"""Django's cache in Redis, with connections that outlive a request."""

from functools import cached_property
from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class LastingClient(RedisCacheClient):
    """Django makes an object of redis-py for every question and drops it; these two stay."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._clients: dict[bool, Any] = {}  # for reading, for writing

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if write not in self._clients:
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]


class LastingRedisCache(RedisCache):
    """Behind ASGI Django makes a cache, with connections of its own, for every thread."""

    _kept: ClassVar[dict[str, Any]] = {}  # Django's clients, by their server

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.server = server
        self._class = LastingClient

    @cached_property
    def _cache(self) -> Any:
        if self.server not in self._kept:
            self._kept[self.server] = super()._cache
        return self._kept[self.server]
