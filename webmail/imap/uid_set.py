"""Sets of UIDs as IMAP writes them: ``1:500,502``. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

LAST_UID = (1 << 32) - 1  # RFC 9051 §2.3.1.1: 32 bits, never 0
RANGE = re.compile(r"([0-9]+)(?::([0-9]+))?(?:,|$)")


@dataclass(frozen=True)
class UidSet:
    """`ranges` are (first, last), both included, ascending, neither touching nor overlapping."""

    ranges: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, uids: Iterable[int]) -> "UidSet":
        """These UIDs, in any order."""
        ordered = enumerate(sorted(set(uids)))
        runs = groupby(ordered, key=lambda item: item[1] - item[0])
        return cls(tuple(_ends([uid for _at, uid in run]) for _start, run in runs))

    @classmethod
    def between(cls, first: int, last: int = LAST_UID) -> "UidSet":
        return cls(((first, last),)) if first <= last else cls()

    @classmethod
    def parse(cls, text: str) -> "UidSet":
        """RFC 9051 ``sequence-set`` of numbers. Raises ValueError."""
        found, at = [], 0
        while at < len(text):
            match = RANGE.match(text, at)
            if match is None:
                raise ValueError(f"no set of numbers: {text[:80]!r}")
            first, last = int(match[1]), int(match[2] or match[1])
            found.append((min(first, last), max(first, last)))
            at = match.end()
        return cls(tuple(_joined(found)))

    def __str__(self) -> str:
        return ",".join(
            str(first) if first == last else f"{first}:{last}" for first, last in self.ranges
        )

    def __len__(self) -> int:
        return sum(last - first + 1 for first, last in self.ranges)

    def __bool__(self) -> bool:
        return bool(self.ranges)

    def __iter__(self) -> Iterator[int]:
        for first, last in self.ranges:
            yield from range(first, last + 1)

    def __contains__(self, uid: object) -> bool:
        if not isinstance(uid, int):
            return False
        at = bisect_right(self.ranges, (uid, LAST_UID)) - 1
        return at >= 0 and uid <= self.ranges[at][1]

    def __or__(self, other: "UidSet") -> "UidSet":
        return UidSet(tuple(_joined([*self.ranges, *other.ranges])))

    def __and__(self, other: "UidSet") -> "UidSet":
        found: list[tuple[int, int]] = []
        mine, theirs = list(self.ranges[::-1]), list(other.ranges[::-1])
        while mine and theirs:
            first, last = max(mine[-1][0], theirs[-1][0]), min(mine[-1][1], theirs[-1][1])
            if first <= last:
                found.append((first, last))
            (mine if mine[-1][1] < theirs[-1][1] else theirs).pop()
        return UidSet(tuple(found))

    def __sub__(self, other: "UidSet") -> "UidSet":
        gaps, start = [], 1
        for first, last in other.ranges:
            gaps.append((start, first - 1))
            start = last + 1
        gaps.append((start, LAST_UID))
        return self & UidSet(tuple(gap for gap in gaps if gap[0] <= gap[1]))

    @property
    def first(self) -> int:
        """0 when empty."""
        return self.ranges[0][0] if self.ranges else 0

    @property
    def last(self) -> int:
        """0 when empty."""
        return self.ranges[-1][1] if self.ranges else 0

    def newest(self, count: int) -> "UidSet":
        """The `count` highest of them, or all."""
        found: list[tuple[int, int]] = []
        for first, last in reversed(self.ranges):
            if count <= 0:
                break
            start = max(first, last - count + 1)
            found.append((start, last))
            count -= last - start + 1
        return UidSet(tuple(reversed(found)))

    def chunks(self, count: int, ranges: int = 500) -> Iterator["UidSet"]:
        """Pieces of at most `count` UIDs in at most `ranges` ranges: command lines have a limit."""
        piece: list[tuple[int, int]] = []
        room = count
        for first, last in self.ranges:
            start = first
            while start <= last:
                end = min(last, start + room - 1)
                piece.append((start, end))
                room -= end - start + 1
                start = end + 1
                if not room or len(piece) == ranges:
                    yield UidSet(tuple(piece))
                    piece, room = [], count
        if piece:
            yield UidSet(tuple(piece))


def _ends(run: list[int]) -> tuple[int, int]:
    return run[0], run[-1]


def _joined(ranges: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Ascending, touching and overlapping ones made one."""
    current: tuple[int, int] | None = None
    for first, last in sorted(ranges):
        if current is None:
            current = first, last
        elif first <= current[1] + 1:
            current = current[0], max(current[1], last)
        else:
            yield current
            current = first, last
    if current is not None:
        yield current
