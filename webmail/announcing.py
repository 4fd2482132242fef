"""What is announced through Redis: that a mailbox changed, that a person's rights did, who came
to a conversation, that its notes changed. Never what it holds.

Without Redis nothing is announced, and pages show what is new when they are next opened.
"""

import logging
from functools import cache

from django.conf import settings
from django.db import transaction
from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PREFIX = "pli:changed:"
CALL = "call"
PRESENCE = "presence:"  # and the number of a conversation
NOTES = "notes:"  # the same
SECONDS = 1  # longest wait for a Redis that does not answer


def of_mailbox(mailbox_id: int) -> str:
    return f"{PREFIX}mailbox:{mailbox_id}"


def of_person(user_id: int) -> str:
    return f"{PREFIX}person:{user_id}"


def announce_change(mailbox_id: int, version: int) -> None:
    """Every open page of this mailbox hears its new version, once the transaction is through."""
    transaction.on_commit(lambda: _publish(of_mailbox(mailbox_id), str(version)))


def announce_doubt(user_id: int) -> None:
    """Every open page of this person asks whether it may still be shown, once the transaction is through."""
    transaction.on_commit(lambda: _publish(of_person(user_id), ""))


def announce_call(user_id: int) -> None:
    """Every open page of this person shows anew who calls them, once the transaction is through."""
    transaction.on_commit(lambda: _publish(of_person(user_id), CALL))


def announce_presence(mailbox_id: int, conversation: int) -> None:
    """Every open page of this mailbox hears that somebody came to, or left, a conversation; now."""
    _publish(of_mailbox(mailbox_id), f"{PRESENCE}{conversation}")


def announce_notes(mailbox_id: int, conversation: int) -> None:
    """Every open page of this mailbox hears that a conversation's notes changed, once the transaction is through."""
    said = f"{NOTES}{conversation}"
    transaction.on_commit(lambda: _publish(of_mailbox(mailbox_id), said))


def _publish(channel: str, said: str) -> None:
    try:
        client().publish(channel, said)
    except RedisError as error:
        log.warning("push: nobody hears of %s: %s", channel, error)


@cache
def client() -> Redis:
    """One pool of connections for the process."""
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=SECONDS, socket_connect_timeout=SECONDS
    )
