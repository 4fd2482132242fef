"""Who reads a conversation now, and who writes an answer to it.

In Redis alone: numbers of people, which expire by themselves. Without Redis nobody is seen, and what
answering.py finds in drafts still counts.
"""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from webmail.announcing import announce_presence, client
from webmail.team.people import Member, Team

log = logging.getLogger(__name__)

LASTS = 45  # seconds without a sign; pages give one every 20
NAMES = 3


class Doing(StrEnum):
    READS = "lit"
    WRITES = "ecrit"


@dataclass(frozen=True)
class Here:
    """Who else is at a conversation; a member who does both writes."""

    reading: tuple[Member, ...] = ()
    writing: tuple[Member, ...] = ()

    @property
    def label(self) -> str:
        """« Anne Morel est en train de répondre. Paul Roy lit ce message. », or ""."""
        return " ".join(filter(None, (_writes(self.writing), _reads(self.reading))))


NOBODY = Here()


def _key(mailbox_id: int, conversation: int) -> str:
    return f"pli:here:{{{mailbox_id}}}:{conversation}"


def note(mailbox_id: int, conversation: int, person_id: int, doing: Doing) -> None:
    """The person is there, for LASTS seconds more; whoever else looks is told when that is new."""
    key, member = _key(mailbox_id, conversation), f"{person_id} {doing}"
    now = time.time()
    try:
        with client().pipeline() as pipe:
            pipe.zremrangebyscore(key, "-inf", now)
            pipe.zadd(key, {member: now + LASTS}, nx=True)
            pipe.zadd(key, {member: now + LASTS})
            pipe.expire(key, LASTS)
            is_new = pipe.execute()[1]
    except RedisError as error:
        log.warning("presence: not told: %s", error)
        return
    if is_new:
        announce_presence(mailbox_id, conversation)


def leave(mailbox_id: int, conversation: int, person_id: int, doing: Doing) -> None:
    try:
        was_there = client().zrem(_key(mailbox_id, conversation), f"{person_id} {doing}")
    except RedisError as error:
        log.warning("presence: not told: %s", error)
        return
    if was_there:
        announce_presence(mailbox_id, conversation)


def here(mailbox_id: int, conversation: int, team: Team) -> Here:
    """Members of the team but the signed-in person."""
    there = list(_there(mailbox_id, conversation))
    writing = {person for person, doing in there if doing == Doing.WRITES}
    reading = {person for person, doing in there} - writing
    return Here(
        tuple(it for it in team.others if it.id in reading),
        tuple(it for it in team.others if it.id in writing),
    )


def _there(mailbox_id: int, conversation: int) -> Iterator[tuple[int, str]]:
    try:
        found = client().zrangebyscore(_key(mailbox_id, conversation), time.time(), "+inf")
    except RedisError as error:
        log.warning("presence: not asked: %s", error)
        return
    for member in found:
        person, _space, doing = bytes(member).decode().partition(" ")  # type: ignore[arg-type]
        yield int(person), doing


def _writes(people: tuple[Member, ...]) -> str:
    if not people:
        return ""
    words = ngettext(
        "%(names)s est en train de répondre.", "%(names)s sont en train de répondre.", len(people)
    )
    return words % {"names": named(people)}


def _reads(people: tuple[Member, ...]) -> str:
    if not people:
        return ""
    words = ngettext(
        "%(names)s lit cette conversation.", "%(names)s lisent cette conversation.", len(people)
    )
    return words % {"names": named(people)}


def named(people: tuple[Member, ...]) -> str:
    """« Anne Morel, Paul Roy et 2 autres »"""
    names = [member.name for member in people]
    if len(names) > NAMES:
        left = len(names) - NAMES
        words = ngettext("%(names)s et %(n)s autre", "%(names)s et %(n)s autres", left)
        return words % {"names": ", ".join(names[:NAMES]), "n": left}
    if len(names) > 1:
        return _("%(names)s et %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
    return names[0] if names else ""
