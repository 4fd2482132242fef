"""Writing to the journal: the one way in is :func:`record`."""

from typing import TypedDict, Unpack

from django.db import transaction
from django.utils import timezone

from audit.chain import hash_of
from audit.events import Event, Result
from audit.models import (
    FACTORS_LENGTH,
    FLOW_LENGTH,
    JUSTIFICATION_LENGTH,
    LABEL_LENGTH,
    METHOD_LENGTH,
    REASON_LENGTH,
    Chain,
    Entry,
)
from audit.parties import NOBODY, NOWHERE, Origin, Party

CUT = "…"
UNPRINTABLE = "\N{REPLACEMENT CHARACTER}"


class Details(TypedDict, total=False):
    """What may be told about an event.

    ``actor`` did it, ``subject`` is whose account it concerns; ``method`` and ``factors`` say how
    the actor proved who they are; ``reason`` is for the back office only; ``flow`` ties together
    the entries of one journey; ``justification`` is what the actor typed. Never a secret, nor what
    someone typed as an identifier: it may be a password in the wrong field.
    """

    actor: Party
    subject: Party
    origin: Origin
    method: str
    factors: tuple[str, ...]
    result: Result
    reason: str
    flow: str
    justification: str


@transaction.atomic
def record(event: Event, **details: Unpack[Details]) -> Entry:
    """Adds an entry, which stays or goes with the caller's transaction.

    From here to the end of that transaction nobody else can write to the journal: call it last,
    and talk to no other server afterwards.
    """
    entry = _entry(event, details)
    chain = Chain.locked()
    entry.number = chain.head.number + 1
    entry.previous = chain.head.hash
    entry.time = timezone.now()  # read under the lock, so that time follows the numbers
    entry.hash = hash_of(entry.facts(), entry.previous)
    entry.save(force_insert=True)
    chain.head = entry.link
    chain.save(update_fields=["head_number", "head_hash"])
    return entry


def _entry(event: Event, details: Details) -> Entry:
    actor = details.get("actor", NOBODY)
    subject = details.get("subject", NOBODY)
    origin = details.get("origin", NOWHERE)
    return Entry(
        event=event.value,
        actor_id=actor.id,
        actor_label=_line(actor.label, LABEL_LENGTH),
        subject_id=subject.id,
        subject_label=_line(subject.label, LABEL_LENGTH),
        method=_line(details.get("method", ""), METHOD_LENGTH),
        factors=_line(" ".join(details.get("factors", ())), FACTORS_LENGTH),
        result=details.get("result", Result.SUCCESS).value,
        reason=_line(details.get("reason", ""), REASON_LENGTH),
        address=origin.plain_address,
        agent_hash=origin.agent_hash,
        flow=_line(details.get("flow", ""), FLOW_LENGTH),
        justification=_line(details.get("justification", ""), JUSTIFICATION_LENGTH),
    )


def _line(text: str, longest: int) -> str:
    """One printable line that both databases give back unchanged."""
    line = "".join(c if c.isprintable() else UNPRINTABLE for c in " ".join(text.split()))
    return line if len(line) <= longest else line[: longest - len(CUT)] + CUT
