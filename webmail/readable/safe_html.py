"""Hostile HTML of a mail in, safe HTML out; the only place that calls mail content safe.

The first of three walls; the sandboxed frame and its Content-Security-Policy (`webmail/html/frame.py`)
are the others. In order: bound (bounds), sanitise by allow list (nh3), rewrite every URL (safe_urls)
and every style (safe_css, safe_stylesheet), write every link anew (links), fold trailing quotes (folding).
Pure: no Django, no network.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from html import escape
from types import MappingProxyType

import nh3

from webmail.html.bounds import BoundedMail, bounded, revealed, revealed_markup
from webmail.html.folding import folded
from webmail.html.frame import FRAME_CSP, frame_csp, page
from webmail.html.link_warnings import deserves_warning
from webmail.html.links import Links
from webmail.html.safe_css import SafeStyle, safe_declarations
from webmail.html.safe_stylesheet import BODY, OWN_PREFIX, SCOPE, safe_stylesheet
from webmail.html.safe_urls import (
    content_id,
    has_scheme,
    in_css,
    link_target,
    raster_data,
    trimmed,
    web_address,
)
from webmail.html.text import text_of
from webmail.html.vocabulary import ATTRIBUTES, TAGS, is_fit

__all__ = ["FRAME_CSP", "SafeHtml", "clean", "frame_csp", "frame_document"]

_SCHEMES = {"http", "https", "mailto", "tel", "cid", "data"}
_SANITISER_ATTRIBUTES = {tag: set(names) for tag, names in ATTRIBUTES.items()}
_CLASS = re.compile(r"[A-Za-z_-][\w-]{0,60}", re.ASCII)
_MAX_CLASSES = 20
MAX_LINKS = 4_000
MAX_STYLE_TEXT = 256_000
"""Characters of style attributes read in one mail, repeated ones not counted."""
_HEX_COLOUR = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\Z")
_GROUND = re.compile(r"background-color:\s*#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_DARK_BELOW = 80  # of 255
# Holds wherever the fragment is shown: what a mail paints stays in its own box.
_BOX_STYLE = "contain:layout paint;isolation:isolate;overflow:auto"
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class SafeHtml:
    """A mail's body that may be shown."""

    html: str
    """Safe fragment: at most one style element, then one box. For the reading frame's body."""
    markup: str
    """The same fragment before anything of ours was written into it."""
    remote_images: int
    """Different remote resources (pictures, media, style url()) left out, or sent through `image_url`."""
    warn_links: tuple[str, ...]
    """Canonical targets of the links that may deceive, in order, each once."""
    cids: frozenset[str]
    """Content-IDs (no angle brackets) and Content-Locations the body refers to."""
    truncated: bool = False
    """The body exceeded the bounds: a part of its markup or text is missing."""

    @cached_property
    def text(self) -> str:
        """Readable plain text: lines at blocks, `> ` before quotes, link targets on lines of their own."""
        return text_of(self.markup)

    def beginning(self, characters: int) -> str:
        """The beginning of `text`, of about so many characters."""
        return text_of(self.markup, characters)

    def __html__(self) -> str:
        """Lets templates write the fragment unescaped."""
        return self.html


