"""Character references of HTML (§13.2.5.72 to 13.2.5.80), decoded once."""

import re
from html import unescape
from html.entities import html5

_REFERENCE = re.compile(
    r"&(?:#(?:[0-9]{1,12}|[xX][0-9a-fA-F]{1,12});?|[a-zA-Z][a-zA-Z0-9]{0,31}(?:;|(?![a-zA-Z0-9=])))"
)
_LEADING_ZEROS = re.compile(r"&#0+(?=[0-9])")
_BEYOND_UNICODE = re.compile(r"&#[0-9]{8,};?")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufdd0-\ufdef]+")


def decoded_text(markup: str) -> str:
    """Text between tags, decoded; forgotten semicolons are forgiven where browsers forgive them."""
    if "&#" in markup:  # Python refuses to read numbers of more than 4,300 digits
        markup = _BEYOND_UNICODE.sub("\ufffd", _LEADING_ZEROS.sub("&#", markup))
    return _CONTROLS.sub("", unescape(markup))


def decoded_attribute(value: str) -> str:
    """An attribute's value, decoded. `&copy=1` in a URL is no reference: it lacks its semicolon."""
    if "&" not in value:
        return value
    return _CONTROLS.sub("", _REFERENCE.sub(_meaning, value))


def _meaning(reference: re.Match[str]) -> str:
    name = reference.group()[1:]
    return unescape(reference.group()) if name[0] == "#" or name in html5 else reference.group()
