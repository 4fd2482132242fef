"""Tables written as text (CSV, RFC 4180, and what spreadsheets really write), for a first look."""

import csv
from contextlib import suppress
from io import StringIO
from itertools import islice

MAX_ROWS = 200
MAX_COLUMNS = 40
MAX_CELL = 500  # characters
SEPARATORS = ";\t,|"  # French spreadsheets write semicolons


def read(text: str) -> list[list[str]]:
    """The first rows; never raises."""
    plain = text.removeprefix("\ufeff").replace("\0", "")
    lines = StringIO(plain, newline="")
    found: list[list[str]] = []
    with suppress(csv.Error):  # a cell longer than any program writes
        found.extend(islice(csv.reader(lines, delimiter=_separator(plain)), MAX_ROWS))
    return [[cell[:MAX_CELL] for cell in row[:MAX_COLUMNS]] for row in found]


def _separator(text: str) -> str:
    """The one that the first line has most of."""
    first = text.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=first.count)