def clean(
    html: str,
    *,
    inline: Mapping[str, str] = _NOTHING,
    image_url: Callable[[str], str] | None = None,
    leave_url: Callable[[str], str] | None = None,
    own_domains: Collection[str] = (),
    quote_label: str = "",
) -> SafeHtml:
    """Makes a mail's HTML safe to show; never raises, linear in the length of `html`.

    `inline` maps Content-IDs (no angle brackets) and Content-Locations to URLs of ours; `image_url` maps
    a remote http(s) URL to one of ours (None: remote pictures stay blocked); `leave_url` maps the target
    of a link that may deceive to a page of ours; `own_domains` are the domains that others may imitate.
    Quotes stand in `details.pli-quote` under `quote_label`, unless that is empty.
    """
    mail = bounded(html)
    resources = _Resources(mail, inline, image_url)
    sanitised = nh3.clean(
        mail.markup,
        tags=set(TAGS),
        clean_content_tags=set(),
        attributes=_SANITISER_ATTRIBUTES,
        attribute_filter=resources.attribute,
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    markup = revealed_markup(sanitised)
    links = Links(markup, partial(deserves_warning, own_domains=own_domains), leave_url)
    return SafeHtml(
        html=_fragment(mail, folded(links.html, quote_label), resources),
        markup=markup,
        remote_images=len(resources.remote),
        warn_links=tuple(dict.fromkeys(links.warned)),
        cids=frozenset(resources.cids),
        truncated=mail.truncated or resources.exhausted,
    )


def frame_document(
    safe: SafeHtml, *, lang: str = "", dir: str = "auto", adapt_dark: bool = False
) -> str:
    """The whole document of the sandboxed reading frame; answer it with `FRAME_CSP`.

    `lang` is the body's language tag when known, `dir` its direction; `adapt_dark` turns the mail's
    colours for a dark page, otherwise it keeps its own on a light sheet.
    """
    return page(safe.html, lang=lang, direction=dir, adapt_dark=adapt_dark)


class _Resources:
    """Decides what each attribute may say, and keeps count of what the mail wanted to load."""

    def __init__(
        self,
        mail: BoundedMail,
        inline: Mapping[str, str],
        image_url: Callable[[str], str] | None,
    ) -> None:
        base = web_address(mail.base)
        self._base = base.href if base else ""
        self._inline = inline
        self._image_url = image_url
        self._links_left, self._style_text_left = MAX_LINKS, MAX_STYLE_TEXT
        self._styles: dict[str, str] = {}
        self.remote: set[str] = set()
        self.cids: set[str] = set()
        for url in mail.resources:
            self.picture(url)

    @property
    def exhausted(self) -> bool:
        """Links or styles beyond what one mail may have were left out."""
        return min(self._links_left, self._style_text_left) < 0

    def attribute(self, _tag: str, name: str, value: str) -> str | None:
        value = revealed(value)
        match name:
            case "style":
                return self.style(value) or None
            case "class":
                return safe_classes(value) or None
            case "href":
                return self.link(value)
            case "src" | "background":
                return self.picture(value)
        return value if is_fit(name, value) else None

    def link(self, raw: str) -> str | None:
        self._links_left -= 1
        return link_target(raw, self._base) if self._links_left >= 0 else None

    def style(self, css: str) -> str:
        if css not in self._styles:
            self._style_text_left -= len(css)
            readable = self._style_text_left >= 0
            self._styles[css] = (
                self._counted(safe_declarations(css, self.picture)) if readable else ""
            )
        return self._styles[css]

    def stylesheet(self, css: str) -> str:
        return self._counted(safe_stylesheet(css, self.picture)) if css.strip() else ""

    def _counted(self, style: SafeStyle) -> str:
        """A url() in a property that mails may not use was a remote resource all the same."""
        for url in style.urls:
            self.picture(url)
        return style.css

    def picture(self, raw: str) -> str | None:
        """Our URL for a picture of the mail, or None when it is not to be shown now."""
        if data := raster_data(raw):
            return data
        if identifier := content_id(raw):
            return self._attached(identifier)
        address = web_address(raw, self._base)
        if address is None:
            return None if has_scheme(raw) else self._attached(trimmed(raw))
        if ours := self._attached(trimmed(raw)) or self._attached(address.href):
            return ours
        self.remote.add(address.href)
        return self._image_url(address.href) if self._image_url else None

    def _attached(self, reference: str) -> str | None:
        if reference:
            self.cids.add(reference)
        return self._inline.get(reference)


def safe_classes(value: str) -> str:
    """The classes of a mail's element; ours are not for mails to wear."""
    words = value.split()[:_MAX_CLASSES]
    return " ".join(
        w for w in words if _CLASS.fullmatch(w) and not w.lower().startswith(OWN_PREFIX)
    )


def _fragment(mail: BoundedMail, markup: str, resources: _Resources) -> str:
    css = resources.stylesheet(mail.styles)
    style = f"<style>{css}</style>" if css else ""
    body = _body_attributes(mail.body, resources)
    dark = f" {OWN_PREFIX}dark" if _is_dark(body) else ""
    return (
        f'{style}<div class="{SCOPE[1:]}{dark}" style="{_BOX_STYLE}">'
        f"<section{body}>{markup}</section></div>"
    )


def _is_dark(attributes: str) -> bool:
    """The sender chose a dark ground for all of the mail (luma of Rec. 601)."""
    found = _GROUND.search(attributes)
    if found is None:
        return False
    digits = found[1] if len(found[1]) == 6 else "".join(digit * 2 for digit in found[1])
    red, green, blue = bytes.fromhex(digits)
    return 0.299 * red + 0.587 * green + 0.114 * blue < _DARK_BELOW


def _body_attributes(body: dict[str, str], resources: _Resources) -> str:
    """What the body element said, for the box that stands for it."""
    css = [
        f"background-color:{colour}" if (colour := _css_colour(body.get("bgcolor", ""))) else "",
        f"color:{colour}" if (colour := _css_colour(body.get("text", ""))) else "",
        f"background-image:{in_css(url)}"
        if (url := resources.picture(body.get("background", "")))
        else "",
        resources.style(body.get("style", "")),
    ]
    values = {
        "class": f"{BODY[1:]} {safe_classes(body.get('class', ''))}".strip(),
        "style": ";".join(filter(None, css)),
    } | {key: body[key] for key in ("lang", "dir") if is_fit(key, body.get(key, " "))}
    return "".join(f' {key}="{escape(value)}"' for key, value in values.items() if value)


def _css_colour(value: str) -> str:
    """A legacy colour attribute in CSS's words."""
    if found := _HEX_COLOUR.match(value.strip()):
        return f"#{found.group(1)}"
    return value.strip().lower() if re.fullmatch(r"\s*[a-zA-Z]{3,20}\s*", value) else ""
