"""One process that answers pages, as the web server runs it."""

import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.people import open_academy

PAGES = 40


def status_of(url: str, cookie: str) -> int:
    asked = urllib.request.Request(url, headers={"Cookie": cookie})  # noqa: S310 the test's own site
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        return int(answer.status)


@pytest.fixture
def connections_made() -> Iterator[Callable[[], int]]:
    """How often somebody connected to Redis so far."""
    asking = redis.Redis.from_url(settings.CACHE_URL)
    yield lambda: asking.info("stats")["total_connections_received"]
    asking.close()


def test_pages_asked_at_once_are_all_answered_and_share_their_connections(
    live: str, connections_made: Callable[[], int]
) -> None:
    client = Client()
    client.force_login(open_academy().camille.user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    page = live + reverse("directory")
    assert status_of(page, cookie) == 200
    before = connections_made()
    with ThreadPoolExecutor(PAGES) as pool:
        answers = list(pool.map(lambda _n: status_of(page, cookie), range(PAGES)))
    assert answers == [200] * PAGES
    assert connections_made() - before < PAGES
