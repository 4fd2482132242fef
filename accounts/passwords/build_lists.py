"""Makes the lists in ``data/`` from their sources, for ``manage.py build_password_lists``.

``data/README.md`` names each source, its licence and the commands that fetch it. The same sources
always give the same bytes; other versions are refused, so that a list is never changed unseen.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from accounts.passwords.bloom import BloomFilter
from accounts.spelling import letters, plain

DATA = Path(__file__).parent / "data"
MOST_USED_COUNT = 100_000
WORD_MIN = 5  # letters; shorter ones cannot fill a password of 8 with 4 signs around them
LARGE_TOWN = 2_000  # inhabitants
SOURCES = {
    "10_million_password_list_top_1M.txt": (
        "eac6323842b3261da0ef4c180c8e23f4d056522ea97c2925b8687f453b40a2be"
    ),
    "commonWords.json": "abe6c1ce6a3c32708921ea008076bbc2a98bbb409824ef5e4f8132bcc0f7be00",
    "firstnames.json": "eb064bb2169f96aabb4bc56730887ae15fbd24f407e93227e39b8839fb4a89c9",
    "lastnames.json": "6f9ecfd2eb2cba53692c34a547de9620d7d356460646d80cf394efc1c1b2e5d3",
    "communes.json": "6cafec09b4e127d08edc47f366b28261bee70cca323fbfcb957dd169fcad9284",
    "departements.json": "1ebe7e0ad0a49653c899087194344ec67f7115b728c4e1b98f741bd655b545e0",
    "regions.json": "98cb7c781d09577634b9e104dfbb92e39a0d10ae0e1c6c20978a49a474e1dba5",
    "french": "33b3a15b7c47c4b85aaafa7c8b41d3fee9c7ca1383381bb8f710372ce7474f06",
}


class WrongVersion(Exception):
    """A source is not the one the lists are made from: fetch the version that is named."""


class Sources:
    """The folder of fetched files; a file that is not the expected version stops the build."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def bytes_of(self, name: str) -> bytes:
        content = (self._folder / name).read_bytes()
        if sha256(content).hexdigest() != SOURCES[name]:
            raise WrongVersion(f"{name} is not the version that data/README.md names.")
        return content

    def lines(self, name: str) -> list[str]:
        return self.bytes_of(name).decode("utf-8").splitlines()

    def json(self, name: str) -> list[Any]:
        return list(json.loads(self.bytes_of(name)))


def build(sources: Sources, target: Path) -> None:
    passwords = list(islice(sources.lines("10_million_password_list_top_1M.txt"), MOST_USED_COUNT))
    french_passwords = (DATA / "french-passwords.txt").read_text(encoding="utf-8").split()
    ranked = {
        "words": [*french_passwords, *_spellings(sources.json("commonWords.json"))],
        "names": _spellings([*sources.json("firstnames.json"), *sources.json("lastnames.json")]),
        "places": _spellings(_large_places(sources)),
    }
    for name, words in ranked.items():
        _write_ranked(target / f"ranked-{name}.txt.gz", words)
    _filter_of(plain(word) for word in [*passwords, *french_passwords]).write(
        target / "most-used.bloom"
    )
    single_words = [*passwords, *sources.lines("french"), *_all_places(sources)]
    for words in ranked.values():
        single_words.extend(words)
    _filter_of(_long_words(single_words)).write(target / "french-words.bloom")


def _spellings(words: Iterable[str]) -> list[str]:
    """Each word as written and without its accents, in the order given, once."""
    both = (form for word in words for form in (word.lower(), plain(word)))
    return list(dict.fromkeys(form for form in both if len(form) > 2 and form[-1] not in "'’"))


def _large_places(sources: Sources) -> list[str]:
    towns = [t for t in sources.json("communes.json") if t.get("population", 0) >= LARGE_TOWN]
    towns.sort(key=lambda town: (-town["population"], town["code"]))
    names = [*_other_places(sources), *(town["nom"] for town in towns)]
    return [form for name in names for form in (name, letters(name))]


def _all_places(sources: Sources) -> list[str]:
    return [*_other_places(sources), *(town["nom"] for town in sources.json("communes.json"))]


def _other_places(sources: Sources) -> list[str]:
    files = ("regions.json", "departements.json")
    return [place["nom"] for name in files for place in sources.json(name)]


def _long_words(words: Iterable[str]) -> Iterator[str]:
    return (word for word in map(letters, words) if len(word) >= WORD_MIN)


def _filter_of(words: Iterable[str]) -> BloomFilter:
    return BloomFilter.of(sorted(set(words)))


def _write_ranked(path: Path, words: Iterable[str]) -> None:
    text = "".join(f"{word}\n" for word in words)
    path.write_bytes(gzip.compress(text.encode("utf-8"), mtime=0))
