"""Is the site alive, and is what it needs there?"""

import socket
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from redis import RedisError

from webmail.tasks import WORKERS_SEEN

REACH_SECONDS = 2


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part this site needs: true when it answers. 503 when one is away."""
    parts = {name: check() for name, check in CHECKS.items()}
    status = HTTPStatus.OK if all(parts.values()) else HTTPStatus.SERVICE_UNAVAILABLE
    return JsonResponse(parts, status=status)


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis() -> bool:
    try:
        cache.get(WORKERS_SEEN)
    except (RedisError, OSError):
        return False
    return True


def _workers() -> bool:
    """A worker took the beat's job within the last minute."""
    try:
        return cache.get(WORKERS_SEEN) is not None
    except (RedisError, OSError):
        return False


def _port(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=REACH_SECONDS):
            return True
    except OSError:
        return False


CHECKS: dict[str, Callable[[], bool]] = {
    "database": _database,
    "redis": _redis,
    "imap": lambda: _port(settings.IMAP_HOST, settings.IMAP_PORT),
    "smtp": lambda: _port(settings.SMTP_HOST, settings.SMTP_PORT),
    "workers": _workers,
}
