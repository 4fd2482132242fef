"""The journal as a CSV file for a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator
from datetime import UTC

from django.utils.translation import gettext_lazy as _

from audit.events import Result
from audit.models import Entry

# French spreadsheets expect semicolons, and take UTF-8 for Windows-1252 without the mark.
BYTE_ORDER_MARK = "\ufeff"
SEPARATOR = ";"

# What makes a spreadsheet run a cell (OWASP, "CSV Injection"), in both widths.
FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")

COLUMNS = (
    _("numéro"),
    _("date (UTC)"),
    _("événement"),
    _("libellé"),
    _("auteur"),
    _("nom de l’auteur"),
    _("personne concernée"),
    _("nom de la personne"),
    _("moyen"),
    _("facteurs"),
    _("résultat"),
    _("motif interne"),
    _("adresse IP"),
    _("empreinte du navigateur"),
    _("parcours"),
    _("justification"),
    _("empreinte"),
)


class Line:
    """Where csv writes: keeps the last line, so that a response can stream it."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


def csv_lines(entries: Iterable[Entry]) -> Iterator[str]:
    """The journal's file line by line. Encode as UTF-8."""
    return lines_for_a_spreadsheet(COLUMNS, map(_cells, entries))


def lines_for_a_spreadsheet(
    titles: Iterable[object], rows: Iterable[Iterable[str]]
) -> Iterator[str]:
    """A file line by line, titles first, in which no cell can run. Encode as UTF-8."""
    line = Line()
    writer = csv.writer(line, delimiter=SEPARATOR, quoting=csv.QUOTE_ALL)
    writer.writerow([str(title) for title in titles])
    yield BYTE_ORDER_MARK + line.text
    for row in rows:
        writer.writerow([neutralised(cell) for cell in row])
        yield line.text


def neutralised(cell: str) -> str:
    """The cell with an apostrophe before whatever a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def _cells(entry: Entry) -> tuple[str, ...]:
    return (
        str(entry.number),
        entry.time.astimezone(UTC).isoformat(sep=" ", timespec="seconds"),
        entry.event,
        str(entry.what.sentence),
        entry.actor_id,
        entry.actor_label,
        entry.subject_id,
        entry.subject_label,
        entry.method,
        entry.factors,
        str(Result(entry.result).label),
        entry.reason,
        entry.address or "",
        entry.agent_hash,
        entry.flow,
        entry.justification,
        entry.hash,
    )
