"""Content-Transfer-Encoding, forgiving: whatever can be decoded is, nothing raises (RFC 2045,
section 6).
"""

import binascii
from collections.abc import Iterable, Iterator

BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
BASE64_JUNK = bytes(set(range(256)) - set(BASE64_ALPHABET))
BASE64_LINE = 78  # octets on the wire: 76 characters and CRLF
PIECE = (1 << 18) // BASE64_LINE * BASE64_LINE
"""Octets that are best read at a time: whole lines, as most programs write them."""
UU_ENCODINGS = frozenset({"uuencode", "x-uuencode", "uue", "x-uue"})
BLANKS = (b" \r\n", b"\t\r\n", b" \n", b"\t\n")


def decode(data: bytes, encoding: str) -> bytes:
    """The octets a part stands for; an unknown encoding leaves them as they are."""
    if encoding == "base64":
        return _base64(data)
    if encoding == "quoted-printable":
        return _quoted_printable(data)
    if encoding in UU_ENCODINGS:
        return _uuencoded(data)
    return data


def estimated_size(octets: int, encoding: str) -> int:
    """Decoded size, in octets, of a part known only by its transferred size; base64 is off by 2 at
    most.
    """
    if encoding == "base64":
        characters = octets - 2 * (octets // BASE64_LINE)
        return characters * 3 // 4
    if encoding in UU_ENCODINGS:
        return octets * 45 // 63
    return octets


def decode_pieces(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Like `decode`, for content that arrives in pieces and must never be held whole."""
    if encoding == "base64":
        return _base64_pieces(pieces)
    if encoding == "quoted-printable":
        return _line_pieces(pieces)
    if encoding in UU_ENCODINGS:
        return iter((_uuencoded(b"".join(pieces)),))
    return iter(pieces)


def uu_line(line: bytes) -> bytes:
    """One line of uuencoded data; a line cut short by a mail program is filled with blanks."""
    count = (line[0] - 32) & 63
    whole = (count + 2) // 3 * 3  # binascii takes only lines that hold whole groups of 3 octets
    written = line[1 : 1 + whole // 3 * 4]
    body = bytes(octet if 32 <= octet <= 96 else 32 for octet in written).ljust(whole // 3 * 4)
    return binascii.a2b_uu(bytes([32 + whole]) + body)[:count]


def _base64(data: bytes) -> bytes:
    characters = data.translate(None, BASE64_JUNK)
    # Joined encodings ("QQ==QQ==") exist; binascii stops at the first padding.
    return b"".join(_base64_block(block) for block in characters.split(b"=") if block)


def _base64_block(block: bytes) -> bytes:
    usable = block[:-1] if len(block) % 4 == 1 else block
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))


def _quoted_printable(data: bytes) -> bytes:
    # White space at a line's end is transport padding (RFC 2045, 6.7 rule 3); binascii keeps it.
    if any(blank in data for blank in BLANKS) or data[-1:] in b" \t":
        data = b"\n".join(_without_padding(line) for line in data.split(b"\n"))
    return binascii.a2b_qp(data)


def _without_padding(line: bytes) -> bytes:
    if line.endswith(b"\r"):
        return line[:-1].rstrip(b" \t") + b"\r"
    return line.rstrip(b" \t")


def _uuencoded(data: bytes) -> bytes:
    lines = data.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith(b"begin ")), -1)
    decoded = []
    for line in lines[start + 1 :]:
        if line.rstrip() == b"end":
            break
        if line:
            decoded.append(uu_line(line))
    return b"".join(decoded)


def _base64_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for piece in pieces:
        if not waiting and (tidy := _base64_of_whole_groups(piece)):
            yield tidy
            continue
        waiting += piece.translate(None, BASE64_JUNK)
        if b"=" in waiting:
            ready, waiting = waiting, b""
            cut = len(ready) - len(ready.rsplit(b"=", 1)[1])
            ready, waiting = ready[:cut], ready[cut:]
            yield _base64(ready)
        whole = len(waiting) // 4 * 4
        yield _base64(waiting[:whole])
        waiting = waiting[whole:]
    yield _base64(waiting)


def _base64_of_whole_groups(piece: bytes) -> bytes:
    """A piece from between the lines' ends, as most are: b"" for any other."""
    if b"=" in piece:
        return b""
    try:
        return binascii.a2b_base64(piece)
    except binascii.Error:
        return b""


def _line_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = b""
    for piece in pieces:
        waiting += piece
        end = waiting.rfind(b"\n") + 1
        yield _quoted_printable(waiting[:end])
        waiting = waiting[end:]
    yield _quoted_printable(waiting)
