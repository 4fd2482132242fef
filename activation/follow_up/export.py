"""The figures as CSV, for a spreadsheet that must run none of its cells."""

import csv
from collections.abc import Iterable
from io import StringIO

from django.utils.translation import gettext as _

from activation.follow_up.figures import SchoolFigures
from audit.export import BYTE_ORDER_MARK, SEPARATOR, neutralised


def figures_as_csv(found: Iterable[SchoolFigures]) -> str:
    """One line a school; encode as UTF-8."""
    sheet = StringIO()
    writer = csv.writer(sheet, delimiter=SEPARATOR)
    writer.writerow(_titles())
    for one in found:
        writer.writerow([neutralised(cell) for cell in _cells(one)])
    return BYTE_ORDER_MARK + sheet.getvalue()


def _titles() -> list[str]:
    return [
        _("UAI"),
        _("Établissement"),
        _("Commune"),
        _("Personnels"),
        _("Activés"),
        _("Courrier envoyé"),
        _("Bloqués"),
        _("Courrier périmé"),
        _("Sans courrier"),
    ]


def _cells(one: SchoolFigures) -> list[str]:
    school, found = one.school, one.figures
    numbers = (found.total, found.active, found.posted, found.stuck, found.expired, found.waiting)
    return [school.uai, school.name, school.city, *map(str, numbers)]
