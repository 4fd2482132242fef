"""Sealing everything again with the current key, so that an old one can leave the ring.

Works in small transactions on rows that no longer match the current key: it can be interrupted
and started again, and runs while the site is used.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet

from accounts.models import Agent
from accounts.sealed.keyring import KeyUnknown, SealBroken, key_ring
from accounts.sealed.numen import FIELDS, is_sound, opened_numen, seal_into
from audit import journal
from audit.events import Event, Result
from audit.parties import SYSTEM

ROWS_AT_A_TIME = 500

# Given nothing: how many files of another app are sealed with each key, until they go by themselves.
FileCount = Callable[[], dict[str, int]]

_file_counts: list[FileCount] = []


def count_files_too(count: FileCount) -> None:
    """Files that live some days are not sealed again: their key stays in the ring until they go."""
    if count not in _file_counts:
        _file_counts.append(count)


def files_in_use() -> Counter[str]:
    """How many short-lived files need each key."""
    found: Counter[str] = Counter()
    for count in _file_counts:
        found.update(count())
    return found


@dataclass
class Rotation:
    """How far the work has come: rows ``done``, and what went wrong by the agent's row id."""

    done: int = 0
    problems: dict[int, str] = field(default_factory=dict)


def rotate_numens(rows_at_a_time: int = ROWS_AT_A_TIME) -> Iterator[Rotation]:
    """Seals the NUMEN of other keys again; yields after each batch, for progress to be shown."""
    rotation = Rotation()
    last = 0
    while rows := _batch_after(last, rows_at_a_time, rotation):
        last = rows[-1]
        yield rotation
    _journalise(rotation)


def check_numens() -> Rotation:
    """Opens every NUMEN and compares it with its index, changing nothing."""
    rotation = Rotation()
    for agent in Agent.objects.exclude(numen_key=None).order_by("pk").iterator(ROWS_AT_A_TIME):
        if problem := _unsound(agent):
            rotation.problems[agent.pk] = problem
        else:
            rotation.done += 1
    return rotation


def keys_in_use() -> dict[str, int]:
    """How many rows need each key of the ring, or a key that is missing from it."""
    counted = Agent.objects.exclude(numen_key=None).values_list("numen_key")
    return {str(key): rows for key, rows in counted.annotate(Count("pk")).order_by("numen_key")}


def _left_behind() -> QuerySet[Agent]:
    return Agent.objects.exclude(numen_key=None).exclude(numen_key=key_ring().current.id)


@transaction.atomic
def _batch_after(last: int, size: int, rotation: Rotation) -> list[int]:
    """Works on the next rows; returns their ids, none at the end."""
    agents = _left_behind().filter(pk__gt=last).order_by("pk")
    rows = []
    for agent in agents.select_for_update()[:size]:
        rows.append(agent.pk)
        if problem := _seal_again(agent):
            rotation.problems[agent.pk] = problem
        else:
            rotation.done += 1
    return rows


def _seal_again(agent: Agent) -> str:
    """Returns what hinders, or nothing; a row that cannot be sealed again stays as it was."""
    if problem := _unsound(agent):
        return problem
    numen = opened_numen(agent)
    if numen is None:
        return ""
    seal_into(agent, numen)
    if not is_sound(agent, numen):
        return "does not open after sealing"
    try:
        with transaction.atomic():
            agent.save(update_fields=FIELDS)
    except IntegrityError:
        return "another agent has the same NUMEN"
    return ""


def _unsound(agent: Agent) -> str:
    try:
        numen = opened_numen(agent)
    except KeyUnknown:
        return f"sealed with key {agent.numen_key}, which is not in the ring"
    except SealBroken:
        return "does not open: changed, or moved from another row"
    return "" if numen and is_sound(agent, numen) else "is not found under its index"


def _journalise(rotation: Rotation) -> None:
    if not rotation.done and not rotation.problems:
        return
    journal.record(
        Event.KEYS_ROTATED,
        actor=SYSTEM,
        result=Result.FAILED if rotation.problems else Result.SUCCESS,
        reason=f"current key {key_ring().current.id}: {rotation.done} NUMEN sealed again, "
        f"{len(rotation.problems)} problems",
    )
