"""Reading messages: rows of a list, one message, its parts."""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count, islice
from typing import Any

from webmail.errors import MessageGone
from webmail.imap.replies import Reply, fetched, listed
from webmail.imap.rows import Rows, internal_date, split_flags
from webmail.imap.uid_set import LAST_UID, UidSet

SECTION = re.compile(r"([0-9]+(\.[0-9]+)*(\.MIME|\.HEADER|\.TEXT)?|TEXT|HEADER)?")
UID_LIMIT = LAST_UID + 1
TOGETHER = 4  # pieces of a part that are asked for at any moment
MESSAGE_ITEMS = "FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE BODY.PEEK[HEADER]"


@dataclass(frozen=True)
class FetchedMessage:
    """Header block and structure of one message; its parts are fetched by section number."""

    uid: int
    flags: frozenset[str]
    received_at: datetime
    size: int  # octets
    headers: bytes
    structure: Any
    whole: bytes | None = None  # all its octets, where they were asked for and are not too many


class Reading(Rows):
    """The stories of reading. A folder is selected first."""

    def message(self, uid: int) -> FetchedMessage:
        """Raises MessageGone."""
        return _message(uid, self._item(uid, MESSAGE_ITEMS))

    def open_message(
        self, folder: str, uid: int, *, uid_validity: int, whole: int
    ) -> FetchedMessage:
        """`open_messages` of one. Raises MessageGone when it is not there, too."""
        found = self.open_messages(folder, [uid], uid_validity=uid_validity, whole=whole)
        if uid not in found:
            raise MessageGone(str(uid))
        return found[uid]

    def open_messages(
        self,
        folder: str,
        uids: Sequence[int],
        *,
        uid_validity: int,
        whole: int,
        large: Collection[int] = (),
    ) -> dict[int, FetchedMessage]:
        """Selects the folder, not read-only, and fetches messages by UID in one round trip.

        A message of at most `whole` octets comes entire, and as many octets of a larger one come in
        vain, except of those that are known to be `large`. One that has gone does not come. Raises
        MessageGone for a number no message has, and as `select` does.
        """
        for uid in uids:
            if not 0 < uid < UID_LIMIT:
                raise MessageGone(str(uid))
        entire = f"UID {MESSAGE_ITEMS} BODY.PEEK[]<0.{whole}>"
        commands = [
            f"UID FETCH {UidSet.of(chosen)} ({items})".encode("ascii")
            for chosen, items in (
                ([uid for uid in uids if uid not in large], entire),
                ([uid for uid in uids if uid in large], f"UID {MESSAGE_ITEMS}"),
            )
            if chosen
        ]
        selected, replies = self._select(folder, *commands, readonly=False)
        if uid_validity not in {0, selected.uid_validity}:
            raise MessageGone(folder)
        told = _by_uid(replies)
        whole_items = {uid: told[uid] for uid in uids if b"BODYSTRUCTURE" in told.get(uid, {})}
        return {uid: _opened(uid, item) for uid, item in whole_items.items()}

    def _item(self, uid: int, items: str) -> dict[bytes, Any]:
        """What FETCH says of one message, nothing when it has gone. Raises MessageGone for a number no message has."""
        if not 0 < uid < UID_LIMIT:
            raise MessageGone(str(uid))
        return _merged(uid, self.run(b"UID FETCH %d (UID %b)" % (uid, items.encode("ascii"))))

    def require(self, uids: Sequence[int]) -> None:
        """Raises MessageGone unless all of these are in the selected folder.

        One round trip. Servers change what is missing without a word.
        """
        if not all(0 < uid < UID_LIMIT for uid in uids):
            raise MessageGone(str(min(uids)))
        wanted = UidSet.of(uids)
        missing = wanted - self.present(wanted)
        if missing:
            raise MessageGone(str(missing))

    def section(self, uid: int, section: str) -> bytes:
        """The transferred octets of one part, e.g. ``1.2``, ``1.2.MIME`` or ``""`` for all. Raises MessageGone."""
        if not SECTION.fullmatch(section):
            raise MessageGone(section)
        content = self._item(uid, f"BODY.PEEK[{section}]").get(_body(section))
        if content is None:
            raise MessageGone(f"{uid} {section}")
        return bytes(content)

    def sections(self, uid: int, sections: Sequence[str]) -> dict[str, bytes]:
        """The transferred octets of several parts in one round trip; missing ones are left out.

        Raises MessageGone for a number no message has.
        """
        if not sections:
            return {}
        item = self._item(uid, " ".join(f"BODY.PEEK[{section}]" for section in sections))
        found = {section: item.get(_body(section)) for section in sections}
        return {section: octets for section, octets in found.items() if octets is not None}

    def part_stream(
        self, uid: int, section: str, chunk: int = 1 << 18, *, start: int = 0, end: int = 0
    ) -> Iterator[bytes]:
        """The transferred octets of one part, from `start` up to `end` (0: all that follow), in pieces
        of `chunk` octets: constant memory. Raises MessageGone.

        Some are always asked for: the server reads on while one is decoded and sent. Whoever leaves
        midway leaves a connection that nobody uses again.
        """
        if not SECTION.fullmatch(section) or not 0 < uid < UID_LIMIT:
            raise MessageGone(f"{uid} {section}")
        spans = _spans(start, end, chunk)
        awaited = deque(islice(spans, TOGETHER))
        replies = self.ask(*(_fetch_piece(uid, section, span) for span in awaited))
        told: dict[bytes, Any] = {}
        while awaited:
            at, wanted = awaited.popleft()
            try:
                piece = _piece(replies, told, uid, _body(section) + b"<%d>" % at)
            except MessageGone:
                if at == start:
                    raise
                # Every command was answered, and nothing said of this piece: asked again, it is told.
                yield from self.part_stream(uid, section, chunk, start=at, end=end)
                return
            if piece is None and at == start:
                raise MessageGone(f"{uid} {section}")
            if not piece:
                break  # servers say "" or NIL of what is behind the end
            for span in islice(spans, 1 if len(piece) == wanted else 0):
                awaited.append(span)
                self.ask_also(replies, _fetch_piece(uid, section, span))
            yield piece
        replies.close()

    def part_pieces(self, uid: int, section: str, spans: Sequence[tuple[int, int]]) -> list[bytes]:
        """Pieces of one part, each given by where it starts and how many octets it has at most, in one
        round trip. Raises MessageGone.
        """
        if not SECTION.fullmatch(section):
            raise MessageGone(section)
        wanted = " ".join(f"BODY.PEEK[{section}]<{start}.{count}>" for start, count in spans)
        item = self._item(uid, wanted)
        names = [_body(section) + b"<%d>" % start for start, _count in spans]
        if any(item.get(name) is None for name in names):
            raise MessageGone(f"{uid} {section}")
        return [bytes(item[name]) for name in names]

    def has_message_id(self, message_id: str) -> bool:
        """Whether the selected folder holds a message with this Message-ID."""
        return bool(self.with_message_id(message_id))

    def quota_kib(self) -> tuple[int, int] | None:
        """(used, limit) of STORAGE in KiB (RFC 9208), None without a limit."""
        if not self.knows("QUOTA"):
            return None
        self.round_trips += 1
        for quota in self.client.get_quota():
            if quota.resource == "STORAGE":
                return quota.usage, quota.limit
        return None


