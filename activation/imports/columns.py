"""The columns of the two files; docs/imports.md shows the same to people."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from accounts.models import School
from accounts.sealed.numen import looks_like_numen
from activation.imports import cells
from activation.imports.cells import CellRefused, Value
from activation.imports.layout import Layout, Row, Wanted, key_of, spelled
from activation.models.problems import Problem


def shown(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return "" if value is None else str(value)


def _shown_kind(value: object) -> str:
    return str(School.Kind(str(value)).label)


@dataclass(frozen=True)
class Column:
    """``field`` is the model's; an empty one is not compared field by field."""

    name: str
    read: Callable[[str], Value]
    field: str = ""
    longest: int = 120
    required: bool = False
    also: tuple[str, ...] = ()  # other titles, as HR's programs write them
    empty: Value = ""  # what an empty cell is
    show: Callable[[object], str] = shown


@dataclass(frozen=True)
class Fault:
    column: str
    problem: Problem
    detail: str = ""


@dataclass
class ReadRow:
    """A row's values by column, of the columns that the file has; faulty cells are left out."""

    line: int
    values: dict[str, Value]
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Columns:
    """The columns of one kind of file; ``key`` names the one that tells rows apart."""

    key: str
    all: tuple[Column, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.all}

    @cached_property
    def wanted(self) -> Wanted:
        names = {
            spelled(title): column.name
            for column in self.all
            for title in (column.name, *column.also)
        }
        return Wanted(names, tuple(c.name for c in self.all if c.required), self.key)

    def read(self, row: Row, layout: Layout) -> ReadRow:
        read = ReadRow(row.line, {})
        for position, name in enumerate(layout.columns):
            if name:
                self._read_cell(read, name, _cell(row.cells, position))
        if any(_lies_outside(row.cells, layout.columns)):
            read.faults.append(Fault("", Problem.TOO_MANY_CELLS))
        read.faults += _repetitions(row, layout, self.key)
        return read

    def _read_cell(self, read: ReadRow, name: str, cell: str) -> None:
        try:
            read.values[name] = _value(self.by_name[name], cell)
        except CellRefused as refused:
            read.faults.append(Fault(name, refused.problem, refused.detail))


def _value(column: Column, cell: str) -> Value:
    text = cells.clean(cell)
    if not text:
        if column.required:
            raise CellRefused(Problem.REQUIRED)
        return column.empty
    if len(text) > column.longest:
        raise CellRefused(Problem.TOO_LONG, str(column.longest))
    if looks_like_numen(text) and column.name != "numen":
        raise CellRefused(Problem.NUMEN_ELSEWHERE)  # it would be shown as a name, or in an error
    return column.read(text)


def _cell(row: Sequence[str], position: int) -> str:
    return row[position] if position < len(row) else ""


def _lies_outside(row: Sequence[str], columns: Sequence[str]) -> Iterable[str]:
    return (cell for cell in row[len(columns) :] if cell.strip())


def _repetitions(row: Row, layout: Layout, key: str) -> list[Fault]:
    code = key_of(_cell(row.cells, layout.columns.index(key)))
    others = [str(line) for line in layout.repeated.get(code, []) if line != row.line]
    return [Fault(key, Problem.REPEATED, ", ".join(others[:3]))] if others else []


AGENTS = Columns(
    "numen",
    (
        Column("numen", cells.read_numen_cell, required=True, longest=30),
        Column(
            "nom_naissance", cells.read_text, "civil_name", 80, True,
            ("nom", "nom de naissance", "nom patronymique", "nom de famille"),
        ),
        Column("nom_usage", cells.read_text, "usual_name", 80, False, ("nom d’usage", "nom usuel", "nom marital")),
        Column("prenom", cells.read_text, "first_name", 80, True, ("prénom usuel", "prénom d’usage")),
        Column("prenoms", cells.read_text, "first_names", 160, False, ("prénoms de l’état civil", "autres prénoms")),
        Column(
            "date_naissance", cells.read_birth_date, "birth_date", 30, True,
            ("date de naissance", "né le", "née le", "né(e) le"),
        ),
        Column(
            "uai", cells.read_uai_cell, "", 30, True,
            ("code uai", "rne", "code rne", "uai d’affectation", "établissement"),
        ),
        Column("fonction", cells.read_text, "post", 120, False, ("poste", "emploi", "corps", "discipline")),
        Column(
            "debut", cells.read_day, "posted_from", 30, False,
            ("date de début", "date début", "en poste depuis", "affecté le"), None,
        ),
        Column(
            "fin", cells.read_day, "posted_until", 30, False,
            ("date de fin", "date fin", "en poste jusqu’au"), None,
        ),
        Column(
            "courriel_personnel", cells.read_address, "personal_email", 254, False,
            ("adresse personnelle", "mél personnel", "mail personnel", "email personnel", "e-mail personnel"),
        ),
        Column("adresse", cells.read_text, "street", 120, False, ("adresse 1", "rue", "voie")),
        Column(
            "complement", cells.read_text, "street_extra", 120, False,
            ("complément d’adresse", "complément adresse", "adresse 2"),
        ),
        Column("code_postal", cells.read_postal_code, "postal_code", 10, False, ("cp",)),
        Column("commune", cells.read_text, "city", 80, False, ("ville", "localité")),
        Column("pays", cells.read_text, "country", 60),
        Column(
            "academie_origine", cells.read_text, "", 80, False,
            ("académie d’origine", "mutation de", "venant de"),
        ),
        Column(
            "date_mutation", cells.read_day, "", 30, False,
            ("date de mutation", "date d’arrivée", "arrivée le"), None,
        ),
        Column(
            "ancienne_adresse", cells.read_address, "", 254, False,
            ("ancien courriel", "ancien mél", "courriel précédent"),
        ),
    ),
)  # fmt: skip

SCHOOLS = Columns(
    "uai",
    (
        Column("uai", cells.read_uai_cell, "uai", 30, True, ("code uai", "rne", "code rne")),
        Column(
            "nom", cells.read_text, "name", 120, True,
            ("dénomination", "appellation", "nom de l’établissement", "libellé"),
        ),
        Column(
            "nature", cells.read_kind, "kind", 80, False,
            ("type", "type d’établissement", "nature uai"), School.Kind.OTHER.value, _shown_kind,
        ),
        Column("adresse", cells.read_text, "street", 120, False, ("adresse 1", "rue", "voie")),
        Column("code_postal", cells.read_postal_code, "postal_code", 10, False, ("cp",)),
        Column("commune", cells.read_text, "city", 80, True, ("ville", "localité")),
        Column("telephone", cells.read_phone, "phone", 20, False, ("tél", "numéro de téléphone")),
        Column(
            "courriel", cells.read_address, "email", 254, False,
            ("mél", "mail", "email", "e-mail", "courriel du secrétariat", "adresse électronique"),
        ),
        Column(
            "responsable", cells.read_text, "head_name", 120, False,
            ("chef d’établissement", "directeur", "directrice", "direction"),
        ),
    ),
)  # fmt: skip
