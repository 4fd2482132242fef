"""Remote pictures through the site: fetched once for everybody who agreed to see them."""

import hashlib
import logging

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from webmail.outside.asking import Bounds
from webmail.pictures.fetching import NoPicture, Picture, fetch
from webmail.pictures.kinds import picture_type

log = logging.getLogger(__name__)

KEPT_SECONDS = 6 * 3600
KEPT_OCTETS = 512 << 10  # larger ones are fetched again


def remote_picture(url: str) -> Picture:
    """Raises NoPicture."""
    key = f"picture:{hashlib.sha256(url.encode()).hexdigest()}"
    kept = _kept(key)
    if kept is not None and (kind := picture_type(kept)):
        return Picture(kind, kept)
    picture = fetch(url, _bounds())
    if len(picture.content) <= KEPT_OCTETS:
        _keep(key, picture.content)
    return picture


def _bounds() -> Bounds:
    return Bounds(
        octets=settings.PICTURE_MAX_MB << 20,
        seconds=settings.PICTURE_SECONDS,
        private_hosts=settings.PICTURE_PRIVATE_HOSTS,
    )


def _kept(key: str) -> bytes | None:
    try:
        found: bytes | None = cache.get(key)
    except RedisError as error:
        log.warning("pictures: no cache: %s", error)
        return None
    return found


def _keep(key: str, content: bytes) -> None:
    try:
        cache.set(key, content, KEPT_SECONDS)
    except RedisError as error:
        log.warning("pictures: not kept: %s", error)


__all__ = ["NoPicture", "Picture", "remote_picture"]
