"""Bounds a mail's HTML before the sanitiser sees it: size, depth, number of tags, attributes.

The sanitiser's tree builder (html5ever) takes seconds on 50,000 nested tags and grows quadratically on
misnested formatting. What it gets from here is small, shallow and correctly nested by construction:
every `<` of the result begins a tag written by this module, and no character reference is left: `<`,
`&` and `"` stand as noncharacters until `revealed` (html5ever needs 200 s for five million bare `&`).
Repairs follow the HTML Standard's tree construction (§13.2.6) as far as mails in the wild need.
"""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from webmail.html.references import decoded_attribute, decoded_text
from webmail.html.safe_urls import MAX_DATA_URL
from webmail.html.tokens import End, Raw, Start, Tag, attributes, tokens
from webmail.html.vocabulary import (
    ATTRIBUTES,
    BLOCKS,
    CELLS,
    CLOSES_PARAGRAPH,
    FORMATTING,
    STAND_INS,
    TABLE_PARTS,
    TAGS,
    VOID,
)

MAX_CHARACTERS = 12_000_000
MAX_DEPTH = 200
MAX_WORK = 100_000
MAX_STYLES = 128_000
MAX_TEXT = 1_500_000
MAX_REFERENCES = 150_000
_LONGEST_MEDIA = 200
_MAX_PENDING = 12
_MAX_REOPENED = 8

_UNWANTED = [
    chr(c) for c in [*range(9), 11, *range(14, 32), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF]
]
_UNWANTED_RUN = re.compile(f"[{re.escape(''.join(_UNWANTED))}]+")
_LESS, _AMPERSAND, _QUOTE = "\ufdd0", "\ufdd1", "\ufdd2"
_SURROGATES = re.compile("[\ud800-\udfff]")
_ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>?")
_CLASS_WORD = re.compile(r"[A-Za-z_][\w-]{0,60}", re.ASCII)

# element: (what its start closes, where the search for it ends)
_TABLE = frozenset({"table"})
_SCOPE = CELLS | _TABLE
_CLOSED_BY_START = {
    "li": (frozenset({"li"}), _SCOPE | {"ul", "ol", "menu", "dir"}),
    "dt": (frozenset({"dt", "dd"}), _SCOPE | {"dl"}),
    "dd": (frozenset({"dt", "dd"}), _SCOPE | {"dl"}),
    "a": (frozenset({"a"}), _SCOPE),
    "td": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "th": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "tr": (frozenset({"td", "th", "tr", "caption", "colgroup"}), _TABLE),
} | dict.fromkeys(("tbody", "thead", "tfoot", "caption", "colgroup"), (TABLE_PARTS, _TABLE))
_PARAGRAPH = (frozenset({"p"}), _SCOPE)

_RESOURCES = frozenset({"src", "srcset", "poster", "data", "dynsrc", "lowsrc", "background"})
_SVG_RESOURCES = frozenset({"href", "xlink:href"})
_MEDIA = frozenset(
    ("img", "image", "feimage", "use", "video", "audio", "source", "track", "input", "object")
) | {"embed", "bgsound", "body"}


@dataclass
class BoundedMail:
    """A mail's HTML, bounded: balanced `markup` (see `revealed`), the rest decoded."""

    markup: str = ""
    styles: str = ""
    body: dict[str, str] = field(default_factory=dict)
    base: str = ""
    media: str = ""
    """The media attribute of the style element being read."""
    resources: list[str] = field(default_factory=list)
    truncated: bool = False


_Closed = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """What all elements of one name have in common."""

    name: str
    end: str
    is_void: bool
    is_cell: bool
    is_block: bool
    closes_paragraph: bool
    closed_by_start: _Closed | None

    @classmethod
    def named(cls, name: str) -> "_Kind":
        return cls(
            name,
            f"</{name}>",
            is_void=name in VOID,
            is_cell=name in CELLS,
            is_block=name in BLOCKS,
            closes_paragraph=name in CLOSES_PARAGRAPH,
            closed_by_start=_CLOSED_BY_START.get(name),
        )


_KINDS = {name: _Kind.named(name) for name in TAGS}


class _Element(NamedTuple):
    """One may stand in the tree many times: mails repeat their tags word for word."""

    kind: _Kind
    markup: str

    @classmethod
    def bare(cls, name: str) -> "_Element":
        return cls(_KINDS[name], f"<{name}>")


def _hidden(text: str) -> str:
    if "&" not in text and "<" not in text:
        return text
    return text.replace("&", _AMPERSAND).replace("<", _LESS)


def _hidden_in_quotes(value: str) -> str:
    return _hidden(value.replace('"', _QUOTE) if '"' in value else value)


def revealed(value: str) -> str:
    """An attribute value as the mail meant it."""
    return value.replace(_AMPERSAND, "&").replace(_LESS, "<").replace(_QUOTE, '"')


