"""What would become of each row, as the comparison with the database tells it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol, TypeVar

from activation.imports.cells import Value
from activation.imports.columns import Columns, Fault, ReadRow


class Fate(Enum):
    NEW = auto()
    CHANGED = auto()
    UNCHANGED = auto()
    WRONG = auto()
    MISSING = auto()


@dataclass(frozen=True)
class Change:
    """A column whose value differs, both as people read them."""

    column: str
    old: str
    new: str


@dataclass
class Outcome:
    """``line`` is empty for who is missing from the file; ``row`` is the database's, if it is there."""

    line: int | None
    fate: Fate
    who: str
    row: int | None = None
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Equal for equal effects: what was shown is compared with what would be written."""
        return repr((self.line, self.fate.name, self.row, self.changes))


Planned = TypeVar("Planned", bound=Outcome)


class Comparison(Protocol[Planned]):
    """Rows of one kind of file against the database."""

    columns: Columns

    def plan(self, rows: list[ReadRow]) -> list[Planned]: ...

    def write(self, outcomes: list[Planned]) -> None: ...

    def missing(self) -> Iterator[Outcome]: ...


def changes_between(record: object, values: dict[str, Value], columns: Columns) -> list[Change]:
    """Where the record's fields differ from what the file says in the columns it has."""
    found = []
    for name, new in values.items():
        column = columns.by_name[name]
        if column.field and (old := getattr(record, column.field)) != new:
            found.append(Change(name, column.show(old), column.show(new)))
    return found
