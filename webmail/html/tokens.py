"""Cuts hostile HTML into tags and text in linear time.

Follows the tokenizer of the HTML Standard (§13.2.5) where it matters to a reader: quoting, comments and
their early ends, raw text. What it yields is only ever written back escaped, so a difference with a
browser's own reading could cost fidelity, never safety.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

MAX_ATTRIBUTES = 100
_USUAL_LENGTH = 4_000  # of all attributes of a tag: read at once, whoever wrote them

_SPACE = r"[\t\n\f\r ]"
_NEXT = re.compile(r"<(?=[a-zA-Z/!?])")
_START = re.compile(r"([a-zA-Z][^\t\n\f\r />]*)")
_END = re.compile(r"/([a-zA-Z][^\t\n\f\r />]*)")
_COMMENT = re.compile(r"!--(?:-?>|.*?--!?>)", re.DOTALL)
_BOGUS_COMMENT = re.compile(r"[!?/][^>]*>")
_QUOTED = r"\"[^\"]*(?:\"|\Z)|'[^']*(?:'|\Z)"
_NAME = r"(?:=|[^\t\n\f\r />=])[^\t\n\f\r />=]*"
# No piece can fail half-way, so nothing is ever read twice. In slices: one endless repetition would keep
# a backtracking frame for each of a million attributes.
_ATTRIBUTES = re.compile(
    rf"(?:[\t\n\f\r /]+|{_NAME}(?:{_SPACE}*={_SPACE}*(?:{_QUOTED}|[^\t\n\f\r >\"'][^\t\n\f\r >]*)?)?)"
    "{1,1000}"
)
_ATTRIBUTE = re.compile(
    rf"({_NAME})"
    rf"(?:{_SPACE}*={_SPACE}*(?:\"([^\"]*)\"?|'([^']*)'?|([^\t\n\f\r >\"'][^\t\n\f\r >]*))?)?"
)
# Text, and what looks like the tag behind it. It matches everywhere, so that no search ever begins.
_NEXT_PIECE = re.compile(r"([^<]*)(<[^<>]*>|)")
# What nearly every tag of every mail looks like.
_TIDY_TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][\w:-]*=\"[^\"]*\"){0,40})\s*(/?)>", re.ASCII
)

_CODE = ("script", "style")
_RAW_TEXT = (*_CODE, "title", "textarea", "xmp", "iframe", "noembed", "noframes")
_RAW_END = {n: re.compile(rf"</{n}(?=[\t\n\f\r />])", re.IGNORECASE) for n in _RAW_TEXT}
_RAW_END["plaintext"] = re.compile(r"\Z")
_FOREIGN = ("svg", "math")
_SPECIAL = frozenset({*_RAW_END, *_FOREIGN})


class Start(NamedTuple):
    """A start tag: lower-case name, the source of its attributes (see `attributes`)."""

    name: str
    source: str
    self_closing: bool


class End(NamedTuple):
    """An end tag."""

    name: str


class Raw(NamedTuple):
    """What a raw-text element holds; character references mean nothing in it (but in textarea, title)."""

    name: str
    content: str


class Comment(NamedTuple):
    """A comment, doctype or processing instruction: nothing to show, but it took time to read."""

    name: str = ""


Tag = Start | End | Comment


def tokens(html: str) -> Iterator[tuple[str, Tag | Raw | None, int]]:
    """Yields the text outside tags, character references not decoded, the markup that ends it (None at
    the end of input), and where that ends.
    """
    position, length, foreign, endless = 0, len(html), 0, set[str]()
    known = dict[str, Start | End]()  # most are repeated word for word
    text: str
    tag: Tag | None
    while position < length:
        for piece in _NEXT_PIECE.finditer(html, position):
            text, written = piece.groups()
            tag = known.get(written)
            if tag is None:
                tag = _ordinary_tag(written)
                if tag is None:
                    break
                known[written] = tag
            position = piece.end()
            yield text, tag, position
        text, tag, position = _text_and_tag(html, position)
        yield text, tag, position
        if tag is None or tag.name not in _SPECIAL:
            continue
        if tag.name in _FOREIGN:
            foreign += 1 if isinstance(tag, Start) and not tag.self_closing else -1
        if isinstance(tag, Start) and not (foreign > 0 and tag.self_closing):
            raw, position = _raw_text(html, position, tag.name, endless)
            if raw:
                yield "", raw, position


def _ordinary_tag(written: str) -> Start | End | None:
    """None for anything untidy, and for the tags that say how to read what follows."""
    tidy = _TIDY_TAG.fullmatch(written)
    if tidy is None:
        return None
    closing, name, source, slash = tidy.groups()
    name = name.lower()
    if name in _SPECIAL:
        return None
    return End(name) if closing else Start(name, source, slash == "/")


def _text_and_tag(html: str, position: int) -> tuple[str, Tag | None, int]:
    found = _NEXT.search(html, position)
    if not found:
        return html[position:], None, len(html)
    token, end = _untidy_markup(html, found.end())
    return html[position : found.start()], token, end


def _untidy_markup(html: str, position: int) -> tuple[Tag, int]:
    """Reads what follows a `<`; the end of input inside a tag or comment swallows it, as in browsers."""
    if name := _START.match(html, position):
        return _untidy_start(html, name.end(), name.group(1).lower())
    if name := _END.match(html, position):
        tag, end = _untidy_start(html, name.end(), name.group(1).lower())
        return (End(tag.name) if isinstance(tag, Start) else tag), end
    if html.startswith("!--", position):
        comment = _COMMENT.match(html, position)
        return Comment(), comment.end() if comment else len(html)
    bogus = _BOGUS_COMMENT.match(html, position)
    return Comment(), bogus.end() if bogus else len(html)


def _untidy_start(html: str, position: int, name: str) -> tuple[Start | Comment, int]:
    end = position
    while found := _ATTRIBUTES.match(html, end):
        end = found.end()
    if end >= len(html):
        return Comment(), end
    return Start(name, html[position:end], html[end - 1] == "/"), end + 1


def attributes(source: str) -> dict[str, str]:
    """The attributes written in `source`, names in lower case, first of each name, references kept."""
    found: dict[str, str] = {}
    for name, double, single, bare in _written_attributes(source):
        found.setdefault(name.lower(), double or single or bare)
    return found


def _written_attributes(source: str) -> list[tuple[str, str, str, str]]:
    if len(source) <= _USUAL_LENGTH:
        return _ATTRIBUTE.findall(source)[:MAX_ATTRIBUTES]
    first = islice(_ATTRIBUTE.finditer(source), MAX_ATTRIBUTES)
    return [(it[1], it[2] or "", it[3] or "", it[4] or "") for it in first]


def _raw_text(html: str, position: int, name: str, endless: set[str]) -> tuple[Raw | None, int]:
    """The text up to the element's end tag. Code without end goes on to the end of input; of other
    elements the start tag is forgotten, so that the message behind it stays readable.
    """
    if name not in _RAW_END or name in endless:
        return None, position
    if name == "plaintext":
        return Raw(name, html[position:]), len(html)
    if end := _RAW_END[name].search(html, position):
        return Raw(name, html[position : end.start()]), end.start()
    endless.add(name)  # nor will a later search find one: without this, hostile input costs n²
    return (Raw(name, html[position:]), len(html)) if name in _CODE else (None, position)
