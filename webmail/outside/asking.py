"""One request to a machine that a mail names: its address is checked before it is connected to.

No cookie, no referrer, no name of a browser; a bound on time. Redirections are the caller's affair, who
comes here again with the next address.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from webmail.html.safe_urls import web_address
from webmail.outside.addresses import Forbidden, checked_address

# What asking may raise, besides NoAddress.
FAILURES = (OSError, Forbidden, http.client.HTTPException, UnicodeError)
HEADERS = {
    # What is packed could unpack to anything.
    "Accept-Encoding": "identity",
    "Connection": "close",
}
DEFAULT_PORTS = {"http": 80, "https": 443}


class NoAddress(Exception):
    """This is no address of the web, or one that hides where it leads."""


@dataclass(frozen=True)
class Bounds:
    octets: int
    seconds: float
    private_hosts: Collection[str] = ()


@dataclass(frozen=True)
class Request:
    method: str = "GET"
    body: bytes | None = None
    headers: Mapping[str, str] | None = None


@contextmanager
def answer_to(
    url: str, bounds: Bounds, request: Request
) -> Iterator[tuple[str, http.client.HTTPResponse]]:
    """The canonical address and the answer's head; the connection is cut when time is over, whatever
    it is doing.

    Raises NoAddress and FAILURES.
    """
    address = web_address(url)
    if address is None or address.has_userinfo:
        raise NoAddress(url)
    scheme, _, rest = address.href.partition("://")
    place, _, path = rest.partition("/")
    host, port = _host_and_port(place, DEFAULT_PORTS[scheme])
    ip = checked_address(host, port, bounds.private_hosts)
    connection = http.client.HTTPConnection(host, port, timeout=bounds.seconds)
    connection.sock = _connected(scheme, host, (ip, port), bounds.seconds)
    timer = threading.Timer(bounds.seconds, _cut, [connection.sock])
    timer.start()
    try:
        headers = {**HEADERS, **(request.headers or {}), "Host": place}
        connection.request(request.method, "/" + path.partition("#")[0], request.body, headers)
        yield address.href, connection.getresponse()
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
