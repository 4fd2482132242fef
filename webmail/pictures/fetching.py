"""Fetches one remote picture for a reader whom its server never sees.

A bound on time, octets and redirections; each address is checked before it is connected to
(outside/), and what comes must be a picture.
"""

import http.client
from dataclasses import dataclass
from urllib.parse import urljoin

from webmail.outside.asking import FAILURES, Bounds, NoAddress, Request, answer_to
from webmail.pictures.kinds import picture_type

REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTIONS = 4
CHUNK = 1 << 16
ASKED = Request(
    headers={
        "Accept": "image/avif,image/webp,image/png,image/jpeg,image/gif",
        "User-Agent": "Mozilla/5.0 (compatible; images de courriel)",
    }
)


class NoPicture(Exception):
    """There is nothing to show: forbidden, away, too slow, too big or no picture."""


@dataclass(frozen=True)
class Picture:
    media_type: str
    content: bytes


def fetch(url: str, bounds: Bounds) -> Picture:
    """The picture at `url` (http or https), redirections followed. Raises NoPicture."""
    try:
        for _ in range(MAX_REDIRECTIONS + 1):
            answer = _ask(url, bounds)
            if isinstance(answer, Picture):
                return answer
            url = answer
    except (NoAddress, *FAILURES) as error:
        raise NoPicture(str(error)) from error
    raise NoPicture("redirected too often")


def _ask(url: str, bounds: Bounds) -> Picture | str:
    """The picture, or the URL that the answer leads to."""
    with answer_to(url, bounds, ASKED) as (href, answer):
        if answer.status in REDIRECTIONS:
            return urljoin(href, answer.getheader("Location") or "")
        if answer.status != http.client.OK:
            raise NoPicture(f"answered {answer.status}")
        return _picture(answer, bounds)


def _picture(answer: http.client.HTTPResponse, bounds: Bounds) -> Picture:
    if answer.getheader("Content-Encoding", "identity").lower() != "identity":
        raise NoPicture("packed")
    content = bytearray()
    while piece := answer.read(CHUNK):
        content += piece
        if len(content) > bounds.octets:
            raise NoPicture("too big")
    kind = picture_type(bytes(content[:32]))
    if kind is None:
        raise NoPicture("not a picture")
    return Picture(kind, bytes(content))