def revealed_markup(html: str) -> str:
    """Sanitised HTML whose text holds noncharacters, with those escaped as HTML wants."""
    return html.replace(_AMPERSAND, "&amp;").replace(_LESS, "&lt;").replace(_QUOTE, '"')


def bounded(html: str) -> BoundedMail:
    """Reads `html` once, in linear time; what exceeds the bounds is left out, its text is kept."""
    text = _without_unwanted(html[:MAX_CHARACTERS])
    reading = _Reading(BoundedMail(truncated=len(html) > MAX_CHARACTERS))
    tree, work = reading.tree, 0
    for words, tag, position in tokens(text):
        if words:
            tree.text(words)
        reading.take(tag)
        work += 2 if words else 1
        if work + tree.work > MAX_WORK:
            reading.give_up(text[position : position + MAX_TEXT])
            break
    return reading.finished()


def _without_unwanted(html: str) -> str:
    """No controls, noncharacters or lone surrogates; looking for them first is much faster."""
    text = _UNWANTED_RUN.sub("", html) if any(c in html for c in _UNWANTED) else html
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATES.sub("\ufffd", text)
    return text


class _Reading:
    """Turns tokens into the bounded mail."""

    def __init__(self, mail: BoundedMail) -> None:
        self.tree = _Tree()
        self._mail = mail
        self._elements: dict[Start, _Element | None] = {}  # most are repeated word for word

    def take(self, tag: Tag | Raw | None) -> None:
        if isinstance(tag, End):
            self.tree.end(STAND_INS.get(tag.name, tag.name))
        elif isinstance(tag, Start):
            try:
                element = self._elements[tag]
            except KeyError:
                element = self._first_seen(tag)
            if element:
                self.tree.start(element)
        elif isinstance(tag, Raw):
            _take_raw(tag.name, tag.content, self.tree, self._mail)

    def give_up(self, rest: str) -> None:
        """Keeps the text of what is too much to read."""
        self.tree.text(_ANY_TAG.sub(" ", rest))
        self._mail.truncated = True

    def finished(self) -> BoundedMail:
        self._mail.markup = self.tree.markup()
        self._mail.truncated |= self.tree.overfull
        return self._mail

    def _first_seen(self, tag: Start) -> _Element | None:
        """None for what is not shown."""
        values = {key: decoded_attribute(value) for key, value in attributes(tag.source).items()}
        _note(tag.name, values, self._mail)
        shown = STAND_INS.get(tag.name, tag.name)
        element = _Element(_KINDS[shown], _tag(shown, values)) if shown in TAGS else None
        if tag.name != "style":  # each says anew what it is for
            self._elements[tag] = element
        return element


def _take_raw(name: str, content: str, tree: "_Tree", mail: BoundedMail) -> None:
    if name == "style":
        room = max(MAX_STYLES - len(mail.styles), 0)
        css = f"@media {mail.media}{{{content}\n}}" if mail.media else content
        mail.styles += css[:room] + "\n"
    elif name == "textarea":
        tree.text(content)
    elif name in {"xmp", "plaintext"}:
        tree.start(_Element.bare("pre"))
        tree.literal(content)
        tree.end("pre")


def _note(name: str, values: dict[str, str], mail: BoundedMail) -> None:
    """Keeps what is used elsewhere (body, base) and what is counted but never reaches the page."""
    if name == "body" and not mail.body:
        mail.body = _own(name, values)
    elif name == "style":
        mail.media = values.get("media", "")[:_LONGEST_MEDIA]
    elif name == "base" and not mail.base:
        mail.base = values.get("href", "")
    if name in _MEDIA:
        for key in (_RESOURCES | _SVG_RESOURCES) & values.keys():
            if (name, key) != ("img", "src"):
                mail.resources += _urls(key, values[key])


def _urls(attribute: str, value: str) -> list[str]:
    if attribute != "srcset":
        return [value]
    return [candidate.split()[0] for candidate in value.split(",") if candidate.strip()]


def _own(name: str, values: dict[str, str]) -> dict[str, str]:
    """The attributes that may stay. An id becomes a class: styles find it, scripts and forms do not."""
    allowed = ATTRIBUTES.get(name) or ATTRIBUTES["table"] | {"text"}
    kept = {key: value for key, value in values.items() if key in allowed}
    if "id" in values and _CLASS_WORD.fullmatch(values["id"]):
        kept["class"] = f"{kept.get('class', '')} id-{values['id']}"
    return kept


def _tag(name: str, values: dict[str, str]) -> str:
    if not values:
        return f"<{name}>"
    written = [
        f' {key}="{_hidden_in_quotes(value)}"'
        for key, value in _own(name, values).items()
        if len(value) <= MAX_DATA_URL
    ]
    return f"<{name}{''.join(written)}>"


