"""The CSS a mail may use: an allow list of properties, and of what their values are made of.

Values are read by a CSS parser (tinycss2, CSS Syntax Level 3) and written anew from the tokens that were
understood, so escapes, comments and odd spellings do not survive. Nothing that fetches, moves out of the
flow, covers other things or runs has a place in the list.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import tinycss2
from tinycss2.ast import Declaration, Node

from webmail.html.safe_urls import in_css

MAX_STYLE_ATTRIBUTE = 4_000
ResolveUrl = Callable[[str], str | None]
"""What a url() of a mail becomes: a URL of ours, or None when it must not be fetched."""


class _Limits(NamedTuple):
    """Largest and smallest length in CSS pixels (percentages and numbers are held to them too)."""

    low: float
    high: float


_SIZE = _Limits(0, 5_000)
_SPACE = _Limits(0, 1_000)
_MARGIN = _Limits(-100, 1_000)
_THIN = _Limits(0, 100)
_LETTERS = _Limits(-100, 200)
_NUMBER = _Limits(0, 1_000)


def _properties(limits: _Limits, names: str) -> dict[str, _Limits]:
    return dict.fromkeys(names.split(), limits)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SIDES = ("top", "right", "bottom", "left")
PROPERTIES: dict[str, _Limits] = (
    _properties(_SIZE, "width min-width max-width height min-height max-height flex-basis columns")
    | _properties(_SIZE, "background background-color background-image background-position")
    | _properties(_SIZE, "background-size background-repeat background-clip background-origin")
    | _properties(_SPACE, "padding gap row-gap column-gap border-spacing border-radius")
    | _properties(_SPACE, " ".join(f"padding-{side}" for side in _SIDES))
    | _properties(
        _SPACE, " ".join(f"border-{v}-{h}-radius" for v in _SIDES[::2] for h in _SIDES[1::2])
    )
    | _properties(_MARGIN, "margin " + " ".join(f"margin-{side}" for side in _SIDES))
    | _properties(_THIN, "border border-width border-style border-color border-collapse")
    | _properties(_THIN, " ".join(f"border-{side}" for side in _SIDES))
    | _properties(
        _THIN, " ".join(f"border-{s}-{x}" for s in _SIDES for x in ("width", "style", "color"))
    )
    | _properties(_LETTERS, "font font-size line-height letter-spacing word-spacing text-indent")
    | _properties(_NUMBER, "font-family font-style font-variant font-weight font-stretch")
    | _properties(
        _NUMBER, "color opacity visibility display float clear overflow overflow-x overflow-y"
    )
    | _properties(_NUMBER, "text-align text-decoration text-decoration-color text-decoration-line")
    | _properties(
        _NUMBER, "text-decoration-style text-transform text-overflow text-underline-offset"
    )
    | _properties(_NUMBER, "vertical-align white-space word-break word-wrap overflow-wrap hyphens")
    | _properties(_NUMBER, "direction unicode-bidi list-style list-style-type list-style-position")
    | _properties(_NUMBER, "table-layout caption-side empty-cells box-sizing object-fit")
    | _properties(_NUMBER, "flex flex-direction flex-wrap flex-grow flex-shrink flex-flow order")
    | _properties(_NUMBER, "align-items align-content align-self justify-content justify-items")
    | _properties(_NUMBER, "column-count break-inside page-break-after page-break-before")
    | _properties(_NUMBER, "page-break-inside break-after break-before orphans widows")
    | _properties(_NUMBER, "-webkit-text-size-adjust text-size-adjust tab-size quotes")
)
_FETCHING = frozenset({"background", "background-image"})
_REFUSED_WORDS: dict[str, frozenset[str]] = {
    # Text that reads backwards shows another address than the one it holds.
    "unicode-bidi": frozenset({"bidi-override", "isolate-override"}),
    "display": frozenset({"run-in"}),
}
_FUNCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla"})
_CALCULATED = frozenset({"width", "min-width", "max-width"})
_CALCULATIONS = frozenset({"calc", "min", "max", "clamp"})
_GRADIENTS = frozenset({"linear-gradient", "radial-gradient"})
_FETCHING_FUNCTIONS = frozenset({"url", "src", "image", "image-set", "-webkit-image-set"})
_PIXELS = {
    "px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 37.8, "mm": 3.78, "q": 0.95,
    "em": 16, "rem": 16, "ex": 8, "ch": 8, "vw": 10, "deg": 1, "turn": 360, "rad": 57,
}  # fmt: skip
_WORD = re.compile(r"-?[a-zA-Z_][\w-]{0,60}", re.ASCII)
_NOT_COLOURS = _words(
    "repeat no-repeat repeat-x repeat-y space round scroll fixed local center left right top bottom "
    "cover contain auto border-box padding-box content-box text none inherit initial unset"
)
_STRING_NOISE = re.compile(r"[^\w .,'-]+")
_MAX_DEPTH = 3


class _RefusedError(ValueError):
    """The declaration holds something that is not on the list."""


@dataclass
class SafeStyle:
    """CSS written anew and the URLs it asked for."""

    css: str
    urls: tuple[str, ...] = ()


def safe_declarations(style: str, resolve: ResolveUrl) -> SafeStyle:
    """Cleans the declarations of a style attribute; `resolve` decides about each url()."""
    blocked = _without_urls(style[:MAX_STYLE_ATTRIBUTE])
    if not blocked.urls:
        return blocked
    return cleaned(_declarations(style[:MAX_STYLE_ATTRIBUTE]), resolve)


@lru_cache(maxsize=4096)
def _without_urls(style: str) -> SafeStyle:
    """Mails repeat the same few styles hundreds of times, newsletters of one sender for years."""
    return cleaned(_declarations(style), lambda _url: None)


def _declarations(style: str) -> list[Node]:
    return list(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))


def cleaned(nodes: Iterable[Node], resolve: ResolveUrl) -> SafeStyle:
    """Cleans parsed declarations; nested rules and parse errors are dropped."""
    kept: list[str] = []
    urls: list[str] = []
    for node in nodes:
        if isinstance(node, Declaration):
            written = _Writer(node.lower_name, resolve, urls).declaration(node)
            if written:
                kept.append(written)
    return SafeStyle(";".join(kept), tuple(urls))


class _Writer:
    """Writes one declaration from the tokens it understands."""

    def __init__(self, name: str, resolve: ResolveUrl, urls: list[str]) -> None:
        self._name = name
        self._resolve = resolve
        self._urls = urls
        self._lost_picture = False

    def declaration(self, node: Declaration) -> str:
        self._note_urls(node.value)
        if self._name not in PROPERTIES:
            return ""
        try:
            value = self._value(node.value).strip()
        except _RefusedError:
            return ""
        if self._lost_picture:
            return _background_colour(node.value, node.important)
        return f"{self._name}:{value}{'!important' if node.important else ''}" if value else ""

    def _note_urls(self, tokens: Iterable[Node], depth: int = 0) -> None:
        for token in tokens:
            if token.type == "url":
                self._urls.append(token.value)
            elif token.type == "function":
                if token.lower_name in _FETCHING_FUNCTIONS:
                    self._urls += [t.value for t in token.arguments if t.type == "string"]
                if depth < _MAX_DEPTH:
                    self._note_urls(token.arguments, depth + 1)

    def _value(self, tokens: Iterable[Node], depth: int = 0) -> str:
        return "".join(self._token(token, depth) for token in tokens)

    def _token(self, token: Node, depth: int) -> str:  # noqa: PLR0911
        match token.type:
            case "whitespace":
                return " "
            case "comment":
                return ""
            case "ident":
                return self._word(token.value)
            case "hash" if re.fullmatch(r"[0-9a-fA-F]{3,8}", token.value):
                return f"#{token.value}"
            case "number" | "percentage" | "dimension":
                return self._quantity(token)
            case "string":
                return self._string(token.value)
            case "literal" if token.value in {",", "/"} or (depth and token.value in "+-*"):
                return str(token.value)
            case "url":
                return self._picture(token.value)
            case "function" | "() block":
                return self._function(token, depth)
        raise _RefusedError

    def _word(self, word: str) -> str:
        if not _WORD.fullmatch(word) or word.lower() in _REFUSED_WORDS.get(self._name, ()):
            raise _RefusedError
        return word

    def _quantity(self, token: Node) -> str:
        limits = PROPERTIES[self._name]
        unit = token.lower_unit if token.type == "dimension" else ""
        pixels = token.value * _PIXELS[unit] if unit in _PIXELS else token.value
        if (unit and unit not in _PIXELS) or not limits.low <= pixels <= limits.high:
            raise _RefusedError
        return f"{token.value:.10g}{'%' if token.type == 'percentage' else unit}"

    def _string(self, text: str) -> str:
        if self._name not in {"font-family", "font", "quotes"}:
            raise _RefusedError
        return '"' + _STRING_NOISE.sub(" ", text).replace('"', "")[:80] + '"'

    def _function(self, token: Node, depth: int) -> str:
        name = "" if token.type == "() block" else token.lower_name
        content = token.content if token.type == "() block" else token.arguments
        if name in _FETCHING_FUNCTIONS:
            url = next((t.value for t in content if t.type == "string"), "")
            return self._picture(url)
        if depth >= _MAX_DEPTH or not self._accepts(name, depth):
            raise _RefusedError
        return f"{name}({self._value(content, depth + 1)})"

    def _accepts(self, function: str, depth: int) -> bool:
        if function in _CALCULATIONS or not function:
            return self._name in _CALCULATED and bool(function or depth)
        return function in _FUNCTIONS or (function in _GRADIENTS and self._name in _FETCHING)

    def _picture(self, url: str) -> str:
        if self._name not in _FETCHING:
            raise _RefusedError
        ours = self._resolve(url)
        self._lost_picture |= ours is None
        return in_css(ours) if ours else ""


def _background_colour(tokens: Iterable[Node], important: bool) -> str:
    """What remains of a background whose picture is not fetched, so that its text stays readable."""
    colours = [t for t in tokens if _is_colour(t)]
    if not colours:
        return ""
    written = _Writer("background-color", lambda _url: None, [])
    value = written._value(colours[-1:])  # noqa: SLF001
    return f"background-color:{value}{'!important' if important else ''}"


def _is_colour(token: Node) -> bool:
    if token.type == "ident":
        return token.lower_value not in _NOT_COLOURS and bool(_WORD.fullmatch(token.value))
    return token.type == "hash" or (token.type == "function" and token.lower_name in _FUNCTIONS)
