"""The style elements of a mail, cleaned and confined to the mail.

Selectors are taken apart by a CSS parser and written anew below the mail's own box; what a mail says
about `html` and `body` applies to the box that stands for its body. At-rules other than @media go.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

import tinycss2
from tinycss2.ast import AtRule, Node, QualifiedRule
from tinycss2.nth import parse_nth

from webmail.html.safe_css import ResolveUrl, SafeStyle, cleaned

SCOPE = ".pli-mail"
BODY = ".pli-body"
OWN_PREFIX = "pli-"

_MAX_KEPT = 50_000
_MAX_RULES = 3_000
_MAX_NESTED_MEDIA = 2
_MAX_NTH = 1_000
_MAX_SELECTORS = 60
_MAX_SELECTOR_TOKENS = 40
_NAME = re.compile(r"-?[a-zA-Z_][\w-]{0,60}", re.ASCII)
_ATTRIBUTES = frozenset({"class", "align", "valign", "width", "height", "bgcolor", "dir", "lang"})


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PSEUDO_CLASSES = _words(
    "link visited hover active focus first-child last-child only-child first-of-type last-of-type empty"
)
_MEDIA_FEATURES = _words(
    "width min-width max-width device-width min-device-width max-device-width orientation "
    "-webkit-min-device-pixel-ratio min-resolution"
)
_MEDIA_WORDS = _words("all screen print only and not portrait landscape")


def safe_stylesheet(css: str, resolve: ResolveUrl) -> SafeStyle:
    """Cleans style element text; the result holds no `<` and only rules below `SCOPE`."""
    blocked = _without_urls(css) if len(css) <= _MAX_KEPT else _read(css, lambda _url: None)
    return _read(css, resolve) if blocked.urls else blocked


@lru_cache(maxsize=128)
def _without_urls(css: str) -> SafeStyle:
    """A sender's newsletters share their style sheet."""
    return _read(css, lambda _url: None)


def _read(css: str, resolve: ResolveUrl) -> SafeStyle:
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    urls: list[str] = []
    written = list(_rules(rules[:_MAX_RULES], resolve, urls))
    return SafeStyle("\n".join(written), tuple(urls))


def _rules(
    rules: Iterable[Node], resolve: ResolveUrl, urls: list[str], depth: int = 0
) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            yield from _rule(rule, resolve, urls)
        elif isinstance(rule, AtRule) and rule.lower_at_keyword == "media" and rule.content:
            if depth < _MAX_NESTED_MEDIA:
                yield from _media_rule(rule, resolve, urls, depth + 1)
        elif isinstance(rule, AtRule):
            urls += _imported(rule)


def _media_rule(rule: AtRule, resolve: ResolveUrl, urls: list[str], depth: int) -> Iterator[str]:
    inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
    body = "".join(_rules(inner[:_MAX_RULES], resolve, urls, depth))
    query = _media(rule.prelude)
    if query and body:
        yield f"@media {query}{{{body}}}"


def _rule(rule: QualifiedRule, resolve: ResolveUrl, urls: list[str]) -> Iterator[str]:
    nodes = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    style = cleaned(nodes, resolve)
    urls += style.urls
    selectors = [s for part in _at_commas(rule.prelude)[:_MAX_SELECTORS] if (s := _selector(part))]
    if style.css and selectors:
        yield f"{','.join(selectors)}{{{style.css}}}"


def _imported(rule: AtRule) -> list[str]:
    """URLs of @import and @font-face: never fetched, but counted."""
    return [t.value for t in [*rule.prelude, *(rule.content or [])] if t.type == "url"] + [
        t.value for t in rule.prelude if t.type == "string" and rule.lower_at_keyword == "import"
    ]


def _at_commas(tokens: Sequence[Node]) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _selector(tokens: Sequence[Node]) -> str:
    """The selector below our box, or nothing when a part of it is not understood."""
    if len(tokens) > _MAX_SELECTOR_TOKENS:
        return ""
    pieces: list[str] = []
    rest = iter(tokens)
    for token in rest:
        piece = _selector_piece(token, rest)
        if piece is None:
            return ""
        pieces.append(piece)
    selector = "".join(pieces).strip()
    if not selector or selector[0] in ">+~":
        return ""
    return f"{SCOPE} {_one_body(selector)}"


