"""Whose failures are counted: one spelling for each identity and address, then its keyed hash."""

from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.spelling import normalised

ONE_LINE = 64  # bits of an IPv6 address that a home or a school is given (RFC 6177)


class Guarded(StrEnum):
    """What is being tried; each has its own counters (NIST SP 800-63B-4, §3.2.2)."""

    PASSWORD = "password"  # noqa: S105
    QUESTIONS = "questions"
    SECOND_FACTOR = "second factor"
    CODE = "code"
    ACTIVATION = "activation"


def identity_key(identity: str, guarded: Guarded) -> str:
    return _key(str(guarded), canonical_identity(identity))


def person_key(identity: str) -> str:
    """The identity whatever is tried: what a device is known for."""
    return _key("person", canonical_identity(identity))


def device_key(device: str) -> str:
    return _key("device", device)


def device_counter_key(person: str, device: str, guarded: Guarded) -> str:
    """The counter of one device for one person; both are given by their keys."""
    return _key(f"{guarded} from a device", f"{person} {device}")


def address_key(address: str) -> str:
    return _key("address", network_of(address))


def canonical_identity(identity: str) -> str:
    """``" Camille.LEFEVRE@ac-rouen.fr"`` → ``camille.lefevre``.

    Where an account is known, callers pass its login: an alias must not give five more tries.
    """
    text = normalised(identity).strip().casefold()
    name, _, domain = text.partition("@")
    return name if domain in settings.DOMAINS else text


def network_of(address: str) -> str:
    """The line behind an address: ``2001:db8:1:2::/64``, or the IPv4 address itself."""
    try:
        parsed = ip_address(address)
    except ValueError:  # a local socket has none
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Network((parsed, ONE_LINE), strict=False))


def _key(kind: str, value: str) -> str:
    """Keyed, so that a copy of the table cannot be tried against a list of logins."""
    value = value.encode("utf-8", "backslashreplace").decode("utf-8")
    return salted_hmac(f"pli throttle {kind}", value, algorithm="sha256").hexdigest()
