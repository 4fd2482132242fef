"""HTML from the composer in, HTML that may leave out. Pure: no Django, no network.

The composer's frame is a browser's page: whoever sits before it, or a mail they quote, may put anything
in it. So it goes the way of hostile mail (bounds, allow list, URLs and styles written anew). Unlike what
is shown to readers, links stay plain, remote pictures keep their address, ours become `cid:` URLs.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import uuid4

import nh3

from webmail.html.bounds import bounded, revealed, revealed_markup
from webmail.html.safe_css import safe_declarations
from webmail.html.safe_urls import content_id, link_target, raster_data, trimmed, web_address
from webmail.html.text import text_of
from webmail.html.vocabulary import ATTRIBUTES, TAGS, is_fit

_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_ALLOWED = {tag: set(names) - {"class"} for tag, names in ATTRIBUTES.items()}
_DATA = re.compile(r"data:(image/[a-z-]+);base64,(.*)", re.DOTALL | re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.@-]{1,250}")
_FILLED = re.compile(r"<(?:img|hr|table)\b")
_MARK = re.compile(
    r"^--$", re.MULTILINE
)  # of a signature: its space must not be lost (RFC 3676 §4.3)
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Embedded:
    """A picture that the text itself held as a data: URL."""

    content_id: str  # without angle brackets
    type: str
    content: bytes


@dataclass(frozen=True)
class OutgoingHtml:
    html: str
    """Safe fragment."""
    text: str
    """The same as plain text: `> ` before quotes, link targets on lines of their own."""
    cids: frozenset[str]
    """Content-IDs (no angle brackets) that the fragment shows, those of `embedded` included."""
    embedded: tuple[Embedded, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not _FILLED.search(self.html)


def outgoing(
    html: str,
    *,
    inline: Mapping[str, str] = _NOTHING,
    held: Collection[str] | None = None,
    keep_data: bool = False,
) -> OutgoingHtml:
    """Makes what was written safe to send; never raises, linear in the length of `html`.

    `inline` maps URLs of ours to Content-IDs (no angle brackets); `held` are the Content-IDs of the
    pictures that go along, when others are to be left out. Pictures held as data: URLs become
    `embedded` ones, unless `keep_data` leaves them in place, for a draft that is edited on.
    """
    pictures = _Pictures(inline, held, keep_data=keep_data)
    sanitised = nh3.clean(
        bounded(html).markup,
        tags=set(TAGS),
        clean_content_tags=set(),
        attributes=_ALLOWED,
        attribute_filter=pictures.attribute,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    markup = revealed_markup(sanitised)
    return OutgoingHtml(
        html=markup,
        text=_MARK.sub("-- ", text_of(markup)),
        cids=frozenset(pictures.cids),
        embedded=tuple(pictures.embedded.values()),
    )


class _Pictures:
    """Decides what each attribute may say, and notes the pictures that must travel along."""

    def __init__(
        self, inline: Mapping[str, str], held: Collection[str] | None, *, keep_data: bool
    ) -> None:
        self._inline = inline
        self._held = held
        self._keep_data = keep_data
        self.cids: set[str] = set()
        self.embedded: dict[str, Embedded] = {}

    def attribute(self, _tag: str, name: str, value: str) -> str | None:
        value = revealed(value)
        match name:
            case "style":
                return safe_declarations(value, self.picture).css or None
            case "href":
                return link_target(value)
            case "src" | "background":
                return self.picture(value)
        return value if is_fit(name, value) else None

    def picture(self, raw: str) -> str | None:
        if data := raster_data(raw):
            return data if self._keep_data else self._embed(data)
        identifier = content_id(raw) or self._inline.get(trimmed(raw))
        if identifier:
            known = self._held is None or identifier in self._held
            return self._attached(identifier) if known else None
        address = web_address(raw)
        return address.href if address else None

    def _attached(self, identifier: str) -> str | None:
        if not _IDENTIFIER.fullmatch(identifier):
            return None
        self.cids.add(identifier)
        return f"cid:{identifier}"

    def _embed(self, url: str) -> str | None:
        if url not in self.embedded:
            found = _DATA.match(url)
            try:
                content = b64decode(found[2]) if found else b""
            except NotBase64:
                content = b""
            if not found or not content:
                return None
            # The name of no server or person: only this message's own parts refer to it.
            made = Embedded(f"{uuid4().hex}@image.invalid", found[1].lower(), content)
            self.embedded[url] = made
        return self._attached(self.embedded[url].content_id)
