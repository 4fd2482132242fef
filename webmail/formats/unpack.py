"""Files hidden inside a part: uuencode and yEnc in its text, S/MIME's signed shell."""

import re
from dataclasses import dataclass
from itertools import islice

from webmail.syntax import charsets, transfer

MAX_FILES = 500
MAX_ATTEMPTS = 50  # beginnings that turn out to be none
BEGIN = re.compile(
    rb"^(?:begin(?P<base64>-base64)? [0-7]{3,4} +(?P<uu>[^\s][^\r\n]{0,1000})"
    rb"|=ybegin (?P<yenc>[^\r\n]{0,1000}))\r?\n",
    re.MULTILINE,
)
UU_END = re.compile(rb"^(?:end|====)[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
YENC_PART = re.compile(rb"=ypart [^\r\n]*\r?\n")
YENC_END = re.compile(rb"^=yend[^\r\n]*(?:\r?\n|\Z)", re.MULTILINE)
YENC_ESCAPE = re.compile(rb"=(.)", re.DOTALL)
YENC_SHIFT = bytes((octet - 42) % 256 for octet in range(256))
CMS_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
CMS_DATA = bytes.fromhex("06092a864886f70d010701")
CMS_ENVELOPED = (
    bytes.fromhex("06092a864886f70d010703"),
    bytes.fromhex("060b2a864886f70d0109100117"),
)
OCTET_STRINGS = (0x04, 0x24)


@dataclass(frozen=True)
class File:
    """A file found inside a part; `name` is not made safe yet."""

    name: str
    content: bytes


def from_text(data: bytes) -> tuple[bytes, tuple[File, ...]]:
    """Text without its uuencoded and yEnc blocks, and the files these stand for."""
    if b"begin" not in data:
        return data, ()
    files: list[File] = []
    kept: list[bytes] = []
    at = 0
    while len(files) < MAX_FILES and (found := _next_block(data, at)):
        start, end, file = found
        kept.append(data[at:start])
        files.append(file)
        at = end
    kept.append(data[at:])
    return b"".join(kept), tuple(files)


def signed_content(data: bytes) -> bytes | None:
    """The message inside an opaque S/MIME signature (RFC 8551, 3.5.2), or None.

    Nothing is verified.
    """
    at = data.find(CMS_DATA, 0, 200)
    if CMS_SIGNED_DATA not in data[:40] or at < 0:
        return None
    outer = _der(data, at + len(CMS_DATA))
    inner = _der(data, outer[1]) if outer and outer[0] == 0xA0 else None
    if inner is None or inner[0] not in OCTET_STRINGS:
        return None
    return _octets(data, inner)


def is_enveloped(data: bytes) -> bool:
    """True for a CMS envelope: encrypted content, whatever the label says."""
    return any(identifier in data[:40] for identifier in CMS_ENVELOPED)


def is_signed(data: bytes) -> bool:
    return CMS_SIGNED_DATA in data[:40]


def _next_block(data: bytes, at: int) -> tuple[int, int, File] | None:
    for begin in islice(BEGIN.finditer(data, at), MAX_ATTEMPTS):
        block = _uu_block(data, begin) if begin["uu"] else _yenc_block(data, begin)
        if block:
            return block
    return None


def _uu_block(data: bytes, begin: re.Match[bytes]) -> tuple[int, int, File] | None:
    end = UU_END.search(data, begin.end())
    if end is None:
        return None
    body = data[begin.end() : end.start()]
    name = charsets.decode(begin["uu"]).strip()
    if begin["base64"]:
        return begin.start(), end.end(), File(name, transfer.decode(body, "base64"))
    lines = [line for line in body.splitlines() if line]
    if not all(_is_uu_line(line) for line in lines):
        return None
    return begin.start(), end.end(), File(name, b"".join(map(transfer.uu_line, lines)))


def _is_uu_line(line: bytes) -> bool:
    """A sentence that begins with "begin 644" is not a file: its lines have no right length."""
    count = (line[0] - 32) & 63
    return 32 <= line[0] <= 96 and abs(len(line.rstrip()) - 1 - (count + 2) // 3 * 4) <= 4


def _yenc_block(data: bytes, begin: re.Match[bytes]) -> tuple[int, int, File] | None:
    end = YENC_END.search(data, begin.end())
    if end is None:
        return None
    part = YENC_PART.match(data, begin.end())
    body = data[part.end() if part else begin.end() : end.start()].translate(None, b"\r\n")
    plain = YENC_ESCAPE.sub(lambda escaped: bytes(((escaped[1][0] - 64) % 256,)), body)
    name = charsets.decode(begin["yenc"].partition(b"name=")[2]).strip().strip('"')
    return begin.start(), end.end(), File(name, plain.translate(YENC_SHIFT))


def _der(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Tag, start and end of the content of the element at `at`; the end is -1 for an indefinite
    length.
    """
    if len(data) < at + 2:
        return None
    tag, first = data[at], data[at + 1]
    if first < 0x80:
        return tag, at + 2, at + 2 + first
    if first == 0x80:
        return tag, at + 2, -1
    start = at + 2 + (first & 0x7F)
    return tag, start, start + int.from_bytes(data[at + 2 : min(start, at + 10)], "big")


def _octets(data: bytes, element: tuple[int, int, int]) -> bytes:
    """An octet string, in one piece or in many (X.690, 8.7)."""
    tag, at, end = element
    if tag == 0x04:
        return data[at:end]
    limit = end if end >= 0 else len(data)
    pieces: list[bytes] = []
    while at < limit and (piece := _der(data, at)) and piece[0] == 0x04 and piece[2] >= 0:
        pieces.append(data[piece[1] : piece[2]])
        at = piece[2]
    return b"".join(pieces)
