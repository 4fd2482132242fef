"""Structured MIME fields: `value; name=content` with RFC 2231 continuations, charsets and encoded
words.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote_to_bytes

from webmail.syntax import charsets, headers

MAX_FIELD = 64 << 10
MAX_PARAMETERS = 500
PIECE = re.compile(rb'(?:[^";]+|"[^"\\]*(?:\\.[^"\\]*)*\\?(?:"|\Z))+', re.DOTALL)
QUOTED = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)\\?"?', re.DOTALL)
NUMBERED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")
TYPE = re.compile(r"([a-z0-9][\w!#$&^.+-]*)/([a-z0-9][\w!#$&^.+-]*)", re.ASCII)
# Windows programs write C:\Users\x unescaped inside quotes.
ESCAPE = re.compile(rb'\\(["\\])')

Pairs = list[tuple[str, bytes]]


def split(field: bytes | None) -> tuple[str, Pairs]:
    """The main value, in lower case, and the raw parameters in the order written."""
    pieces = PIECE.findall((field or b"")[:MAX_FIELD])[:MAX_PARAMETERS]
    if not pieces:
        return "", []
    main = pieces[0].decode("latin-1").strip().lower()
    return main, [_pair(piece) for piece in pieces[1:] if b"=" in piece]


def decode(pairs: Iterable[tuple[str, bytes]]) -> Mapping[str, str]:
    """Parameters by name, decoded; the extended form (RFC 2231) wins over the plain one."""
    segments: dict[str, dict[tuple[bool, int], tuple[bool, bytes]]] = {}
    for written, content in pairs:
        name = NUMBERED.match(written.lower())
        if name:
            extended = name[3] is not None
            rank = (name[2] is not None or extended, int(name[2] or 0))
            # Of two parameters of one name, the first counts.
            segments.setdefault(name[1], {}).setdefault(rank, (extended, content))
    return {name: _text(found) for name, found in segments.items()}


def media_type(main: str) -> str:
    """`type/subtype`; what is neither missing nor valid is text/plain (RFC 2045, 5.2)."""
    found = TYPE.match(main.strip())
    return f"{found[1]}/{found[2]}" if found else "text/plain"


def _pair(piece: bytes) -> tuple[str, bytes]:
    name, _, content = piece.partition(b"=")
    content = content.strip()
    quoted = QUOTED.match(content)
    plain = ESCAPE.sub(rb"\1", quoted[1]) if quoted else content
    return name.decode("latin-1").strip().lower(), plain


def _text(found: dict[tuple[bool, int], tuple[bool, bytes]]) -> str:
    structured = sorted(rank for rank in found if rank[0])
    if not structured:
        return headers.one_line(headers.decode_words(headers.raw_text(found[False, 0][1])))
    charset, octets = "", b""
    for rank in structured:
        extended, content = found[rank]
        if extended and rank[1] == 0:
            charset, content = _language_free(content)
        octets += unquote_to_bytes(content) if extended else content
    text = charsets.decode(octets, charset)
    return headers.one_line(headers.decode_words(text))


def _language_free(content: bytes) -> tuple[str, bytes]:
    """`charset'language'text` to charset and text; programs forget the quotes."""
    if content.count(b"'") < 2:
        return "", content
    charset, _, text = content.split(b"'", 2)
    return charset.decode("latin-1"), text
