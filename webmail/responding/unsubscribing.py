"""Leaving a list (RFC 2369, 8058): by one request of the site, by a message, or on the list's own page."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from webmail.composing.compose import ComposedMessage
from webmail.message.readable import ReadableMessage
from webmail.outside.asking import FAILURES, Bounds, NoAddress, Request, answer_to
from webmail.responding import dispatch
from webmail.syntax.addresses import Address
from webmail.syntax.headers import Headers, one_line

ONE_CLICK = Request(
    "POST",
    b"List-Unsubscribe=One-Click",
    {"Content-Type": "application/x-www-form-urlencoded"},
)
COVERED = {"list-unsubscribe", "list-unsubscribe-post"}
PASSED = re.compile(r"\bdkim\s*=\s*pass\b[^;]*?\bheader\.[di]\s*=\s*@?([\w.-]+)", re.IGNORECASE)
TAG = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)", re.IGNORECASE)
USUAL_SUBJECT = "unsubscribe"
LONGEST_TEXT = 1000  # characters of what a list wants to be written


class Way(Enum):
    ONE_CLICK = auto()
    MESSAGE = auto()
    PAGE = auto()


@dataclass(frozen=True)
class Leaving:
    """How one leaves the list of a message; `to` is the host that is asked or the address written to."""

    way: Way
    to: str
    url: str = ""
    subject: str = ""
    text: str = ""


class NotHeard(Exception):
    """The list's machine cannot be reached, or says no."""


def way_of(message: ReadableMessage, fields: Headers, servers: Collection[str]) -> Leaving | None:
    """The surest way, None when there is none.

    One click only where a signature that `servers` have checked covers the fields that name it (RFC 8058
    §4): who forges them would let the site ask whatever they like.
    """
    offered = message.unsubscribe
    if offered.is_one_click and is_vouched_for(message, fields, servers):
        return Leaving(Way.ONE_CLICK, _host(offered.https), offered.https)
    return _by_message(offered.mailto) or (
        Leaving(Way.PAGE, _host(offered.https), offered.https) if _host(offered.https) else None
    )


def is_vouched_for(message: ReadableMessage, fields: Headers, servers: Collection[str]) -> bool:
    results = message.authentication_results
    trusted = [it for it in results if it.split(";")[0].split(" ")[0].lower() in servers]
    passed = {domain.lower() for it in trusted for domain in PASSED.findall(it)}
    return any(_covers(value, passed) for value in fields.all("dkim-signature"))


def _covers(signature: bytes, domains: Collection[str]) -> bool:
    tags = {
        name.lower(): value for name, value in TAG.findall(signature.decode("ascii", "replace"))
    }
    signed = {name.strip().lower() for name in tags.get("h", "").split(":")}
    return tags.get("d", "").strip().lower() in domains and signed >= COVERED


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _by_message(mailto: str) -> Leaving | None:
    address, _mark, query = mailto[len("mailto:") :].partition("?")
    to = unquote(address).strip()
    try:
        validate_email(to)
    except ValidationError:
        return None
    # In a mailto a plus is a plus (RFC 6068 §5).
    asked = parse_qs(query.replace("+", "%2B"), max_num_fields=20)
    subject = one_line(asked.get("subject", [""])[0])[:LONGEST_TEXT]
    text = asked.get("body", [""])[0][:LONGEST_TEXT]
    if not to.isascii():
        return None
    return Leaving(Way.MESSAGE, to, subject=subject or USUAL_SUBJECT, text=text)


def ask_once(url: str, bounds: Bounds) -> None:
    """The one click (RFC 8058 §3.2): no cookie, no redirection. Raises NotHeard."""
    try:
        with answer_to(url, bounds, ONE_CLICK) as (_href, answer):
            if answer.status not in range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES):
                raise NotHeard(f"answered {answer.status}")
    except (NoAddress, *FAILURES) as error:
        raise NotHeard(str(error)) from error


def letter(leaving: Leaving, sender: Address, now: datetime) -> ComposedMessage:
    message = dispatch.headed(sender, [Address("", leaving.to)], leaving.subject, now)
    message.set_content(f"{leaving.text or leaving.subject}\n", cte="quoted-printable")
    return dispatch.composed(message, sender.address, [leaving.to])
