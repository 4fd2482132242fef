"""Text messages, through the gateway that the academy has.

``SMS_GATEWAY`` names it:

- ``file``: each message is a line of ``SMS_FILE``, for the demo and the tests;
- ``http``: ``POST SMS_URL`` with ``Authorization: Bearer SMS_KEY`` and the JSON body
  ``{"to": "+33612345678", "text": "…"}``; any 2xx answer means that the gateway took it. What an
  operator's own interface asks beyond that belongs to a small relay beside it;
- empty: no text message leaves, and no page offers a telephone.
"""

import json
import os
import urllib.request
from collections.abc import Callable

from django.conf import settings

Gateway = Callable[[str, str], None]


class SmsGatewayUnavailable(Exception):
    """The message did not leave; trying again later may help."""


def sms_can_leave() -> bool:
    return settings.SMS_GATEWAY in GATEWAYS


def send_sms(number: str, text: str) -> None:
    """``number`` in E.164. Raises SmsGatewayUnavailable."""
    gateway = GATEWAYS.get(settings.SMS_GATEWAY)
    if gateway is None:
        raise SmsGatewayUnavailable("SMS_GATEWAY is empty.")
    gateway(number, text)


def _to_file(number: str, text: str) -> None:
    line = json.dumps({"to": number, "text": text}, ensure_ascii=False)
    try:
        descriptor = os.open(settings.SMS_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as messages:
            messages.write(f"{line}\n")
    except OSError as error:
        raise SmsGatewayUnavailable(type(error).__name__) from error


def _to_http(number: str, text: str) -> None:
    request = urllib.request.Request(  # noqa: S310  (the address is the academy's setting)
        settings.SMS_URL,
        data=json.dumps({"to": number, "text": text}).encode(),
        headers={
            "Authorization": f"Bearer {settings.SMS_KEY}",
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=settings.MAIL_TIMEOUT):  # noqa: S310
            pass  # urllib raises for anything but 2xx
    except (OSError, ValueError) as error:
        raise SmsGatewayUnavailable(type(error).__name__) from error


GATEWAYS: dict[str, Gateway] = {"file": _to_file, "http": _to_http}
