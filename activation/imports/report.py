"""What an import found, as a file for a spreadsheet."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from activation.models.imports import Import, ImportLine
from audit.export import lines_for_a_spreadsheet

TITLES = (
    _("ligne"),
    _("nature"),
    _("fiche"),
    _("colonne"),
    _("avant"),
    _("après"),
    _("raison"),
)
LINES_AT_A_TIME = 1000


def report_of(row: Import) -> Iterator[str]:
    """Errors first, then what is worth a look, what changes, who is new, who is missing."""
    return lines_for_a_spreadsheet(TITLES, _cells(row))


def _cells(row: Import) -> Iterator[tuple[str, ...]]:
    Kind = ImportLine.Kind  # noqa: N806
    for kind in (Kind.ERROR, Kind.NOTE, Kind.CHANGE, Kind.NEW, Kind.MISSING):
        for it in row.lines.filter(kind=kind).order_by("pk").iterator(LINES_AT_A_TIME):
            number = str(it.line) if it.line else ""
            yield number, str(kind.label), it.who, it.column, it.old, it.new, it.reason
