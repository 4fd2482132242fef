"""Print the networks whose word Dovecot takes about the browser behind a connection.

The site shares one of them; their addresses are the engine's choice, known only from inside. The
machine's own address on them is left out: strangers whom the engine forwards may come from it.
"""

import ipaddress
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROUTES = Path("/proc/net/route")


@dataclass(frozen=True)
class Route:
    network: ipaddress.IPv4Network
    gateway: ipaddress.IPv4Address


def neighbours(text: str) -> list[str]:
    """The directly attached IPv4 networks without their gateways, as addresses with a prefix.

    ``text`` is in the format of ``/proc/net/route``.
    """
    routes = list(routes_of(text))
    gateways = {route.gateway for route in routes if int(route.gateway)}
    found = [route.network for route in routes if not int(route.gateway)]
    for gateway in gateways:
        found = [part for network in found for part in without(network, gateway)]
    return [str(network) for network in sorted(found)]


def routes_of(text: str) -> Iterator[Route]:
    for line in text.splitlines()[1:]:
        _, destination, gateway, _, _, _, _, mask, *_ = line.split()
        network = ipaddress.IPv4Network(f"{address(destination)}/{address(mask)}")
        yield Route(network, address(gateway))


def address(hexadecimal: str) -> ipaddress.IPv4Address:
    """The kernel prints an address as a number in this machine's own byte order."""
    return ipaddress.IPv4Address(struct.pack("=I", int(hexadecimal, 16)))


def without(
    network: ipaddress.IPv4Network, gateway: ipaddress.IPv4Address
) -> list[ipaddress.IPv4Network]:
    if gateway not in network:
        return [network]
    return list(network.address_exclude(ipaddress.IPv4Network(gateway)))


if __name__ == "__main__":
    sys.stdout.write(" ".join(["127.0.0.0/8", *neighbours(ROUTES.read_text(encoding="ascii"))]))
