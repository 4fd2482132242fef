"""Ending what a person has open on the IMAP server.

Dovecot's HTTP interface (doveadm, version 1) is given a key that opens two commands only; it works
on one machine and between containers alike. Postfix needs none: it asks for each message whether
the sender may send.

What is to be ended is a row, written with the change that asks for it. It is done at once when
Dovecot answers, else by the sweep that workers run every few seconds.
"""

import base64
import json
import logging
import urllib.request
from collections.abc import Sequence
from functools import partial
from http.client import HTTPException

from django.conf import settings
from django.db import transaction

from mailboxes.models import ConnectionToEnd

log = logging.getLogger(__name__)

# The environment may name a proxy for the world outside, which must not see the key.
DIRECTLY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
SECONDS = 2  # the person who asks for it is waiting
AT_ONCE = 50  # mailboxes in one request
# sysexits.h EX_NOUSER: nobody was connected.
NOBODY_CONNECTED = 68


class DovecotAway(Exception):
    """Dovecot did not answer at all: nobody else's can be ended now either."""


def end_when_committed(address: str) -> None:
    """Called inside the transaction that closes what the mailbox has open."""
    ConnectionToEnd.objects.create(address=address)
    transaction.on_commit(partial(_end_or_leave, address))


def end_remaining() -> None:
    """What could not be ended before; stops at once while Dovecot is away."""
    waiting = _waiting()
    try:
        for first in range(0, len(waiting), AT_ONCE):
            _end(waiting[first : first + AT_ONCE])
    except DovecotAway as error:
        log.warning("kick: %s", error)


def _waiting() -> list[str]:
    return list(ConnectionToEnd.objects.values_list("address", flat=True).distinct())


def _end_or_leave(address: str) -> None:
    """The person who made the change waits no longer than ``SECONDS``.

    What else waits is ended by the same words: one transaction may have closed many mailboxes, and
    whoever comes next then finds nothing to do.
    """
    waiting = _waiting()
    if address not in waiting:
        return
    others = [it for it in waiting if it != address]
    try:
        _end([address, *others[: AT_ONCE - 1]])
    except DovecotAway as error:
        log.warning("kick: %s", error)


def _end(addresses: Sequence[str]) -> None:
    """Rows written while Dovecot works stay: they may ask for what opened meanwhile. Raises DovecotAway."""
    asked = ConnectionToEnd.objects.filter(address__in=addresses)
    rows = list(asked.values_list("pk", "address"))
    remain = _not_ended(addresses)
    for address, answer in remain.items():
        log.warning("kick: Dovecot answered %s for %s", answer, address)
    ended = [pk for pk, address in rows if address not in remain]
    ConnectionToEnd.objects.filter(pk__in=ended).delete()


def _not_ended(addresses: Sequence[str]) -> dict[str, list[object]]:
    """Dovecot's complaint, by address. Raises DovecotAway."""
    if not settings.DOVEADM_URL:
        return {}
    commands: list[list[object]] = []
    for number, address in enumerate(addresses):
        commands.append(["authCacheFlush", {"user": [address]}, str(number)])
        commands.append(["kick", {"mask": [address]}, str(number)])
    # An answer ends with the tag of its command.
    wrong = [answer for answer in _ask(commands) if _went_wrong(answer)]
    return {addresses[int(str(answer[-1]))]: answer for answer in wrong}


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
        raise DovecotAway(str(error)) from error
    return answers


def _key() -> str:
    return base64.b64encode(settings.DOVEADM_KEY.encode()).decode()
