"""Django's cache in Redis, with connections that outlive a request."""

from functools import cached_property
from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache


class LastingRedisCache(RedisCache):
    """Behind ASGI Django makes a cache, with connections of its own, for every request."""

    _kept: ClassVar[dict[str, Any]] = {}  # Django's clients, by their server

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.server = server

    @cached_property
    def _cache(self) -> Any:
        if self.server not in self._kept:
            self._kept[self.server] = super()._cache
        return self._kept[self.server]
