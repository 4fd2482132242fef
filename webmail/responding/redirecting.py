"""A message sent on as it is (RFC 5322 §3.6.6): its author stays its author. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from webmail.composing.compose import ComposedMessage
from webmail.responding import dispatch
from webmail.syntax.addresses import Address
from webmail.syntax.headers import split

CRLF = b"\r\n"


def resent(raw: bytes, sender: Address, to: Sequence[Address], now: datetime) -> ComposedMessage:
    """`raw` with the fields that say who sent it on, before all others, as the newest ones."""
    message = dispatch.headed(sender, to, "", now)
    del message["Subject"]
    lines = dispatch.header_of(message).split(CRLF)
    named = [line if line[:1] in b" \t" else b"Resent-" + line for line in lines if line]
    whole = CRLF.join([*named, _with_line_ends(raw)])
    ready = dispatch.composed(message, sender.address, [it.address for it in to], whole)
    return replace(ready, subject=split(raw).text("subject") or "")


def _with_line_ends(raw: bytes) -> bytes:
    """What Return-Path said is of the former journey (RFC 5321 §4.4)."""
    found = raw.replace(b"\r\n", b"\n").replace(b"\n", CRLF)
    first, end, rest = found.partition(CRLF)
    while first.lower().startswith(b"return-path:"):
        first, end, rest = rest.partition(CRLF)
    return first + end + rest
