"""Who and where from, as an entry names them. The journal knows no other part of the site."""

import hashlib
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True)
class Party:
    """A person or a program: an ``id`` that never changes, and the ``label`` it had at the time."""

    id: str
    label: str


# Someone who has not proved who they are.
NOBODY = Party("", "")
# The site itself: scheduled work and commands.
SYSTEM = Party("system", "Pli")


@dataclass(frozen=True)
class Origin:
    """Where a request came from: an IP address, empty when there is none, and the browser."""

    address: str = ""
    user_agent: str = ""

    @property
    def plain_address(self) -> str | None:
        """The address in its one spelling: short, without zone, IPv4 behind IPv6 as IPv4."""
        if not self.address:
            return None
        address = ip_address(self.address.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(address)

    @property
    def agent_hash(self) -> str:
        """SHA-256 of the browser's name: tells two browsers apart without describing either."""
        if not self.user_agent:
            return ""
        return hashlib.sha256(self.user_agent.encode("utf-8", "surrogatepass")).hexdigest()


# No request at all: scheduled work and commands.
NOWHERE = Origin()
