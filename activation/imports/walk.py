"""The whole file against the database, a batch at a time: reading and writing walk alike."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from activation.imports import parts
from activation.imports.agents import AgentComparison
from activation.imports.layout import Layout, look_at, rows_of
from activation.imports.outcomes import Comparison, Fate, Outcome
from activation.imports.schools import SchoolComparison
from activation.models.imports import Import

ROWS_AT_A_TIME = 500
COMPARISONS: dict[str, Callable[..., Comparison[Any]]] = {
    Import.Kind.AGENTS: AgentComparison,
    Import.Kind.SCHOOLS: SchoolComparison,
}


def comparison_for(row: Import, *, for_writing: bool = False) -> Comparison[Any]:
    return COMPARISONS[row.kind](for_writing=for_writing)


def layout_of(row: Import, comparison: Comparison[Any]) -> Layout:
    """Checks that the file is whole and can be read. Raises Refused."""
    parts.check_whole(row)
    return look_at(partial(parts.opened, row), comparison.columns.wanted)


def batches(row: Import, layout: Layout, comparison: Comparison[Any]) -> Iterator[list[Any]]:
    """The outcomes of the rows, in their order. Raises Refused."""
    rows = rows_of(partial(parts.opened, row), layout)
    while batch := list(islice(rows, ROWS_AT_A_TIME)):
        yield comparison.plan([comparison.columns.read(it, layout) for it in batch])


class Tally:
    """How many rows of each fate, and a digest of all that would be written."""

    def __init__(self) -> None:
        self.fates: Counter[Fate] = Counter()
        self._digest = hashlib.sha256()

    def add(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            self.fates[outcome.fate] += 1
            self._digest.update(outcome.fingerprint().encode())

    @property
    def rows(self) -> int:
        return self.fates.total()

    @property
    def plan_hash(self) -> str:
        return self._digest.hexdigest()
