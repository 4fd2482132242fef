"""The headers that servers put on top of a mail on its way (RFC 5321, 4.4; RFC 8601)."""

from datetime import timedelta
from email.utils import format_datetime
from hashlib import blake2s

from sample.letters import Letter, Person

OUR_SERVER = "mx.ac-normandie.fr"
OUR_SITE = "webmail.ac-normandie.fr (webmail.ac-normandie.fr [198.51.100.20])"


def trace_headers(letter: Letter, reader: Person, inside: bool) -> bytes:
    """Header lines with CRLF ends; mail from outside also says how its sender was checked."""
    domain = letter.return_path.rpartition("@")[2] or letter.sender.domain
    origin = OUR_SITE if inside else f"mail.{domain} (mail.{domain} [203.0.113.{len(domain)}])"
    lines = [] if inside else _authentication_results(letter, domain)
    lines += _received(letter, reader, origin, "ESMTPSA" if inside else "ESMTPS")
    return "".join(f"{line}\r\n" for line in lines).encode()


def _received(letter: Letter, reader: Person, origin: str, protocol: str) -> list[str]:
    digest = blake2s(f"{letter.key}{reader.address}".encode(), digest_size=5).hexdigest()
    moment = format_datetime(letter.sent_at + timedelta(seconds=1))
    return [
        f"Received: from {origin}",
        f"\tby {OUR_SERVER} (Postfix) with {protocol} id {digest.upper()}",
        f"\tfor <{reader.address}>; {moment}",
    ]


def _authentication_results(letter: Letter, domain: str) -> list[str]:
    passed = letter.authenticated
    return [
        f"Authentication-Results: {OUR_SERVER};",
        f"\tspf={'pass' if passed else 'softfail'} smtp.mailfrom={domain};",
        f"\tdkim={'pass' if passed else 'none'} header.d={domain};",
        f"\tdmarc={'pass' if passed else 'fail'} header.from={letter.sender.domain}",
    ]
