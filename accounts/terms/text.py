"""How a text of conditions is written, shown and compared. Pure.

A line that begins with ``# `` is a heading, lines that begin with ``- `` are a list, anything else
is a paragraph, which a blank line ends.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Kind = Literal["heading", "list", "paragraph"]

HEADING, ITEM = "# ", "- "


@dataclass(frozen=True)
class Block:
    kind: Kind
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    kind: Literal["kept", "added", "removed"]
    line: str


def tidy(text: str) -> str:
    """One spelling of what a browser sends: ``\\n`` ends lines, at most one is empty."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def blocks_of(text: str) -> list[Block]:
    parts = [part.split("\n") for part in tidy(text).split("\n\n") if part]
    return [block for lines in parts for block in _blocks(lines)]


def _blocks(lines: list[str]) -> Iterator[Block]:
    """A heading is one line; lines of a list, or of a paragraph, that follow each other are one."""
    for kind, group in groupby(lines, _kind_of):
        if kind == "heading":
            yield from (Block(kind, (line.removeprefix(HEADING),)) for line in group)
        elif kind == "list":
            yield Block(kind, tuple(line.removeprefix(ITEM) for line in group))
        else:
            yield Block(kind, (" ".join(group),))


def _kind_of(line: str) -> Kind:
    if line.startswith(HEADING):
        return "heading"
    return "list" if line.startswith(ITEM) else "paragraph"


def changes_between(old: str, new: str) -> list[Change]:
    """Line by line, in the order in which one reads; empty when nothing changed."""
    before, after = _lines(old), _lines(new)
    return list(_changes(before, after)) if before != after else []


def _changes(before: list[str], after: list[str]) -> Iterator[Change]:
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            yield from (Change("kept", line) for line in before[old_from:old_to])
            continue
        yield from (Change("removed", line) for line in before[old_from:old_to])
        yield from (Change("added", line) for line in after[new_from:new_to])


def _lines(text: str) -> list[str]:
    return [line for line in tidy(text).split("\n") if line]
