"""Header fields: splitting, encoded words, dates, identifiers (RFC 5322, 2047).

Pure, bounded, never raises.
"""

import binascii
import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from webmail.syntax import charsets, transfer

MAX_HEADER_OCTETS = 1 << 20
MAX_FIELDS = 10_000
MAX_TEXT = 10_000  # characters of one field that a reader can be shown
MAX_IDENTIFIERS = 1_000

FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:")
ANY_FIELD = re.compile(rb"^[!-9;-~]+[ \t]*:", re.MULTILINE)
FOLD = re.compile(rb"\r?\n[ \t]*|\r")
BLANK_LINE = re.compile(rb"\n\r?\n")
# What may stand before the first field: a byte order mark, the separator of an mbox file.
PREFIX = re.compile(rb"(?:\xef\xbb\xbf)?(?:>?From [^\n]*\n)?")
# An atomic group, not `*+`: early builds of Python 3.11.2 never match that around a group.
ENCODED_WORD = re.compile(
    r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?((?>(?:[^?=]++|=(?!\?[^=])|\?(?!=))*))\?="
)
IDENTIFIER = re.compile(r"<([^<>\s]+)>")
CONTROLS = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]*[\x00-\x1f\x7f-\x9f\u2028\u2029][\s\x00-\x1f\x7f-\x9f]*"
)
# Characters that reorder what stands around them: a name must not be able to rewrite the line it is
# in.
REORDERING = re.compile(r"[\x00\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Headers:
    """The fields of one header, names in lower case, values unfolded and undecoded."""

    fields: tuple[tuple[str, bytes], ...] = ()
    cut: bool = False  # true when the header went past MAX_HEADER_OCTETS or MAX_FIELDS

    def all(self, name: str) -> list[bytes]:
        return [value for field, value in self.fields if field == name]

    def first(self, name: str) -> bytes | None:
        return next((value for field, value in self.fields if field == name), None)

    def text(self, name: str) -> str | None:
        """The decoded text of the first field of that name; None when there is none."""
        value = self.first(name)
        return None if value is None else text(value)


def split(raw: bytes) -> Headers:
    """The fields of a header block; lines that are no field are left out."""
    block = raw[:MAX_HEADER_OCTETS]
    block = block[_prefix_length(block) :]
    fields: list[tuple[str, bytes]] = []
    for start, end in _logical_lines(block):
        name = FIELD.match(block, start, end)
        if name:
            value = FOLD.sub(b" ", block[name.end() : end]).strip()
            fields.append((name[1].decode("ascii").lower(), value))
        if len(fields) == MAX_FIELDS:
            break
    return Headers(tuple(fields), cut=len(raw) > MAX_HEADER_OCTETS or len(fields) == MAX_FIELDS)


def body_start(raw: bytes, start: int = 0) -> int:
    """Where the body begins, for a header block that begins at `start`."""
    if raw.startswith((b"\r\n", b"\n"), start):
        return start + (2 if raw[start : start + 1] == b"\r" else 1)
    first = start + _prefix_length(raw[start : start + 1000])
    blank = BLANK_LINE.search(raw, start)
    if blank:
        return blank.end() if ANY_FIELD.search(raw[first : blank.start() + 1]) else start
    return _first_line_without_field(raw, first)


def text(value: bytes | str) -> str:
    """Text of an unstructured field, on one line, without characters that would reorder or break
    it.
    """
    source = value if isinstance(value, str) else raw_text(value)
    return one_line(decode_words(source))


def raw_text(value: bytes) -> str:
    """Undecoded field as text; raw 8-bit is UTF-8 (RFC 6532) or, from older programs, a guess."""
    return charsets.decode(value[:MAX_HEADER_OCTETS])


def one_line(value: str) -> str:
    """`value` with line ends and controls turned into a space, and no direction override."""
    return CONTROLS.sub(" ", REORDERING.sub("", value[:MAX_TEXT])).strip()


def decode_words(value: str) -> str:
    """Encoded words decoded; neighbours in one charset are joined first, as many programs split
    characters.
    """
    if "=?" not in value:
        return value
    return "".join(_decoded_runs(value))


def date(value: bytes | None) -> datetime | None:
    """A Date field in UTC, or None when it names no moment."""
    if value is None:
        return None
    written = raw_text(value[:200])
    try:
        parsed = email.utils.parsedate_tz(written)
        return _moment(parsed) if parsed else _iso_moment(written.strip())
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def identifiers(value: bytes | None) -> tuple[str, ...]:
    """Identifiers of a Message-ID, In-Reply-To or References field, without their brackets."""
    if value is None:
        return ()
    written = raw_text(value)
    found = IDENTIFIER.findall(written)[-MAX_IDENTIFIERS:]
    bare = written.strip(" <>")
    return tuple(found) or ((bare,) if bare and not re.search(r"\s", bare) else ())


def _prefix_length(block: bytes) -> int:
    found = PREFIX.match(block)
    return found.end() if found else 0


def _logical_lines(block: bytes) -> Iterator[tuple[int, int]]:
    """Start and end of each field with its folded lines."""
    start = at = 0
    while at < len(block):
        end = block.find(b"\n", at) + 1 or len(block)
        if block[end : end + 1] not in {b" ", b"\t"}:
            yield start, end
            start = end
        at = end


def _first_line_without_field(raw: bytes, start: int) -> int:
    """A header that no blank line ends is over where its lines stop being fields."""
    at = start
    while at < len(raw):
        if raw[at : at + 1] not in {b" ", b"\t"} and not FIELD.match(raw, at, at + 1000):
            return at
        at = raw.find(b"\n", at) + 1 or len(raw)
    return at


def _decoded_runs(value: str) -> Iterator[str]:
    run: list[tuple[str, bytes]] = []
    end = 0
    for word in ENCODED_WORD.finditer(value):
        between = value[end : word.start()]
        if between.strip() or not run:
            yield from _joined(run)
            run = []
            yield between
        run.append((word[1].lower(), _word_octets(word[2], word[3])))
        end = word.end()
    yield from _joined(run)
    yield value[end:]


def _joined(run: list[tuple[str, bytes]]) -> Iterator[str]:
    waiting: list[bytes] = []
    for at, (charset, octets) in enumerate(run):
        waiting.append(octets)
        if at + 1 == len(run) or run[at + 1][0] != charset:
            yield charsets.decode(b"".join(waiting), charset)
            waiting = []


def _word_octets(encoding: str, content: str) -> bytes:
    octets = content.encode("utf-8", "replace")
    if encoding in "bB":
        return transfer.decode(octets, "base64")
    return binascii.a2b_qp(octets, header=True)


def _iso_moment(written: str) -> datetime:
    moment = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d\Z)", "", written))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moment(parsed: tuple[int | None, ...]) -> datetime:
    year, month, day, hour, minute, second = (part or 0 for part in parsed[:6])
    year += 1900 if 100 <= year < 1000 else 0  # three digits count from 1900 (RFC 5322, 4.3)
    zone = timezone(timedelta(seconds=parsed[9] or 0))
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).astimezone(UTC)
