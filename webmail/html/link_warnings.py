"""Which links of a mail deserve a warning before they are followed.

The rules look at what deceives a careful reader: a text that names another host than the target, a host
that imitates another one, parts of a URL that hide the host. An ordinary tracked newsletter link
("Lire la suite") stays quiet: warnings that cry wolf are not read.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from webmail.html.look_alikes import imitates, is_own, is_public_name, registrable
from webmail.html.safe_urls import WebAddress, web_address

_OVERRIDES = re.compile("[\u202d\u202e]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_WRITTEN_URL = re.compile(
    r"h(?:tt|xx)ps?:[/\\]{1,3}[^\s<>\"«»]+|\bwww\.[^\s<>\"«»]+", re.IGNORECASE
)
_WRITTEN_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?=[/:?#]|\Z)")
_WRITTEN_ADDRESS = re.compile(r"[^\s@<>]{1,64}@((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})\Z")
_TRAILING = ".,;:!?)]}»'\u2019"
_MAX_TEXT = 2_000


def deserves_warning(target: str, text: str, own_domains: Collection[str] = ()) -> bool:
    """Tells whether the link shown as `text` and leading to `target` (canonical href) may deceive."""
    shown = text[:_MAX_TEXT]
    if target.startswith("mailto:"):
        return _names_other_address(target, shown)
    address = web_address(target)
    if address is None:
        return False
    return (
        address.has_userinfo
        or address.is_ip
        or bool(_OVERRIDES.search(shown))
        or imitates(address.host, own_domains)
        or _names_other_host(address, shown, own_domains)
    )


def _names_other_host(address: WebAddress, text: str, own_domains: Collection[str]) -> bool:
    named = _written_hosts(text, tuple(own_domains))
    return any(not _same_site(host, address.host) for host in named)


@lru_cache(maxsize=512)
def _written_hosts(text: str, own_domains: tuple[str, ...]) -> list[str]:
    """A newsletter says « Lire la suite » hundreds of times."""
    named = [web_address(_with_scheme(url)) for url in _written_urls(text, own_domains)]
    return [address.host for address in named if address is not None]


def _written_urls(text: str, own_domains: Collection[str]) -> list[str]:
    """URLs a reader sees in `text`: anywhere when they start as URLs do, a bare host when alone."""
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).strip()
    urls = [url.rstrip(_TRAILING) for url in _WRITTEN_URL.findall(plain)]
    bare = _WRITTEN_HOST.match(plain)
    if not urls and bare and " " not in plain and _is_host(bare.group(), own_domains):
        urls.append(plain)
    address = _WRITTEN_ADDRESS.match(plain)
    if address and is_own(address.group(1).lower(), own_domains):
        urls.append(address.group(1))
    return urls


def _is_host(name: str, own_domains: Collection[str]) -> bool:
    """Keeps `rapport.pdf` from being taken for a host."""
    return is_own(name.lower(), own_domains) or is_public_name(name.lower())


def _with_scheme(url: str) -> str:
    defused = re.sub(r"^hxxp", "http", url, flags=re.IGNORECASE)
    return defused if re.match(r"https?:", defused, re.IGNORECASE) else "https://" + url


def _same_site(one: str, other: str) -> bool:
    return registrable(one) == registrable(other)


def _names_other_address(target: str, text: str) -> bool:
    written = _WRITTEN_ADDRESS.match(_INVISIBLE.sub("", text).strip())
    recipients = target[len("mailto:") :].partition("?")[0].lower()
    return bool(written) and not _reaches(recipients, written.group(1).lower() if written else "")


def _reaches(recipients: str, domain: str) -> bool:
    return any(one.rpartition("@")[2] == domain for one in recipients.split(","))
