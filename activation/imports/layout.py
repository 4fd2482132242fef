"""A file's bytes → rows of cells, whatever program wrote it. Pure: no database, no network.

Accepted: UTF-8 with or without its mark, else Windows-1252; ``;``, ``,`` or tabs; any ends of lines;
Excel's line ``sep=;`` and its empty columns and rows. The file is never in memory as a whole.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from activation.models.problems import Problem

Chunks = Callable[[], Iterable[bytes]]

ENCODINGS = ("utf-8-sig", "cp1252")
SEPARATORS = (";", ",", "\t")
EXCEL_SAYS = re.compile(r"sep=(.)", re.IGNORECASE)
# What files begin with that people take for CSV. OLE2 is the old Excel; a zip is any newer workbook.
BEGINNINGS = {
    b"PK\x03\x04": (Problem.SPREADSHEET, ""),
    b"\xd0\xcf\x11\xe0": (Problem.SPREADSHEET, ""),
    b"%PDF": (Problem.NOT_CSV, "PDF"),
    b"\x1f\x8b": (Problem.NOT_CSV, "gzip"),
    b"{\\rtf": (Problem.NOT_CSV, "RTF"),
    b"\xff\xfe": (Problem.UTF_16, ""),
    b"\xfe\xff": (Problem.UTF_16, ""),
}


class Refused(Exception):
    """Nothing of the file can be read; the person must bring another one."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem.value)
        self.problem, self.detail = problem, detail


@dataclass(frozen=True)
class Row:
    """One record; ``line`` is the number that a spreadsheet shows beside it."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True)
class Layout:
    """How the file is written: ``columns`` holds the known name of each position, or nothing."""

    encoding: str
    separator: str
    header_line: int
    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    rows: int
    repeated: dict[str, list[int]]


@dataclass(frozen=True)
class Wanted:
    """What a header may say (``names``: spelling → column), what it must, and which column is the key."""

    names: dict[str, str]
    required: tuple[str, ...]
    key: str


def look_at(chunks: Chunks, wanted: Wanted) -> Layout:
    """Walks the whole file once. Raises Refused."""
    encoding = _encoding(chunks)
    separator, header_line, header = _header(chunks, encoding, wanted)
    columns = tuple(wanted.names.get(spelled(title), "") for title in header)
    _check_columns(columns, wanted)
    unknown = tuple(
        title.strip()
        for title, column in zip(header, columns, strict=True)
        if title.strip() and not column
    )
    layout = Layout(encoding, separator, header_line, columns, unknown, 0, {})
    rows, repeated = _count(chunks, layout, columns.index(wanted.key))
    if not rows:
        raise Refused(Problem.ONLY_A_HEADER)
    return Layout(encoding, separator, header_line, columns, unknown, rows, repeated)


def rows_of(chunks: Chunks, layout: Layout) -> Iterator[Row]:
    """The rows below the header that hold anything. Raises Refused."""
    for line, cells in _records(chunks, layout.encoding, layout.separator):
        if line > layout.header_line and any(cell.strip() for cell in cells):
            yield Row(line, cells)


def spelled(title: str) -> str:
    """``" Date de naissance* "`` → ``date_de_naissance``: how titles are compared."""
    bare = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return "_".join(re.findall(r"[a-z0-9]+", letters))


def key_of(cell: str) -> str:
    """A code in its one spelling, so that the same one is found twice."""
    return "".join(c for c in cell if c.isalnum()).upper()


def check_beginning(first: bytes) -> None:
    """Refuses by its first octets what is no text at all. Raises Refused."""
    for beginning, (problem, detail) in BEGINNINGS.items():
        if first.startswith(beginning):
            raise Refused(problem, detail)
    if not first.removeprefix(codecs.BOM_UTF8).strip():
        raise Refused(Problem.EMPTY)


def _encoding(chunks: Chunks) -> str:
    check_beginning(next((chunk for chunk in chunks() if chunk), b""))
    for encoding in ENCODINGS:
        if _decodes(chunks, encoding):
            return encoding
    raise Refused(Problem.UNREADABLE_TEXT)


def _decodes(chunks: Chunks, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in chunks():
            if b"\0" in chunk:
                raise Refused(Problem.NOT_CSV, "octets nuls")
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _header(chunks: Chunks, encoding: str, wanted: Wanted) -> tuple[str, int, list[str]]:
    """The separator by which most titles are known, with the first line that is not empty."""
    told = _separator_told(chunks, encoding)
    found = []
    for separator in [told] if told else SEPARATORS:
        with suppress(Refused):  # quotes that are whole by one separator are broken by another
            found.append((separator, *_first_record(chunks, encoding, separator, bool(told))))
    if not found:
        raise Refused(Problem.BROKEN_QUOTES, "1")
    return max(found, key=lambda it: sum(spelled(title) in wanted.names for title in it[2]))


def _separator_told(chunks: Chunks, encoding: str) -> str:
    first = next(iter(_text(chunks, encoding)), "")
    told = EXCEL_SAYS.fullmatch(first.strip("\r\n\"' "))
    return told[1] if told else ""


def _first_record(
    chunks: Chunks, encoding: str, separator: str, after: int
) -> tuple[int, list[str]]:
    """A file of empty lines has an empty one."""
    for line, cells in _records(chunks, encoding, separator):
        if line > after and any(cell.strip() for cell in cells):
            return line, cells
    return 0, []


def _check_columns(columns: Sequence[str], wanted: Wanted) -> None:
    known = [column for column in columns if column]
    if missing := [column for column in wanted.required if column not in known]:
        raise Refused(Problem.MISSING_COLUMNS, ", ".join(missing))
    if twice := [column for column in dict.fromkeys(known) if known.count(column) > 1]:
        raise Refused(Problem.COLUMN_TWICE, ", ".join(twice))


def _count(chunks: Chunks, layout: Layout, key: int) -> tuple[int, dict[str, list[int]]]:
    """How many rows there are, and the lines of each key that stands in several."""
    first_seen: dict[str, int] = {}
    repeated: dict[str, list[int]] = {}
    rows = 0
    for row in rows_of(chunks, layout):
        rows += 1
        code = key_of(row.cells[key]) if key < len(row.cells) else ""
        if not code:
            continue
        first = first_seen.setdefault(code, row.line)
        if first != row.line:
            repeated.setdefault(code, [first]).append(row.line)
    return rows, repeated


def _records(chunks: Chunks, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(_text(chunks, encoding), delimiter=separator, strict=True)
    line = 0
    try:
        for line, cells in enumerate(reader, start=1):
            yield line, cells
    except csv.Error as error:
        raise Refused(Problem.BROKEN_QUOTES, str(line + 1)) from error


def _text(chunks: Chunks, encoding: str) -> io.TextIOWrapper:
    """Lines with their ends, which csv needs to keep those within quotes."""
    return io.TextIOWrapper(io.BufferedReader(_Stream(chunks())), encoding, newline="")


class _Stream(io.RawIOBase):
    """Chunks of any size as one stream."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = chunk
        octets, self._left = self._left[: len(buffer)], self._left[len(buffer) :]
        buffer[: len(octets)] = octets
        return len(octets)
