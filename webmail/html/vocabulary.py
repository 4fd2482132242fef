"""The HTML a mail may use: its elements, their attributes, what each attribute may say."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VOID = _words("br hr img wbr col")
FORMATTING = _words("a b big code em font i nobr s small strike strong tt u")  # HTML §13.2.4.3
PHRASES = _words(
    "abbr acronym bdi cite del dfn ins kbd mark q rp rt ruby samp span sub sup time var"
)
CELLS = _words("td th caption")
TABLE_PARTS = CELLS | _words("tr tbody thead tfoot colgroup")
HEADINGS = _words("h1 h2 h3 h4 h5 h6")
CLOSES_PARAGRAPH = HEADINGS | _words(
    "address article aside blockquote center details dir div dl dd dt figcaption figure footer "
    "header hr li main menu nav ol p pre section summary table ul"
)
BLOCKS = CLOSES_PARAGRAPH | TABLE_PARTS
TAGS = VOID | FORMATTING | PHRASES | BLOCKS
# Elements shown through another one that lays out the same.
STAND_INS = dict.fromkeys(("legend", "fieldset", "dialog", "hgroup", "marquee"), "div") | {
    "image": "img",
    "listing": "pre",
}

_COMMON = frozenset({"class", "style", "dir", "lang", "title", "role", "aria-hidden"})
_BOX = frozenset({"align", "valign", "width", "height", "bgcolor"})
_CELL = _BOX | {"background", "nowrap", "colspan", "rowspan", "scope", "abbr"}
_BY_TAG: dict[str, frozenset[str]] = {
    "a": frozenset({"href"}),
    "img": frozenset({"src", "alt", "border", "hspace", "vspace", "align", "width", "height"}),
    "table": _BOX | {"background", "border", "cellpadding", "cellspacing", "rules", "frame"},
    "td": _CELL,
    "th": _CELL,
    "tr": _BOX | {"background"},
    "col": _BOX | {"span"},
    "colgroup": _BOX | {"span"},
    "font": frozenset({"color", "face", "size"}),
    "hr": frozenset({"align", "color", "noshade", "size", "width"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"type", "value"}),
    "br": frozenset({"clear"}),
    "details": frozenset({"open"}),
    "time": frozenset({"datetime"}),
    "tbody": _BOX,
    "thead": _BOX,
    "tfoot": _BOX,
} | {name: frozenset({"align"}) for name in HEADINGS | {"p", "div", "caption"}}
ATTRIBUTES: dict[str, frozenset[str]] = {
    tag: _COMMON | _BY_TAG.get(tag, frozenset()) for tag in TAGS
}

_TEXT = re.compile(r"[^\x00-\x08\x0b\x0c\x0e-\x1f]{0,1000}")
_WORD = re.compile(r"[a-zA-Z-]{0,20}")
_LENGTH = re.compile(r"\s*\d{1,4}(?:\.\d{1,4})?(?:px|%)?\s*", re.IGNORECASE)
_SMALL = re.compile(r"\s*\d{1,3}(?:px)?\s*", re.IGNORECASE)
_SPAN = re.compile(r"\s*\d{1,2}\s*")
_INTEGER = re.compile(r"\s*-?\d{1,6}\s*")
_COLOUR = re.compile(r"\s*#?[0-9a-zA-Z]{1,24}\s*")
_VALUES: dict[str, re.Pattern[str]] = {
    "title": _TEXT,
    "alt": _TEXT,
    "abbr": _TEXT,
    "datetime": _TEXT,
    "dir": re.compile(r"ltr|rtl|auto", re.IGNORECASE),
    "lang": re.compile(r"[a-zA-Z0-9-]{1,35}"),
    "role": re.compile(r"presentation|none", re.IGNORECASE),
    "aria-hidden": re.compile(r"true|false", re.IGNORECASE),
    "width": _LENGTH,
    "height": _LENGTH,
    "border": _SMALL,
    "cellpadding": _SMALL,
    "cellspacing": _SMALL,
    "hspace": _SMALL,
    "vspace": _SMALL,
    "colspan": _SPAN,
    "rowspan": _SPAN,
    "span": _SPAN,
    "size": re.compile(r"\s*[+-]?\d{1,2}\s*"),
    "start": _INTEGER,
    "value": _INTEGER,
    "type": re.compile(r"[1aAiI]|disc|circle|square", re.IGNORECASE),
    "color": _COLOUR,
    "bgcolor": _COLOUR,
    "face": re.compile(r"[\w ,'\"-]{1,200}"),
}


def is_fit(attribute: str, value: str) -> bool:
    """Tells whether `attribute` may say `value`; style, class and URLs have judges of their own."""
    return bool(_VALUES.get(attribute, _WORD).fullmatch(value))