def _selector_piece(token: Node, rest: Iterator[Node]) -> str | None:  # noqa: PLR0911
    match token.type:
        case "whitespace":
            return " "
        case "comment":
            return ""
        case "ident":
            return _element(token.value)
        case "hash":
            return f".id-{token.value}" if _NAME.fullmatch(token.value) else None
        case "literal" if token.value in {"*", ">", "+", "~"}:
            return str(token.value)
        case "literal" if token.value == ".":
            return _class(next(rest, None))
        case "literal" if token.value == ":":
            return _pseudo_class(next(rest, None))
        case "[] block":
            return _attribute(token.content)
    return None


def _element(name: str) -> str | None:
    if name.lower() in {"html", "body"}:
        return BODY
    return name if _NAME.fullmatch(name) else None


def _one_body(selector: str) -> str:
    """`html body p` and `body > p` speak of one box here."""
    return re.sub(rf"(?:\{BODY}[ >]+)+(?=\{BODY})", "", selector)


def _class(name: Node | None) -> str | None:
    if name is None or name.type != "ident" or not _NAME.fullmatch(name.value):
        return None
    return None if name.value.lower().startswith(OWN_PREFIX) else f".{name.value}"


def _pseudo_class(name: Node | None) -> str | None:
    if name is None:
        return None
    if name.type == "ident" and name.lower_value == "root":
        return BODY
    if name.type == "ident" and name.lower_value in _PSEUDO_CLASSES:
        return f":{name.lower_value}"
    if name.type == "function" and name.lower_name in {"nth-child", "nth-of-type"}:
        return _nth(name)
    return None


def _nth(function: Node) -> str | None:
    position = parse_nth(function.arguments)
    if position is None or max(map(abs, position)) > _MAX_NTH:
        return None
    return f":{function.lower_name}({position[0]}n{position[1]:+d})"


def _attribute(tokens: Sequence[Node]) -> str | None:
    """`[class="x"]`, `[class*="x"]`: how newsletters reached the programs that lost classes."""
    parts = [t for t in tokens if t.type not in {"whitespace", "comment"}]
    if not parts or parts[0].type != "ident" or parts[0].lower_value not in _ATTRIBUTES:
        return None
    operators = "".join(t.value for t in parts[1:-1] if t.type == "literal")
    if len(parts) == 1:
        return f"[{parts[0].lower_value}]"
    value = parts[-1]
    well_formed = len(parts) - 2 in {1, 2} and operators in {"=", "*=", "^=", "$=", "~=", "|="}
    if not well_formed or value.type not in {"ident", "string"}:
        return None
    if not re.fullmatch(r"[\w #%-]{1,80}", value.value, re.ASCII):
        return None
    return f'[{parts[0].lower_value}{operators}"{value.value}"]'


def _media(prelude: Sequence[Node]) -> str:
    """The media query when every word of it is known. Colour schemes are not the mail's to know: it
    stands on a light sheet, so styles meant for a dark one would make it unreadable.
    """
    pieces = [_media_piece(token) for token in prelude]
    return "".join(p for p in pieces if p).strip() if None not in pieces else ""


def _media_piece(token: Node) -> str | None:
    if token.type == "whitespace":
        return " "
    if token.type == "literal" and token.value == ",":
        return ","
    if token.type == "ident" and token.lower_value in _MEDIA_WORDS:
        return str(token.lower_value)
    if token.type == "() block":
        return _media_feature(token.content)
    return None


def _media_feature(tokens: Sequence[Node]) -> str | None:
    parts = [t for t in tokens if t.type not in {"whitespace", "comment"}]
    if len(parts) != 3 or parts[0].type != "ident" or parts[0].lower_value not in _MEDIA_FEATURES:
        return None
    name, colon, value = parts
    if colon.type != "literal" or colon.value != ":":
        return None
    if value.type == "ident" and value.lower_value in _MEDIA_WORDS:
        return f"({name.lower_value}:{value.lower_value})"
    if value.type in {"dimension", "number"}:
        unit = value.lower_unit if value.type == "dimension" else ""
        return (
            f"({name.lower_value}:{value.value:.10g}{unit})" if unit.isalpha() or not unit else None
        )
    return None
