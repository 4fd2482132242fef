"""What the index reads of many messages: streamed, in memory that does not grow with their number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from webmail.imap.channel import Channel, quoted
from webmail.imap.replies import NESTED, Raw, Reply, fetched, listed
from webmail.imap.structures import has_attachments
from webmail.imap.uid_set import UidSet
from webmail.servers.wire import refuse_control

CHUNK = 2000  # messages in one FETCH: what must still be read when the reader gives up
HEADER_FIELDS = (
    "FROM TO CC SUBJECT DATE MESSAGE-ID IN-REPLY-TO REFERENCES LIST-ID REPLY-TO CONTENT-TYPE"
)
HEADER = b"BODY[HEADER.FIELDS]"
ROW_ITEMS = (
    b"UID FLAGS INTERNALDATE RFC822.SIZE BODYSTRUCTURE "
    b"BODY.PEEK[HEADER.FIELDS (" + HEADER_FIELDS.encode() + b")]"
)
# The same as `fetched`, in one go, for the order in which Dovecot answers: a third of the time.
USUAL = re.compile(
    rb"[0-9]++ FETCH \(UID ([0-9]++) FLAGS (\([^()\"]*+\)) INTERNALDATE \"([^\"\\]*+)\""
    rb" RFC822\.SIZE ([0-9]++)(?: MODSEQ \(([0-9]++)\))? BODYSTRUCTURE ("
    + NESTED
    + rb") BODY\[HEADER\.FIELDS \([A-Z -]++\)\] \{[0-9]++\}\)"
)
MONTHS = {
    name: number
    for number, name in enumerate(
        b"jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INTERNALDATE = re.compile(
    rb" ?(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"
)


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """One message as the index knows it.

    `flags` are system flags (``\\Seen`` …), `keywords` all others as the server spells them, `size`
    is in octets, `headers` a header block of HEADER_FIELDS, `modseq` 0 where the server counts none.
    """

    uid: int
    flags: frozenset[str]
    keywords: frozenset[str]
    received_at: datetime
    size: int
    modseq: int
    headers: bytes
    has_attachments: bool


@dataclass(frozen=True, slots=True)
class FlagRow:
    uid: int
    flags: frozenset[str]
    keywords: frozenset[str]
    modseq: int = 0


class Rows(Channel):
    """The stories of the index. A folder is selected first."""

    def header_rows(self, uids: UidSet) -> Iterator[HeaderRow]:
        """Those of `uids` that are there, in the server's order. Raises Unreadable."""
        items = ROW_ITEMS + (b" MODSEQ" if self.counts_changes else b"")
        for reply in self._fetched(uids, items):
            row = header_row(reply)
            if row:
                yield row

    def flag_rows(self, uids: UidSet) -> Iterator[FlagRow]:
        """Flags of those of `uids` that are there."""
        items = b"UID FLAGS" + (b" MODSEQ" if self.counts_changes else b"")
        for found in self._fetch(uids, items):
            row = flag_row(found)
            if row and row.uid in uids:
                yield row

    def all_uids(self) -> UidSet:
        """Of the selected folder."""
        return self.matching(b"ALL")

    def present(self, uids: UidSet) -> UidSet:
        """Those of `uids` that are in the selected folder, in one round trip."""
        how = b"RETURN (ALL) " if self.knows("ESEARCH") else b""
        parts = uids.chunks(max(1, len(uids)))
        asked = (b"UID SEARCH %bUID %b" % (how, str(part).encode("ascii")) for part in parts)
        return found_by_search([reply.text for reply in self.run(*asked)])

    def with_message_id(self, message_id: str) -> UidSet:
        """UIDs in the selected folder. No message has an identifier that is not ASCII."""
        return self.with_header("Message-ID", message_id)

    def with_header(self, name: str, text: str) -> UidSet:
        """UIDs in the selected folder of messages with `text` somewhere in this header field."""
        refuse_control(name + text)
        if not text.isascii():
            return UidSet()
        return self.matching(b"HEADER %b " % name.encode("ascii") + quoted(text.encode("ascii")))

    def matching(self, criteria: bytes) -> UidSet:
        """UIDs of the selected folder that fit (RFC 9051 §6.4.4), as ranges where the server can."""
        if self.knows("ESEARCH"):
            replies = self.run(b"UID SEARCH RETURN (ALL) " + criteria)
        else:
            replies = self.run(b"UID SEARCH " + criteria)
        return found_by_search([reply.text for reply in replies])

    @property
    def counts_changes(self) -> bool:
        """Whether MODSEQ may be asked for in the selected folder (RFC 7162 §3.1.2.2)."""
        return self.has_modseq and self.knows("CONDSTORE")

    def _fetch(self, uids: UidSet, items: bytes) -> Iterator[dict[bytes, Any]]:
        for reply in self._fetched(uids, items):
            found = fetched(reply)
            if found and b"UID" in found:
                yield found

    def _fetched(self, uids: UidSet, items: bytes) -> Iterator[Reply]:
        # Ranges may be wide and nearly empty: only what is there is counted out in chunks.
        for chunk in (uids if len(uids) <= CHUNK else self.present(uids)).chunks(CHUNK):
            replies = self.ask(b"UID FETCH %b (%b)" % (str(chunk).encode(), items))
            try:
                yield from replies
            finally:
                replies.close()


