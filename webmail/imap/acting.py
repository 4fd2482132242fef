"""Changing messages: flags, moves, removal, new ones; any number of them in one to three round trips."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import BinaryIO

from imapclient import exceptions  # noqa: TID251
from imapclient.datetime_util import datetime_to_INTERNALDATE  # noqa: TID251

from webmail.errors import DangerousText, MessageGone
from webmail.imap.channel import codes, quoted_name
from webmail.imap.replies import Reply
from webmail.imap.rows import Rows
from webmail.imap.uid_set import UidSet

# RFC 9051 "flag": an atom, after a backslash if it is the system's.
FLAG = re.compile(r"\\?[!#$&'+,\-./0-9:;<=>?@A-Z\[^_`a-z|}~]+")
MISSING_TARGET = re.compile(r"\[(?:TRYCREATE|NONEXISTENT)\]")
PIECE = 1 << 17  # octets


class Acting(Rows):
    """The stories of changing. A folder is selected first, not read-only."""

    def add_flags(self, uids: Iterable[int], flags: Sequence[str]) -> None:
        """One round trip. UIDs that are not there are passed over. Raises DangerousText."""
        self._store(b"+FLAGS.SILENT", uids, flags)

    def remove_flags(self, uids: Iterable[int], flags: Sequence[str]) -> None:
        """As `add_flags`."""
        self._store(b"-FLAGS.SILENT", uids, flags)

    def _store(self, change: bytes, uids: Iterable[int], flags: Sequence[str]) -> None:
        names = b" ".join(_flag(flag) for flag in flags)
        self.run(*(b"UID STORE %b %b (%b)" % (part, change, names) for part in _written(uids)))

    def move(self, uids: Iterable[int], folder: str) -> dict[int, int]:
        """The new UID of each message that moved, as far as the server tells (UIDPLUS, RFC 4315).

        One round trip with MOVE (RFC 6851), else two: what was not copied is not removed.
        Raises MessageGone when the target is not there.
        """
        wanted, target = _set_of(uids), quoted_name(folder)
        verb = b"MOVE" if self.knows("MOVE") else b"COPY"
        try:
            replies = self.run(
                *(b"UID %b %b %b" % (verb, part, target) for part in _written(wanted))
            )
        except exceptions.IMAPClientError as error:
            if MISSING_TARGET.search(str(error)):
                raise MessageGone(folder) from error
            raise
        if verb == b"COPY":
            self.expunge(wanted)
        return dict(_copied(replies))

    def copy(self, uids: Iterable[int], folder: str) -> dict[int, int]:
        """As `move`, and the messages stay."""
        target = quoted_name(folder)
        return dict(
            _copied(self.run(*(b"UID COPY %b %b" % (part, target) for part in _written(uids))))
        )

    def expunge(self, uids: Iterable[int]) -> None:
        """Removes just these messages for good."""
        wanted = _set_of(uids)
        parts = list(_written(wanted))
        marking = [b"UID STORE %b +FLAGS.SILENT (\\Deleted)" % part for part in parts]
        if self.knows("UIDPLUS"):
            self.run(*marking, *(b"UID EXPUNGE %b" % part for part in parts))
        elif parts:
            self._expunge_all_marked(marking, spared=self.matching(b"DELETED") - wanted)

    def _expunge_all_marked(self, marking: list[bytes], spared: UidSet) -> None:
        """EXPUNGE takes all that is marked: what others marked is unmarked meanwhile."""
        self.remove_flags(spared, ["\\Deleted"])
        self.run(*marking, b"EXPUNGE")
        self.add_flags(spared, ["\\Deleted"])

    def empty(self, folder: str) -> None:
        """Removes for good what the folder holds now. Leaves it selected. Raises MessageGone."""
        selected = self.select(folder, readonly=False)
        if selected.exists:
            last = selected.uid_next - 1 if selected.uid_next else self.all_uids().last
            self.expunge(UidSet.between(1, last))

    def append(
        self, folder: str, raw: bytes, flags: Sequence[str] = (), at: datetime | None = None
    ) -> int:
        """The new message's UID, 0 where the server does not tell. Raises MessageGone, DangerousText."""
        return self.append_file(folder, BytesIO(raw), len(raw), flags, at)

    def append_file(
        self,
        folder: str,
        file: BinaryIO,
        size: int,
        flags: Sequence[str] = (),
        at: datetime | None = None,
    ) -> int:
        """As `append`, of the next `size` octets of a file, which are never whole in memory.

        Raises OSError too, when the file cannot be read or is shorter.
        """
        words = [b"APPEND", quoted_name(folder), b"(%b)" % b" ".join(map(_flag, flags))]
        if at is not None:
            words.append(b'"%b"' % datetime_to_INTERNALDATE(at).encode("ascii"))
        pieces = _pieces(file, size)
        try:
            replies = list(self.ask_with_literal(b" ".join(words), pieces, size))
        except exceptions.IMAPClientError as error:
            if MISSING_TARGET.search(str(error)):
                raise MessageGone(folder) from error
            raise
        told = codes(replies).get(b"APPENDUID", b"").split()  # RFC 4315
        return int(told[1]) if len(told) == 2 else 0


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    left = size
    while left:
        octets = file.read(min(left, PIECE))
        if not octets:
            raise OSError("the file is shorter than it was")
        left -= len(octets)
        yield octets


def _flag(name: str) -> bytes:
    if not FLAG.fullmatch(name):
        raise DangerousText(repr(name))
    return name.encode("ascii")


def _set_of(uids: Iterable[int]) -> UidSet:
    return uids if isinstance(uids, UidSet) else UidSet.of(uids)


def _written(uids: Iterable[int]) -> Iterator[bytes]:
    """In pieces that fit a command line."""
    wanted = _set_of(uids)
    return (str(part).encode("ascii") for part in wanted.chunks(max(1, len(wanted))))


def _copied(replies: Sequence[Reply]) -> Iterator[tuple[int, int]]:
    """Old and new UIDs from ``COPYUID validity old new``."""
    for reply in replies:
        code = codes([reply]).get(b"COPYUID", b"").split()
        if len(code) == 3:
            yield from zip(_numbers(code[1]), _numbers(code[2]), strict=False)


def _numbers(text: bytes) -> Iterator[int]:
    """As written: the first of the one set is the first of the other."""
    for piece in text.split(b","):
        first, _colon, last = piece.partition(b":")
        start, end = int(first), int(last or first)
        step = 1 if start <= end else -1
        yield from range(start, end + step, step)
