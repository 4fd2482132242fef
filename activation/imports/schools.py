"""The schools' file against the schools."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import School
from activation.imports.cells import Value
from activation.imports.columns import SCHOOLS, ReadRow
from activation.imports.outcomes import Fate, Outcome, changes_between

ROWS_AT_A_TIME = 500
FIELDS = [column.field for column in SCHOOLS.all]


@dataclass
class SchoolOutcome(Outcome):
    school: School | None = None


class SchoolComparison:
    """``for_writing``: inside a transaction, the rows stay as they are until it ends."""

    columns = SCHOOLS

    def __init__(self, *, for_writing: bool = False) -> None:
        self._schools = School.objects.all()
        if for_writing:
            self._schools = self._schools.select_for_update()
        self._seen: set[str] = set()

    def plan(self, rows: list[ReadRow]) -> list[SchoolOutcome]:
        codes = [row.values["uai"] for row in rows if "uai" in row.values]
        known = {school.uai: school for school in self._schools.filter(uai__in=codes)}
        return [self._outcome(row, known) for row in rows]

    def write(self, outcomes: list[SchoolOutcome]) -> None:
        School.objects.bulk_create(
            [o.school for o in outcomes if o.fate is Fate.NEW and o.school], ROWS_AT_A_TIME
        )
        School.objects.bulk_update(
            [o.school for o in outcomes if o.fate is Fate.CHANGED and o.school], FIELDS
        )

    def missing(self) -> Iterator[Outcome]:
        """Schools of the site that the file does not name."""
        for school in School.objects.order_by("uai").iterator(ROWS_AT_A_TIME):
            if school.uai not in self._seen:
                yield Outcome(None, Fate.MISSING, _who(school.uai, school.name))

    def _outcome(self, row: ReadRow, known: dict[str, School]) -> SchoolOutcome:
        uai = str(row.values.get("uai", ""))
        self._seen.add(uai)
        who = _who(uai, str(row.values.get("nom", "")))
        if row.faults:
            return SchoolOutcome(row.line, Fate.WRONG, who, faults=row.faults)
        school = known.get(uai)
        if school is None:
            return SchoolOutcome(row.line, Fate.NEW, who, school=_filled(School(), row.values))
        changes = changes_between(school, row.values, SCHOOLS)
        fate = Fate.CHANGED if changes else Fate.UNCHANGED
        _filled(school, row.values)
        return SchoolOutcome(row.line, fate, who, school.pk, changes, school=school)


def _filled(school: School, values: dict[str, Value]) -> School:
    for name, value in values.items():
        setattr(school, SCHOOLS.by_name[name].field, value)
    return school


def _who(uai: str, name: str) -> str:
    return f"{uai} {name}".strip()