def found_by_search(lines: list[bytes]) -> UidSet:
    """From ``ESEARCH … ALL 1:5`` (RFC 4731) or ``SEARCH 1 2 3``."""
    found = UidSet()
    for line in lines:
        kind, _space, rest = line.partition(b" ")
        if kind.upper() == b"ESEARCH":
            found |= _esearch(rest)
        elif kind.upper() == b"SEARCH":
            found |= UidSet.of(int(word) for word in rest.partition(b"(")[0].split())
    return found


def _esearch(rest: bytes) -> UidSet:
    words = rest.split()
    for at, word in enumerate(words[:-1]):
        if word.upper() == b"ALL":
            return UidSet.parse(words[at + 1].decode("ascii"))
    return UidSet()


def header_row(reply: Reply) -> HeaderRow | None:
    """None for a reply that says something else. Raises Unreadable."""
    usual = USUAL.fullmatch(reply.text)
    if usual is None or len(reply.literals) != 1:
        return _header_row(fetched(reply) or {})
    uid, flags, date, size, modseq, structure = usual.groups()
    return HeaderRow(
        int(uid),
        *split_flags(flags),
        internal_date(date),
        int(size),
        int(modseq or 0),
        reply.literals[0],
        has_attachments(Raw(structure)),
    )


def _header_row(found: dict[bytes, Any]) -> HeaderRow | None:
    if not found.keys() >= {b"UID", b"FLAGS", b"RFC822.SIZE", b"BODYSTRUCTURE", HEADER}:
        return None
    return HeaderRow(
        found[b"UID"],
        *split_flags(listed(found, b"FLAGS").text),
        internal_date(found.get(b"INTERNALDATE")),
        found[b"RFC822.SIZE"],
        modseq_of(found),
        found[HEADER] or b"",
        has_attachments(listed(found, b"BODYSTRUCTURE")),
    )


def flag_row(found: dict[bytes, Any]) -> FlagRow | None:
    """None when the reply says nothing about flags."""
    if b"FLAGS" not in found or b"UID" not in found:
        return None
    flags, keywords = split_flags(listed(found, b"FLAGS").text)
    return FlagRow(found[b"UID"], flags, keywords, modseq_of(found))


def modseq_of(found: dict[bytes, Any]) -> int:
    number = listed(found, b"MODSEQ").text[1:-1]
    return int(number) if number.isdigit() else 0


@lru_cache(maxsize=4096)
def split_flags(text: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """System flags and keywords of ``(\\Seen $Forwarded)``; \\Recent is nobody's (RFC 9051)."""
    names = [name.decode("utf-8", "replace") for name in text[1:-1].split()]
    system = {_usual(name) for name in names if name.startswith("\\")} - {"\\Recent"}
    return frozenset(system), frozenset(name for name in names if not name.startswith("\\"))


def _usual(flag: str) -> str:
    """System flags have no case (RFC 9051 §2.3.2)."""
    return "\\" + flag[1:].capitalize()


def internal_date(text: bytes | None) -> datetime:
    """Aware; the epoch for what is no date, as a few servers send for broken files."""
    match = INTERNALDATE.fullmatch(text or b"")
    if match is None:
        return EPOCH
    day, month, year, hour, minute, second, sign, east_hours, east_minutes = match.groups()
    try:
        return datetime(
            int(year),
            MONTHS[month.lower()],
            int(day),
            int(hour),
            int(minute),
            min(int(second), 59),
            tzinfo=_zone(sign, east_hours, east_minutes),
        )
    except (ValueError, KeyError):
        return EPOCH


@lru_cache(maxsize=256)
def _zone(sign: bytes, hours: bytes, minutes: bytes) -> timezone:
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == b"-" else offset)
