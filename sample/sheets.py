"""Tables as files: ODS, XLSX, CSV; written with the standard library."""

import csv
from collections.abc import Sequence
from io import StringIO
from xml.sax.saxutils import escape, quoteattr

from sample.documents import OOXML, XML, office_package, open_document, relationships

Cell = str | int | float
Rows = Sequence[Sequence[Cell]]

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def ods(name: str, rows: Rows) -> bytes:
    lines = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows
    )
    table = f"<table:table table:name={quoteattr(name)}>{lines}</table:table>"
    return open_document("spreadsheet", f"<office:spreadsheet>{table}</office:spreadsheet>")


def _ods_cell(value: Cell) -> str:
    if isinstance(value, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def xlsx(name: str, rows: Rows) -> bytes:
    lines = "".join(f"<row>{''.join(map(_xlsx_cell, row))}</row>" for row in rows)
    namespace = f'xmlns="{OOXML}/spreadsheetml/2006/main"'
    sheet = f"{XML}<worksheet {namespace}><sheetData>{lines}</sheetData></worksheet>"
    workbook = (
        f'{XML}<workbook {namespace} xmlns:r="{OOXML}/officeDocument/2006/relationships"><sheets>'
        f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    parts = {
        "": f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{MAIN}.worksheet+xml"/>',
        "xl/workbook.xml": workbook,
        "xl/_rels/workbook.xml.rels": relationships([("worksheet", "worksheets/sheet1.xml")]),
        "xl/worksheets/sheet1.xml": sheet,
    }
    return office_package("xl/workbook.xml", f"{MAIN}.sheet.main+xml", parts)


def _xlsx_cell(value: Cell) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value}</v></c>"


def csv_file(rows: Rows, encoding: str = "utf-8") -> bytes:
    """A CSV as French spreadsheets write it: semicolons, CRLF."""
    text = StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding, "replace")
