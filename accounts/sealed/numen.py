"""The NUMEN: the agent's national identifier, known to few and never shown in full.

Stored sealed (AES-256-GCM, bound to the agent's row and to the key) beside a blind index
(HMAC-SHA-256) that finds it again. Only this module and the rotation of keys touch those fields.
Source: IDENTITY rules, "NUMEN".
"""

import re
import unicodedata

from django.db import IntegrityError, transaction

from accounts.models import Agent, User
from accounts.roles import Permission, require
from accounts.sealed.keyring import Key, key_ring
from accounts.secrets import Numen
from audit import journal
from audit.events import Event
from audit.parties import NOWHERE, Origin

# Two digits of the academy, a letter for the branch, two digits of the year, five digits and three
# letters drawn for the agent.
FORMAT = re.compile(r"[0-9]{2}[A-Z][0-9]{7}[A-Z]{3}")
SEPARATORS = re.compile(r"[\s.\-–—_]+")
ACADEMY_LENGTH = 2
LENGTH = 13

PURPOSE = "numen"
FIELDS = ("numen_sealed", "numen_key", "numen_index")


class NotANumen(ValueError):
    """What was typed cannot be a NUMEN. The message never repeats it."""


class NumenTaken(Exception):
    """Another agent has this NUMEN: one of the two records is wrong, or they are one person."""


def read_numen(typed: str) -> Numen:
    """``" 17 e 98 76543 abc "`` → the NUMEN in its one spelling. Raises NotANumen."""
    text = SEPARATORS.sub("", unicodedata.normalize("NFKC", typed)).upper()
    if not FORMAT.fullmatch(text):
        raise NotANumen(f"A NUMEN has {LENGTH} characters: digits, letter, digits, three letters.")
    return Numen(text)


def looks_like_numen(typed: str) -> bool:
    """Whether someone typed a NUMEN where a login, a password or an address is expected."""
    try:
        read_numen(typed)
    except NotANumen:
        return False
    return True


def masked(numen: Numen) -> str:
    """``17•••••••••••``: the academy of origin and nothing else.

    The year can be guessed from a career, and letters or digits of the end would divide what is
    left to try by 10 to 26 each. The academy is all that helps to tell two records apart and is
    no secret.
    """
    return numen.reveal()[:ACADEMY_LENGTH].ljust(LENGTH, "•")


def keep_numen(agent: Agent, numen: Numen) -> None:
    """Seals the NUMEN into the saved ``agent``. Raises NumenTaken."""
    holder = agent_with_numen(numen)
    if holder is not None and holder.pk != agent.pk:
        raise NumenTaken
    seal_into(agent, numen)
    try:
        with transaction.atomic():
            agent.save(update_fields=FIELDS)
    except IntegrityError as error:  # another request was quicker
        agent.refresh_from_db(fields=FIELDS)
        raise NumenTaken from error


def forget_numen(agent: Agent) -> None:
    """Erases the NUMEN, as is due some months after a departure."""
    agent.numen_sealed = agent.numen_key = agent.numen_index = None
    agent.save(update_fields=FIELDS)


def agent_with_numen(numen: Numen) -> Agent | None:
    """Whoever has this NUMEN, sealed with the current key or with one that still is in the ring."""
    return Agent.objects.filter(numen_index__in=indexes_of(numen)).first()


def indexes_of(numen: Numen) -> list[str]:
    """What ``numen_index`` may hold for this NUMEN, one value for each key of the ring."""
    return [_index(numen, key) for key in key_ring().keys.values()]


def opened_numen(agent: Agent) -> Numen | None:
    """The NUMEN, for a program: to print the letter, to mask it, to compare it.

    What a person sees goes through :func:`masked_numen` or :func:`reveal_numen`. Raises KeyUnknown,
    SealBroken.
    """
    if agent.numen_sealed is None or agent.numen_key is None:
        return None
    key = key_ring().key(agent.numen_key)
    return Numen(key.unseal(bytes(agent.numen_sealed), PURPOSE, agent.pk).decode())


def masked_numen(agent: Agent) -> str:
    """What screens show; empty when the agent has none."""
    numen = opened_numen(agent)
    return masked(numen) if numen else ""


@transaction.atomic
def reveal_numen(
    agent: Agent, to: User, justification: str, origin: Origin = NOWHERE
) -> Numen | None:
    """The NUMEN for the eyes of ``to``, who must have the right; journalled. Raises Http404."""
    require(to, Permission.REVEAL_NUMEN, agent.school)
    journal.record(
        Event.NUMEN_REVEALED,
        actor=to.party,
        subject=agent.party,
        origin=origin,
        justification=justification,
    )
    return opened_numen(agent)


def seal_into(agent: Agent, numen: Numen) -> None:
    """Fills the agent's fields, without saving, with what the current key makes of the NUMEN."""
    key = key_ring().current
    agent.numen_sealed = key.seal(numen.reveal().encode(), PURPOSE, agent.pk)
    agent.numen_key = key.id
    agent.numen_index = _index(numen, key)


def is_sound(agent: Agent, numen: Numen) -> bool:
    """Whether what is stored opens to ``numen`` and is found under it."""
    if agent.numen_key is None:
        return False
    key = key_ring().key(agent.numen_key)
    return opened_numen(agent) == numen and agent.numen_index == _index(numen, key)


def _index(numen: Numen, key: Key) -> str:
    return key.blind_index(numen.reveal().encode(), PURPOSE)