class _Tree:
    """Writes a correctly nested document of bounded depth from tags in any order."""

    def __init__(self) -> None:
        self.work = 0
        self.overfull = False
        self._room, self._references = MAX_TEXT, MAX_REFERENCES
        self._out: list[str] = []
        self._open: list[_Element] = []
        self._open_names = dict.fromkeys(TAGS, 0)  # spares most walks through the open elements
        self._pending: list[_Element] = []  # formatting cut by the end of a block, to be resumed
        self._outer_pending: list[list[_Element]] = []  # of each open cell: what waits outside it
        self._skipped = dict.fromkeys(TAGS, 0)

    def markup(self) -> str:
        self._close_from(0)
        return "".join(self._out)

    def text(self, markup: str) -> None:
        """Adds text whose character references mean something."""
        if "&" in markup:
            self._references -= markup.count("&")
            if self._references > 0:
                markup = decoded_text(markup)
        self.literal(markup)

    def literal(self, text: str) -> None:
        if self._pending and not text.isspace():
            self._resume_formatting()
        self._room -= len(text)
        if self._room < 0:
            self.overfull, text, self._room = True, text[: self._room], 0
        self._out.append(_hidden(text))

    def start(self, element: _Element) -> None:
        kind = element.kind
        if kind.closes_paragraph and self._open_names["p"]:
            self._close_within(_PARAGRAPH)
        if kind.closed_by_start:
            self._close_within(kind.closed_by_start)
        if self._pending and not kind.is_block:
            self._resume_formatting()
        if kind.is_void:
            self._out.append(element.markup)
        elif len(self._open) >= MAX_DEPTH:
            self._skipped[kind.name] += 1
        else:
            self._push(element)

    def end(self, name: str) -> None:
        if self._open and self._open[-1].kind.name == name and self._is_plain_end(name):
            self._close_last()  # as nearly every element of every mail ends
        elif name == "br":
            self.start(_Element.bare("br"))
        elif name not in TAGS:
            return
        elif self._skipped[name]:
            self._skipped[name] -= 1
        elif not self._is_dropped_from_pending(name):
            index = self._innermost(name)
            if index is not None:
                self._end_at(index, name)

    def _is_plain_end(self, name: str) -> bool:
        return not self._pending and not self._skipped[name]

    def _close_last(self) -> None:
        kind = self._open.pop().kind
        self._out.append(kind.end)
        self._open_names[kind.name] -= 1
        if kind.is_cell:
            self._pending = self._outer_pending.pop()

    def _push(self, element: _Element) -> None:
        if element.kind.is_cell:
            self._outer_pending.append(self._pending)
            self._pending = []
        self._out.append(element.markup)
        self._open.append(element)
        self._open_names[element.kind.name] += 1

    def _close_within(self, closed: _Closed) -> None:
        names, barrier = closed
        for name in names:
            if self._open_names[name]:
                break
        else:
            return
        outermost = None
        for index in range(len(self._open) - 1, -1, -1):
            name = self._open[index].kind.name
            if name in names:
                outermost = index
            elif name in barrier:
                break
        if outermost is not None:
            self._close_from(outermost)

    def _innermost(self, name: str) -> int | None:
        if not self._open_names[name]:
            return None
        barrier = _TABLE if name in TABLE_PARTS else _SCOPE
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].kind.name == name:
                return index
            if self._open[index].kind.name in barrier and name != "table":
                return None
        return None

    def _end_at(self, index: int, name: str) -> None:
        inside = self._open[index + 1 :]
        if not inside or name in BLOCKS or not any(it.kind.is_block for it in inside):
            self._close_from(index)
        elif name in FORMATTING and len(inside) <= _MAX_REOPENED:
            self._close_from(index)
            self._pending = []
            self.work += len(inside)
            for element in inside:
                self._push(element)

    def _close_from(self, index: int) -> None:
        closing = self._open[index:]
        del self._open[index:]
        cut: list[_Element] = []
        for depth, element in reversed([*enumerate(closing)]):
            kind = element.kind
            self._out.append(kind.end)
            self._open_names[kind.name] -= 1
            if kind.is_cell:
                self._pending, cut = self._outer_pending.pop(), []
            elif depth and kind.name in FORMATTING:
                cut.append(element)
        if cut:
            self._pending = [*reversed(cut), *self._pending][-_MAX_PENDING:]

    def _resume_formatting(self) -> None:
        resumed, self._pending = self._pending, []
        self.work += len(resumed)
        for element in resumed[: MAX_DEPTH - len(self._open)]:
            self._push(element)

    def _is_dropped_from_pending(self, name: str) -> bool:
        for index in range(len(self._pending) - 1, -1, -1):
            if self._pending[index].kind.name == name:
                del self._pending[index]
                return True
        return False
