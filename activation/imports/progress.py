"""How far a writer is. Its own transaction hides that from everyone, so it stands in the cache.

Only for the eyes: without Redis nothing is shown, and the writing goes on.
"""

from contextlib import suppress

from django.core.cache import cache
from redis.exceptions import RedisError

KEPT_SECONDS = 600


def tell(import_id: int, rows: int) -> None:
    with suppress(RedisError):
        cache.set(_key(import_id), rows, KEPT_SECONDS)


def rows_written(import_id: int) -> int:
    with suppress(RedisError):
        return int(cache.get(_key(import_id), 0))
    return 0


def _key(import_id: int) -> str:
    return f"import-{import_id}-written"
