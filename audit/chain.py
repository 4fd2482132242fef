"""The hash chain: each entry vouches for all before it. Pure: no database, no clock.

The hash is SHA-256 over the entry's facts and the hash of the entry before, written as canonical
JSON: UTF-8, keys sorted, no spaces (RFC 8785 for the strings and whole numbers that occur here).
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

Facts = dict[str, str | int]


@dataclass(frozen=True)
class Link:
    """A place in the chain: entry ``number`` (from 1) and its ``hash``, 64 hexadecimal digits."""

    number: int
    hash: str

    def __str__(self) -> str:
        return f"{self.number}:{self.hash}"


# What the very first entry follows.
ORIGIN = Link(0, "0" * 64)


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold, and what an auditor is told about it."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.number}: {self.what}"


class Chained(Protocol):
    """An entry as stored."""

    @property
    def number(self) -> int: ...
    @property
    def previous(self) -> str: ...
    @property
    def hash(self) -> str: ...
    def facts(self) -> Facts: ...


def hash_of(facts: Facts, previous: str) -> str:
    """The hash, in hexadecimal, of an entry with these facts that follows ``previous``."""
    text = json.dumps(
        facts | {"previous": previous}, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def breaks(entries: Iterable[Chained], base: Link, head: Link) -> Iterator[Break]:
    """Every place where ``entries``, in order of number, fail to lead from ``base`` to ``head``.

    ``base`` is the last entry that was pruned, or ORIGIN; ``head`` the newest one.
    """
    last = base
    for entry in entries:
        yield from _breaks_at(entry, last)
        last = Link(entry.number, entry.hash)
    if last != head:
        yield Break(head.number, f"the journal ends at {last}, it should end at {head}")


def _breaks_at(entry: Chained, last: Link) -> Iterator[Break]:
    if entry.number != last.number + 1:
        yield Break(last.number + 1, f"missing, the next one is {entry.number}")
    if entry.previous != last.hash:
        yield Break(entry.number, "does not follow the entry before it")
    if entry.hash != hash_of(entry.facts(), entry.previous):
        yield Break(entry.number, "was changed after it was written")
