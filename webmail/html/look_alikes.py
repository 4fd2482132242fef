"""Hosts that pass themselves off as others: other alphabets, accents, slips of a letter, borrowed names.

`host` is always in its ASCII form, lower case. Sources: Unicode UTS 39 (confusables, mixed scripts) for
the letters, the Public Suffix List for what one owner can register.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import cache, lru_cache

from ada_url import idna_to_unicode
from publicsuffixlist import PublicSuffixList

# Foreign letters drawn exactly as a Latin one: a word made of them alone reads as a Latin word.
_TWINS = str.maketrans(
    {
        "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "і": "i", "ј": "j",
        "ѕ": "s", "ԁ": "d", "һ": "h", "ԛ": "q", "ԝ": "w", "ӏ": "l", "ο": "o", "ν": "v", "ɑ": "a",
        "α": "a", "ρ": "p", "ϲ": "c", "ց": "g", "օ": "o", "ս": "u", "հ": "h", "ո": "n", "զ": "q",
    }
)  # fmt: skip
# Letters and digits a hurried eye merges; too weak to accuse a whole foreign word.
_COUSINS = str.maketrans(
    {
        "к": "k", "κ": "k", "п": "n", "г": "r", "м": "m", "в": "b", "н": "h", "т": "t", "ь": "b",
        "ι": "i", "η": "n", "τ": "t", "υ": "u", "χ": "x", "ε": "e", "ω": "w", "ı": "l", "ł": "l",
        "ø": "o", "đ": "d", "ħ": "h", "0": "o", "1": "l", "i": "l",
    }
)  # fmt: skip
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_SHORTEST_NAME_WORTH_A_SLIP = 5


def imitates(host: str, own_domains: Collection[str] = ()) -> bool:
    """Tells whether `host` passes itself off as another one, an own one above all."""
    return _imitates(host, tuple(own_domains))


@lru_cache(maxsize=4096)
def _imitates(host: str, own_domains: tuple[str, ...]) -> bool:
    if is_own(host, own_domains):
        return False
    readable = _readable(host)
    deceptive = any(_mixes_or_mimics_alphabets(label) for label in readable.split("."))
    return deceptive or any(_imitates_domain(readable, own.lower()) for own in own_domains)


def is_own(host: str, own_domains: Collection[str]) -> bool:
    """Tells whether `host` is one of `own_domains` or lies under one."""
    return any(host == own or host.endswith("." + own) for own in map(str.lower, own_domains))


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """The part of `host` that somebody registered: `a.b.example.co.uk` gives `example.co.uk`."""
    return _suffixes().privatesuffix(host) or host


def is_public_name(host: str) -> bool:
    """Tells whether `host` ends in a suffix that exists in the public DNS."""
    return _known_suffixes().publicsuffix(host) is not None


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _known_suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=4096)
def _readable(host: str) -> str:
    return idna_to_unicode(host) or host


@lru_cache(maxsize=4096)
def _mixes_or_mimics_alphabets(label: str) -> bool:
    letters = [c for c in label if c.isalpha()]
    foreign = [c for c in letters if not _is_latin(c)]
    if not foreign or all(_is_east_asian(c) for c in foreign):
        return False  # Latin beside Han, kana or hangul is an everyday mixture (UTS 39 §5.2)
    return len(foreign) != len(letters) or all(ord(c) in _TWINS for c in foreign)


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN ")


def _is_east_asian(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(_EAST_ASIAN)


@lru_cache(maxsize=4096)
def skeleton(name: str) -> str:
    """What remains of a name for a hurried eye: no accents, no foreign letters, twins merged."""
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(_TWINS))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    merged = bare.translate(_TWINS).replace("rn", "m").replace("vv", "w")
    return merged.translate(_COUSINS)


@lru_cache(maxsize=4096)
def _imitates_domain(host: str, own: str) -> bool:
    if registrable(host) == registrable(own):
        return False
    seen, original = skeleton(host), skeleton(own)
    borrowed = f".{original}." in f".{seen}." or original.replace(".", "-") in seen
    return borrowed or _imitates_name(_owner_name(host), _owner_name(own))


def _owner_name(host: str) -> str:
    return skeleton(registrable(host).partition(".")[0])


def _imitates_name(name: str, own_name: str) -> bool:
    if len(own_name) < _SHORTEST_NAME_WORTH_A_SLIP:
        return False
    within = re.search(rf"(?:^|-){re.escape(own_name)}(?:-|$)", name)
    return bool(within) or _one_slip(name, own_name)


def _one_slip(one: str, other: str) -> bool:
    """Tells whether one letter added, missing, changed or swapped makes `one` out of `other`."""
    shared = next((i for i, (a, b) in enumerate(zip(one, other)) if a != b), None)  # noqa: B905
    if shared is None:
        return abs(len(one) - len(other)) == 1
    a, b = one[shared:], other[shared:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]
