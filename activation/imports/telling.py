"""Outcomes → the lines that people read, on the page and in the report."""

from collections.abc import Iterable, Iterator

from activation.imports.columns import Fault
from activation.imports.outcomes import Fate, Outcome
from activation.models.imports import VALUE_LENGTH, WHO_LENGTH, Import, ImportLine

Kind = ImportLine.Kind


def lines_of(row: Import, outcomes: Iterable[Outcome]) -> Iterator[ImportLine]:
    """What is new, different, wrong, missing or worth a look; what stays as it is tells nothing."""
    for outcome in outcomes:
        if outcome.fate is Fate.NEW:
            yield _line(row, outcome, Kind.NEW)
        if outcome.fate is Fate.MISSING:
            yield _line(row, outcome, Kind.MISSING)
        for change in outcome.changes:
            line = _line(row, outcome, Kind.CHANGE)
            line.column = change.column
            line.old, line.new = change.old[:VALUE_LENGTH], change.new[:VALUE_LENGTH]
            yield line
        yield from (_fault(row, outcome, Kind.ERROR, fault) for fault in outcome.faults)
        yield from (_fault(row, outcome, Kind.NOTE, note) for note in outcome.notes)


def _fault(row: Import, outcome: Outcome, kind: Kind, fault: Fault) -> ImportLine:
    line = _line(row, outcome, kind)
    line.column, line.problem, line.detail = fault.column, fault.problem.value, fault.detail
    return line


def _line(row: Import, outcome: Outcome, kind: Kind) -> ImportLine:
    """Only agents are linked: schools have no page to go to."""
    agent = outcome.row if row.kind == Import.Kind.AGENTS else None
    return ImportLine(
        file=row, kind=kind, line=outcome.line, who=outcome.who[:WHO_LENGTH], agent_id=agent
    )