def _spans(start: int, end: int, chunk: int) -> Iterator[tuple[int, int]]:
    """Where each piece begins and how many octets it has; without an end they never end."""
    for at in count(start, chunk):
        if end and at >= end:
            return
        yield at, min(chunk, end - at) if end else chunk


def _fetch_piece(uid: int, section: str, span: tuple[int, int]) -> bytes:
    return f"UID FETCH {uid} (UID BODY.PEEK[{section}]<{span[0]}.{span[1]}>)".encode("ascii")


def _piece(replies: Iterator[Reply], told: dict[bytes, Any], uid: int, name: bytes) -> bytes | None:
    """From what was `told`, which the next replies join. Raises MessageGone when no more come.

    Dovecot 2.3 answers commands that were sent together in any order when it has to wait for us.
    """
    while name not in told:
        reply = next(replies, None)
        if reply is None:
            raise MessageGone(str(uid))
        told |= _merged(uid, [reply])
    octets: bytes | None = told.pop(name)
    return octets


def _merged(uid: int, replies: Iterable[Reply]) -> dict[bytes, Any]:
    return _by_uid(replies).get(uid, {})


def _by_uid(replies: Iterable[Reply]) -> dict[int, dict[bytes, Any]]:
    """A server may say of one message in several replies."""
    found: dict[int, dict[bytes, Any]] = {}
    for item in map(fetched, replies):
        if item and b"UID" in item:
            found.setdefault(item[b"UID"], {}).update(item)
    return found


def _message(uid: int, item: dict[bytes, Any]) -> FetchedMessage:
    if b"BODYSTRUCTURE" not in item:
        raise MessageGone(str(uid))
    return FetchedMessage(
        uid=uid,
        flags=_flags(item),
        received_at=internal_date(item.get(b"INTERNALDATE")),
        size=item.get(b"RFC822.SIZE") or 0,
        headers=item.get(b"BODY[HEADER]") or b"",
        structure=listed(item, b"BODYSTRUCTURE").value(),
    )


def _opened(uid: int, item: dict[bytes, Any]) -> FetchedMessage:
    opened, beginning = _message(uid, item), item.get(b"BODY[]<0>")
    is_whole = beginning is not None and len(beginning) == opened.size
    return replace(opened, whole=beginning) if is_whole else opened


def _body(section: str) -> bytes:
    return f"BODY[{section}]".encode("ascii")


def _flags(item: dict[bytes, Any]) -> frozenset[str]:
    flags, keywords = split_flags(listed(item, b"FLAGS").text)
    return flags | keywords
