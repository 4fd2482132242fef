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

from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

# The environment may name a proxy for the world outside, which must not see the key.
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SECONDS = 2  # the person who asks for it is waiting
# sysexits.h EX_NOUSER: nobody was connected.
NOBODY_CONNECTED = 68


class ConnectionsRemain(Exception):
    """Dovecot could not be told; whoever asks must try again."""


def end_connections_soon(address: str) -> None:
    """Now if Dovecot answers, else by a worker as soon as it does."""
    try:
        end_connections(address)
    except ConnectionsRemain as error:
        log.warning("kick: %s", error)
        try:
            current_app.send_task("mailboxes.tasks.end_connections_of", [address])
        except (OperationalError, OSError) as away:
            log.warning("kick: no worker for %s: %s", address, away)


def end_connections(address: str) -> None:
    """Forgets what Dovecot knows of the password, then ends every connection of the mailbox.

    Raises ConnectionsRemain.
    """
    if not settings.DOVEADM_URL:
        return
    commands: list[list[object]] = [
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
        with DIRECTLY.open(request, timeout=SECONDS) as answer:
            answers: list[list[object]] = json.load(answer)
    except (OSError, HTTPException, ValueError) as error:
        raise ConnectionsRemain(str(error)) from error
    return answers


def _key() -> str:
    return base64.b64encode(settings.DOVEADM_KEY.encode()).decode()
