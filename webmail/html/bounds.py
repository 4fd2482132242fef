"""Bounds a mail's HTML before the sanitiser sees it: size, depth, number of tags, attributes.

The sanitiser's tree builder (html5ever) takes seconds on 50,000 nested tags and grows quadratically on
misnested formatting. What it gets from here is small, shallow and correctly nested by construction:
every `<` of the result begins a tag written by this module, and no character reference is left: `<`,
`&` and `"` stand as noncharacters until `revealed` (html5ever needs 200 s for five million bare `&`).
Repairs follow the HTML Standard's tree construction (§13.2.6) as far as mails in the wild need.
"""

import re
from dataclasses import dataclass, field

from webmail.html.references import decoded_attribute, decoded_text
from webmail.html.safe_urls import MAX_DATA_URL
from webmail.html.tokens import End, Raw, Start, Text, Token, attributes, tokens
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
_CLOSED_BY_START: dict[str, tuple[frozenset[str], frozenset[str]]] = {
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


@dataclass(slots=True)
class _Element:
    name: str
    markup: str
    outer_pending: "list[_Element] | None" = None


def _hidden(text: str) -> str:
    return text.replace("&", _AMPERSAND).replace("<", _LESS)


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
    for count, (token, position) in enumerate(tokens(text)):
        if count + reading.tree.work > MAX_WORK:
            reading.give_up(text[position : position + MAX_TEXT])
            break
        reading.take(token)
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
        self._tags: dict[tuple[str, str], str] = {}  # most are repeated word for word

    def take(self, token: Token) -> None:
        if isinstance(token, Text):
            self.tree.text(token.markup)
        elif isinstance(token, End):
            self.tree.end(STAND_INS.get(token.name, token.name))
        elif isinstance(token, Start):
            self._start(token.name, token.source)
        elif isinstance(token, Raw):
            _take_raw(token.name, token.content, self.tree, self._mail)

    def _start(self, name: str, source: str) -> None:
        tag = self._tags.get((name, source))
        if tag is None or name == "style":
            tag = self._tags[name, source] = self._first_seen(name, source)
        if tag:
            self.tree.start(STAND_INS.get(name, name), tag)

    def give_up(self, rest: str) -> None:
        """Keeps the text of what is too much to read."""
        self.tree.text(_ANY_TAG.sub(" ", rest))
        self._mail.truncated = True

    def finished(self) -> BoundedMail:
        self._mail.markup = self.tree.markup()
        self._mail.truncated |= self.tree.overfull
        return self._mail

    def _first_seen(self, name: str, source: str) -> str:
        values = {key: decoded_attribute(value) for key, value in attributes(source).items()}
        _note(name, values, self._mail)
        shown = STAND_INS.get(name, name)
        return _tag(shown, values) if shown in TAGS else ""


def _take_raw(name: str, content: str, tree: "_Tree", mail: BoundedMail) -> None:
    if name == "style":
        room = max(MAX_STYLES - len(mail.styles), 0)
        css = f"@media {mail.media}{{{content}\n}}" if mail.media else content
        mail.styles += css[:room] + "\n"
    elif name == "textarea":
        tree.text(content)
    elif name in {"xmp", "plaintext"}:
        tree.start("pre", "<pre>")
        tree.literal(content)
        tree.end("pre")


def _note(name: str, values: dict[str, str], mail: BoundedMail) -> None:
    """Keeps what is used elsewhere (body, base) and what is counted but never reaches the page."""
    if name == "body" and not mail.body:
        mail.body = _own(name, values)
    if name == "style":
        mail.media = values.get("media", "")[:_LONGEST_MEDIA]
    if name == "base" and not mail.base:
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
    if _CLASS_WORD.fullmatch(values.get("id", "")):
        kept["class"] = f"{kept.get('class', '')} id-{values['id']}"
    return kept


def _tag(name: str, values: dict[str, str]) -> str:
    if not values:
        return f"<{name}>"
    written = [
        f'{key}="{_hidden(value).replace(chr(34), _QUOTE)}"'
        for key, value in _own(name, values).items()
        if len(value) <= MAX_DATA_URL
    ]
    return f"<{' '.join([name, *written])}>"


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
        self._out.append(_hidden(text if len(text) <= self._room else text[: self._room]))
        self._room -= len(text)
        if self._room < 0:
            self.overfull, self._room = True, 0

    def start(self, name: str, markup: str) -> None:
        self._close_what_ends_before(name)
        if name not in BLOCKS and self._pending:
            self._resume_formatting()
        if name in VOID:
            self._out.append(markup)
        elif len(self._open) >= MAX_DEPTH:
            self._skipped[name] += 1
        else:
            self._push(_Element(name, markup))

    def end(self, name: str) -> None:
        if name not in TAGS:
            return
        if name == "br":
            self.start("br", "<br>")
        elif self._skipped[name]:
            self._skipped[name] -= 1
        elif self._open and self._open[-1].name == name and not self._pending:
            self._close_last()  # as nearly every element of every mail ends
        elif not self._is_dropped_from_pending(name):
            index = self._innermost(name)
            if index is not None:
                self._end_at(index, name)

    def _close_last(self) -> None:
        element = self._open.pop()
        self._out.append(f"</{element.name}>")
        self._open_names[element.name] -= 1
        if element.outer_pending is not None:
            self._pending = element.outer_pending

    def _push(self, element: _Element) -> None:
        if element.name in CELLS:
            element.outer_pending, self._pending = self._pending, []
        self._out.append(element.markup)
        self._open.append(element)
        self._open_names[element.name] += 1

    def _close_what_ends_before(self, name: str) -> None:
        if self._open_names["p"] and name in CLOSES_PARAGRAPH:
            self._close_within(*_PARAGRAPH)
        if name in _CLOSED_BY_START:
            self._close_within(*_CLOSED_BY_START[name])

    def _close_within(self, names: frozenset[str], barrier: frozenset[str]) -> None:
        for name in names:
            if self._open_names[name]:
                break
        else:
            return
        outermost = None
        for index in range(len(self._open) - 1, -1, -1):
            name = self._open[index].name
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
            if self._open[index].name == name:
                return index
            if self._open[index].name in barrier and name != "table":
                return None
        return None

    def _end_at(self, index: int, name: str) -> None:
        inside = self._open[index + 1 :]
        if not inside or name in BLOCKS or not any(element.name in BLOCKS for element in inside):
            self._close_from(index)
        elif name in FORMATTING and len(inside) <= _MAX_REOPENED:
            self._close_from(index)
            self._pending = []
            self.work += len(inside)
            for element in inside:
                self._push(_Element(element.name, element.markup))

    def _close_from(self, index: int) -> None:
        closing = self._open[index:]
        del self._open[index:]
        cut: list[_Element] = []
        for element in reversed(closing):
            self._out.append(f"</{element.name}>")
            self._open_names[element.name] -= 1
            if element.outer_pending is not None:
                self._pending, cut = element.outer_pending, []
            elif element.name in FORMATTING and element is not closing[0]:
                cut.append(element)
        if cut:
            self._pending = [*reversed(cut), *self._pending][-_MAX_PENDING:]

    def _resume_formatting(self) -> None:
        resumed, self._pending = self._pending, []
        self.work += len(resumed)
        for element in resumed[: MAX_DEPTH - len(self._open)]:
            self._push(_Element(element.name, element.markup))

    def _is_dropped_from_pending(self, name: str) -> bool:
        for index in range(len(self._pending) - 1, -1, -1):
            if self._pending[index].name == name:
                del self._pending[index]
                return True
        return False
