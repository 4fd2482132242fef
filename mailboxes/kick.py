"""Ending what a person has open on the IMAP server.

Dovecot's HTTP interface (doveadm, version 1) is given a key that opens two commands only; it works
on one machine and between containers alike. Postfix needs none: it asks for each message whether
the sender may send.
"""

import base64
import json
import logging
import urllib.request
from http.client import HTTPException

from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

SECONDS = 2  # the person who asks for it is waiting
# sysexits.h EX_NOUSER: nobody was connected.
NOBODY_CONNECTED = 68


class ConnectionsRemain(Exception):
    """Dovecot could not be told; whoever asks must try again."""


def end_connections_soon(address: str) -> None:
    """Now if Dovecot answers, else by a worker as soon as it does."""
    from mailboxes.tasks import end_connections_of  # noqa: PLC0415  (tasks call this module)

    try:
        end_connections(address)
    except ConnectionsRemain as error:
        log.warning("kick: %s", error)
        try:
            end_connections_of.delay(address)
        except (OperationalError, OSError) as away:
            log.warning("kick: no worker for %s: %s", address, away)


def end_connections(address: str) -> None:
    """Forgets what Dovecot knows of the password, then ends every connection of the mailbox.

    Raises ConnectionsRemain.
    """
    if not settings.DOVEADM_URL:
        return
    commands = [
        ["authCacheFlush", {"user": [address]}, "flush"],
        ["kick", {"mask": [address]}, "kick"],
    ]
    for answer in _ask(commands):
        if _went_wrong(answer):
            raise ConnectionsRemain(f"Dovecot answered {answer}")


def _went_wrong(answer: list[object]) -> bool:
    kind, body = answer[0], answer[1]
    if kind != "error":
        return False
    return not (isinstance(body, dict) and body.get("exitCode") == NOBODY_CONNECTED)


def _ask(commands: list[list[object]]) -> list[list[object]]:
    request = urllib.request.Request(  # noqa: S310  (the operator's own address)
        f"{settings.DOVEADM_URL}/doveadm/v1",
        data=json.dumps(commands).encode(),
        headers={"Authorization": f"X-Dovecot-API {_key()}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            answers: list[list[object]] = json.load(answer)
    except (OSError, HTTPException, ValueError) as error:
        raise ConnectionsRemain(str(error)) from error
    return answers


def _key() -> str:
    return base64.b64encode(settings.DOVEADM_KEY.encode()).decode()
