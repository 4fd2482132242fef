"""The dry run: what the file would change. It writes nothing but what it found."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from activation.imports.arrivals import forget
from activation.imports.layout import Layout, Refused
from activation.imports.outcomes import Fate, Outcome
from activation.imports.telling import lines_of
from activation.imports.walk import ROWS_AT_A_TIME, Tally, batches, comparison_for, layout_of
from activation.models.imports import Import, ImportLine

log = logging.getLogger(__name__)

State = Import.State
SIGN_OF_LIFE = timedelta(minutes=2)  # a reader that gives none is dead


class Replaced(Exception):
    """Another reader has taken the file over, or the person gave it up."""


@dataclass
class _Claim:
    """The right to read, which lasts as long as the row says that it is ours."""

    row: Import
    since: datetime

    def renew(self, **news: object) -> None:
        """Raises Replaced."""
        now = timezone.now()
        mine = Import.objects.filter(pk=self.row.pk, state=State.READING, claimed_at=self.since)
        if mine.update(**{"claimed_at": now, **news}) != 1:
            raise Replaced
        self.since = now


def read(import_id: int) -> None:
    """Reads the file when this call wins the claim; twice or interrupted does no harm."""
    claim = _claim(import_id)
    if claim is None:
        return
    try:
        _read(claim)
    except Refused as refused:
        _refuse(claim, refused)
    except Replaced:
        log.info("imports: %s is read elsewhere, or no more", import_id)


@transaction.atomic
def _claim(import_id: int) -> _Claim | None:
    now = timezone.now()
    waiting = Import.objects.filter(pk=import_id, state=State.RECEIVED)
    if waiting.update(state=State.READING, claimed_at=now, rows_done=0, rows=0) != 1:
        return None
    ImportLine.objects.filter(file_id=import_id).delete()
    return _Claim(Import.objects.get(pk=import_id), now)


def _read(claim: _Claim) -> None:
    comparison, tally = comparison_for(claim.row), Tally()
    layout = layout_of(claim.row, comparison)
    claim.renew(rows=layout.rows, ignored_columns=_ignored(layout))
    for outcomes in batches(claim.row, layout, comparison):
        tally.add(outcomes)
        _keep(claim, outcomes, rows_done=tally.rows)
    missing = 0
    for absent in _in_batches(comparison.missing()):
        missing += len(absent)
        _keep(claim, absent, missing=missing)
    claim.renew(
        state=State.READ,
        missing=missing,
        plan_hash=tally.plan_hash,
        new=tally.fates[Fate.NEW],
        changed=tally.fates[Fate.CHANGED],
        unchanged=tally.fates[Fate.UNCHANGED],
        wrong=tally.fates[Fate.WRONG],
    )


@transaction.atomic
def _keep(claim: _Claim, outcomes: list[Outcome], **news: int) -> None:
    """The claim first: whoever lost it adds nothing to what another reader found."""
    claim.renew(**news)
    ImportLine.objects.bulk_create(lines_of(claim.row, outcomes), ROWS_AT_A_TIME)


@transaction.atomic
def _refuse(claim: _Claim, refused: Refused) -> None:
    refusal = {"problem": refused.problem.value, "problem_detail": refused.detail[:200]}
    claim.renew(state=State.REFUSED, ended_at=timezone.now(), **refusal)
    forget(claim.row)


def _ignored(layout: Layout) -> str:
    return ", ".join(layout.unknown)[:400]


def _in_batches(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    while batch := list(islice(outcomes, ROWS_AT_A_TIME)):
        yield batch
