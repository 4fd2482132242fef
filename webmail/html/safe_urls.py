"""What a URL written in a mail really points to.

Every URL is read by the parser browsers use (WHATWG URL Standard, through Ada) and written back in its
canonical form, so that a browser can no longer read it differently from us: `ht\\ntp:`, `\\\\host`,
`https:/host`, `//host`, decimal IP addresses and the like all become what they mean, or nothing.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode

from ada_url import URL, HostType

MAX_URL = 8_000
MAX_DATA_URL = 2_000_000

_STRIPPED_BY_BROWSERS = re.compile(r"[\t\n\r]")
_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*(?=:)")
_SCHEMELESS_WEB_HOST = re.compile(r"www\.[^\s/\\?#@:]+\.[a-zA-Z]{2,}(?=[/\\?#:]|\Z)", re.IGNORECASE)
_RASTER_DATA = re.compile(
    r"data:image/(?:png|jpe?g|gif|webp|bmp|x-icon);base64,[A-Za-z0-9+/=\s]*\Z", re.IGNORECASE
)
_TELEPHONE = re.compile(r"[+*#0-9][0-9().\- ]{1,40}\Z")
_MAIL_FIELDS = ("cc", "subject", "body")


@dataclass(frozen=True)
class WebAddress:
    """An absolute http or https URL, canonical: ASCII only, host in lower case and punycode."""

    href: str
    host: str
    has_userinfo: bool
    is_ip: bool


def trimmed(raw: str) -> str:
    """The URL without what browsers ignore: controls and spaces around, tabs and line ends inside."""
    return _STRIPPED_BY_BROWSERS.sub("", raw.strip(_C0_AND_SPACE))


def has_scheme(raw: str) -> bool:
    """Tells whether the URL says how it is to be fetched (`http:`, `javascript:` …)."""
    return bool(_SCHEME.match(trimmed(raw)))


@lru_cache(maxsize=2048)
def web_address(raw: str, base: str = "") -> WebAddress | None:
    """Reads an http(s) URL; None for anything else, relative URLs without `base` included."""
    url = trimmed(raw)
    if not url or len(url) > MAX_URL:
        return None
    try:
        parsed = URL(_with_scheme(url, base), base or None)
    except ValueError:
        return None
    if parsed.protocol not in {"http:", "https:"} or not parsed.hostname:
        return None
    return WebAddress(
        href=parsed.href,
        host=parsed.hostname.rstrip("."),
        has_userinfo=bool(parsed.username or parsed.password),
        is_ip=parsed.host_type != HostType.DEFAULT,
    )


def link_target(raw: str, base: str = "") -> str | None:
    """The canonical href of a link a reader may follow (web, mail or telephone), else None."""
    url = trimmed(raw)
    scheme = _SCHEME.match(url)
    match scheme.group().lower() if scheme else "":
        case "mailto":
            return _mail_target(url)
        case "tel":
            return _telephone_target(url)
        case _:
            address = web_address(url, base)
            return address.href if address else None


def content_id(raw: str) -> str | None:
    """The Content-ID a `cid:` URL names (RFC 2392), without angle brackets."""
    url = trimmed(raw)
    return unquote(url[4:]) if url[:4].lower() == "cid:" and len(url) > 4 else None


def raster_data(raw: str) -> str | None:
    """A picture held by the URL itself, of a type that is pixels only (SVG is a document)."""
    url = trimmed(raw)
    if len(url) > MAX_DATA_URL or not _RASTER_DATA.match(url):
        return None
    return re.sub(r"\s", "", url)


def in_css(url: str) -> str:
    """`url` as a CSS url() token; what could end the string or the style element is encoded."""
    return 'url("' + quote(url, safe="%/:=&?~#+!$,;@[]*.-_") + '")'


def _with_scheme(url: str, base: str) -> str:
    if base:
        return url
    if url.startswith(("//", "\\\\", "/\\", "\\/")):
        return "https:" + url
    # Forgotten schemes are common (`href="www.example.fr"`); a browser would ask our own host for it.
    return "https://" + url if _SCHEMELESS_WEB_HOST.match(url) else url


def _mail_target(url: str) -> str | None:
    recipients, _, query = url[len("mailto:") :].partition("#")[0].partition("?")
    recipients = unquote(recipients)
    if len(url) > MAX_URL or not re.fullmatch(r"[^\s<>\"\x00-\x1f\x7f]{0,1000}", recipients):
        return None
    fields = [(k, v) for k, v in parse_qsl(query) if k.lower() in _MAIL_FIELDS]
    tail = "?" + urlencode(fields, quote_via=quote) if fields else ""
    return f"mailto:{quote(recipients, safe='@,+!$*')}{tail}"


def _telephone_target(url: str) -> str | None:
    number = unquote(url[len("tel:") :])
    return "tel:" + re.sub(r"[ ().]", "", number) if _TELEPHONE.match(number) else None
