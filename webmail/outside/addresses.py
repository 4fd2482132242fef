"""Which machines the site may be sent to by a mail: those of the public Internet, on the web's ports.

Every name is resolved here, once, and the connection goes to the address that was checked: a name
that answers differently the next time (DNS rebinding) changes nothing.
"""

import socket
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, ip_address

PORTS = frozenset({80, 443})
# Prefixes whose addresses carry an IPv4 address that a gateway would go to: RFC 6052, RFC 3056.
NAT64 = (0x0064FF9B << 96, 96)
SIX_TO_FOUR = 0x2002


class Forbidden(Exception):
    """The address leads to a machine, or a port, that mails must not reach."""


def checked_address(host: str, port: int, private_hosts: Collection[str] = ()) -> str:
    """The IP address to connect to. Raises Forbidden, OSError (unknown name).

    `private_hosts` are the operator's own names, which may have private addresses and any port.
    One private address among several public ones is enough to refuse.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(place[0]) for *_kind, place in found]
    if host.lower() not in private_hosts and (
        port not in PORTS or not all(is_public(text) for text in addresses)
    ):
        raise Forbidden(f"{host}:{port}")
    return addresses[0]


def is_public(text: str) -> bool:
    """Whether this address is one of the whole Internet (IANA special-purpose registries)."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = _inner_ipv4(address)
        if inner is not None:
            return _is_global(inner)
    return _is_global(address)


def _is_global(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner_ipv4(address: IPv6Address) -> IPv4Address | None:
    number, (prefix, bits) = int(address), NAT64
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if number >> (128 - bits) == prefix >> (128 - bits):
        return IPv4Address(number & 0xFFFFFFFF)
    if number >> 112 == SIX_TO_FOUR:
        return IPv4Address(number >> 80 & 0xFFFFFFFF)
    return None
