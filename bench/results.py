"""What was measured, as a table for people and as JSON for comparing."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

HEADINGS = ("what", "measured", "budget", "floor", "ratio", "")


@dataclass(frozen=True)
class Result:
    """One line. `measured`, `budget` and `floor` have the same `unit`; `more_is_better` for rates."""

    what: str
    measured: float
    unit: str
    budget: float | None = None
    floor: float | None = None
    floor_is: str = ""
    more_is_better: bool = False
    also: Mapping[str, float] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.measured / self.floor if self.floor else None

    @property
    def holds(self) -> bool | None:
        if self.budget is None:
            return None
        if self.more_is_better:
            return self.measured >= self.budget
        return self.measured <= self.budget


def line(result: Result) -> str:
    """What a long run says while it goes on."""
    return f"  {result.what}: {_figure(result.measured)} {result.unit}"


def table(results: list[Result]) -> str:
    rows = [HEADINGS, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    notes = [f"  {r.what}: floor is {r.floor_is}" for r in results if r.floor_is]
    details = [f"  {r.what}: {_also(r)}" for r in results if r.also]
    return "\n".join([*lines, "", *notes, *details])


def _row(result: Result) -> tuple[str, ...]:
    verdict = {True: "holds", False: "MISSED", None: ""}[result.holds]
    budget = f"{'≥' if result.more_is_better else '≤'} {result.budget:g}" if result.budget else ""
    return (
        result.what,
        f"{_figure(result.measured)} {result.unit}",
        budget,
        f"{_figure(result.floor)} {result.unit}" if result.floor else "",
        f"{result.ratio:.2f}" if result.ratio else "",
        verdict,
    )


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _also(result: Result) -> str:
    return ", ".join(f"{name} {_figure(value)}" for name, value in result.also.items())


def write(path: Path, database: str, messages: int, results: list[Result]) -> None:
    facts = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "database": database,
        "messages": messages,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "results": [
            asdict(result) | {"ratio": result.ratio, "holds": result.holds} for result in results
        ],
    }
    path.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
