"""When each session was last used, and whence: kept roughly, so that it costs nothing."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from accounts.models import User
from accounts.origins import origin_of
from accounts.read_only import unless_read_only

SECONDS_BETWEEN_WRITES = 300


class LastSeenMiddleware:
    """Writes the row of the session once in five minutes; the other requests ask the cache only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = request.session.session_key
        if key and isinstance(request.user, User) and _is_due(key):
            address = origin_of(request).plain_address
            place = {"ip": address} if address else {}
            sessions = UserSession.objects.filter(session_key=key)
            with unless_read_only():
                sessions.update(last_seen_at=timezone.now(), **place)
        return response


def _is_due(session_key: str) -> bool:
    """The cache sees a hash: who reads it must not find keys that open sessions."""
    name = salted_hmac("pli last seen", session_key, algorithm="sha256").hexdigest()
    try:
        return bool(cache.add(name, 1, SECONDS_BETWEEN_WRITES))
    except RedisError:  # not worth a failure: the next visit is as good
        return False
