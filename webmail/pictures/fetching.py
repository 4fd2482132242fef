"""Fetches one remote picture for a reader whom its server never sees.

No cookie, no referrer, no name of a browser; a bound on time, octets and redirections; each address is
checked before it is connected to (addresses.py), and what comes must be a picture.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

from webmail.html.safe_urls import web_address
from webmail.pictures.addresses import Forbidden, checked_address
from webmail.pictures.kinds import picture_type

REDIRECTIONS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTIONS = 4
CHUNK = 1 << 16
HEADERS = {
    "Accept": "image/avif,image/webp,image/png,image/jpeg,image/gif",
    # What is packed could unpack to anything.
    "Accept-Encoding": "identity",
    "User-Agent": "Mozilla/5.0 (compatible; images de courriel)",
    "Connection": "close",
}
DEFAULT_PORTS = {"http": 80, "https": 443}


class NoPicture(Exception):
    """There is nothing to show: forbidden, away, too slow, too big or no picture."""


@dataclass(frozen=True)
class Bounds:
    octets: int
    seconds: float
    private_hosts: Collection[str] = ()


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
    except (OSError, Forbidden, http.client.HTTPException, UnicodeError) as error:
        raise NoPicture(str(error)) from error
    raise NoPicture("redirected too often")


def _ask(url: str, bounds: Bounds) -> Picture | str:
    """The picture, or the URL that the answer leads to."""
    address = web_address(url)
    if address is None or address.has_userinfo:
        raise NoPicture("not a web address")
    with _answer(address.href, bounds) as answer:
        if answer.status in REDIRECTIONS:
            return urljoin(address.href, answer.getheader("Location") or "")
        if answer.status != http.client.OK:
            raise NoPicture(f"answered {answer.status}")
        return _picture(answer, bounds)


@contextmanager
def _answer(url: str, bounds: Bounds) -> Iterator[http.client.HTTPResponse]:
    """The answer's head; its connection is cut when time is over, whatever it is doing."""
    scheme, _, rest = url.partition("://")
    place, _, path = rest.partition("/")
    host, port = _host_and_port(place, DEFAULT_PORTS[scheme])
    ip = checked_address(host, port, bounds.private_hosts)
    connection = http.client.HTTPConnection(host, port, timeout=bounds.seconds)
    connection.sock = _connected(scheme, host, (ip, port), bounds.seconds)
    timer = threading.Timer(bounds.seconds, _cut, [connection.sock])
    timer.start()
    try:
        connection.request("GET", "/" + path.partition("#")[0], headers={**HEADERS, "Host": place})
        yield connection.getresponse()
    finally:
        timer.cancel()
        connection.close()


def _host_and_port(place: str, default: int) -> tuple[str, int]:
    """Of a canonical authority, e.g. ``[2001:db8::1]:8080``."""
    host, colon, port = place.rpartition(":")
    if not colon or port.endswith("]"):
        host, port = place, ""
    return host.strip("[]"), int(port or default)


def _connected(scheme: str, host: str, address: tuple[str, int], seconds: float) -> socket.socket:
    link = socket.create_connection(address, timeout=seconds)
    if scheme == "http":
        return link
    try:
        return ssl.create_default_context().wrap_socket(link, server_hostname=host)
    except OSError:
        link.close()
        raise


def _cut(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # ended by itself meanwhile


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
