"""The part of a file that a browser asks for (RFC 9110, section 14): to seek in a film, to go on with
a download.
"""

import re

ONE_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*\Z", re.IGNORECASE | re.ASCII)


class OutOfRange(Exception):
    """Nothing of the file is in what was asked for: answer 416."""


def asked_range(field: str, size: int) -> tuple[int, int] | None:
    """Where the piece starts and how many octets it has; None for all of the file, as for several
    ranges at once, which a server may leave aside. Raises OutOfRange.
    """
    written = ONE_RANGE.match(field)
    if written is None or written.groups() == ("", ""):
        return None
    first, last = written.groups()
    if not first:
        start = max(0, size - int(last))
        end = size if int(last) else start
    else:
        start = int(first)
        end = min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None  # makes no sense: as if it were not there
    if start >= end:
        raise OutOfRange(field)
    return start, end - start
