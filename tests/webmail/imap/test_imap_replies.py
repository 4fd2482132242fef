"""The lean reader of IMAP replies says what imapclient's own parser says, much faster."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from imapclient.response_parser import parse_fetch_response, parse_response  # noqa: TID251

from webmail.imap.replies import Raw, Reply, Unreadable, fetched, values
from webmail.imap.rows import EPOCH, internal_date, split_flags

CORPUS = sorted((Path(__file__).parents[2] / "corpus" / "mime").rglob("*.eml"))
HEADERS = [path.read_bytes()[:3000] for path in CORPUS]

# What stands outside strings: RFC 9051 "atom", and what servers put there all the same.
atoms = st.from_regex(rb"[A-Za-z$\\][A-Za-z0-9$_.:+=-]{0,12}", fullmatch=True).filter(
    lambda it: it.upper() != b"NIL"
)
texts = st.binary(max_size=40).map(lambda it: it.replace(b"\r", b"").replace(b"\n", b""))
numbers = st.integers(0, 1 << 63)


class Written:
    """A reply as it is built: its text, imapclient's pieces, the literals."""

    def __init__(self) -> None:
        self.text = b""
        self.pieces: list[bytes | tuple[bytes, bytes]] = []
        self.since = 0
        self.literals: list[bytes] = []

    def add(self, text: bytes) -> None:
        self.text += text

    def literal(self, content: bytes) -> None:
        self.text += b"{%d}" % len(content)
        self.pieces.append((self.text[self.since :], content))
        self.since = len(self.text)
        self.literals.append(content)

    @property
    def reply(self) -> Reply:
        return Reply(self.text, tuple(self.literals))

    @property
    def for_imapclient(self) -> list[bytes | tuple[bytes, bytes]]:
        return [*self.pieces, self.text[self.since :]]


def write(value: Any, into: Written) -> None:
    if value is None:
        into.add(b"NIL")
    elif isinstance(value, int):
        into.add(b"%d" % value)
    elif isinstance(value, tuple):
        into.add(b"(")
        for at, item in enumerate(value):
            into.add(b" " if at else b"")
            write(item, into)
        into.add(b")")
    elif isinstance(value, Literal):
        into.literal(bytes(value))
    elif isinstance(value, Atom):
        into.add(bytes(value))
    else:
        into.add(b'"' + value.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"')


class Atom(bytes):
    pass


class Literal(bytes):
    pass


strings = texts | st.binary(max_size=60).map(Literal) | st.sampled_from(HEADERS).map(Literal)


def deep(levels: int) -> Any:
    return (deep(levels - 1), 7) if levels else Literal(b")")


scalars = st.none() | numbers | strings | atoms.map(Atom)
nested = st.recursive(scalars, lambda inner: st.lists(inner, max_size=5).map(tuple), max_leaves=25)
lists = st.lists(nested, max_size=6).map(tuple)


@given(st.lists(nested, max_size=5))
@example([(b"{12}", Atom(b"\\Seen")), Literal(b"{3}")])
@example([deep(12), b'"\\'])
def test_values_are_read_as_imapclient_reads_them(written: list[Any]) -> None:
    into = Written()
    for at, value in enumerate(written):
        into.add(b" " if at else b"")
        write(value, into)
    expected = parse_response(into.for_imapclient) if into.text else ()
    assert tuple(values(into.reply)) == expected


@given(
    st.permutations(["UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODY", "HEADER", "MODSEQ"]),
    st.lists(atoms, max_size=5),
    numbers,
    strings | st.none(),
    lists,
)
def test_a_fetch_is_read_as_imapclient_reads_it(
    order: list[str], flags: list[bytes], number: int, header: bytes | None, structure: Any
) -> None:
    items: dict[str, tuple[bytes, Any]] = {
        "UID": (b"UID", number),
        "FLAGS": (b"FLAGS", tuple(Atom(flag) for flag in flags)),
        "INTERNALDATE": (b"INTERNALDATE", b"17-Jul-2026 02:44:25 -0700"),
        "RFC822.SIZE": (b"RFC822.SIZE", number),
        "BODY": (b"X-ITEM", structure),
        "HEADER": (b"BODY[TEXT]<0>", header),
        "MODSEQ": (b"MODSEQ", (number,)),
    }
    into = Written()
    into.add(b"12 FETCH (")
    for at, name in enumerate(order):
        into.add((b" " if at else b"") + items[name][0] + b" ")
        write(items[name][1], into)
    into.add(b")")
    first, *rest = into.for_imapclient
    start = first if isinstance(first, bytes) else first[0]
    start = start.replace(b" FETCH", b"", 1)
    pieces = [start if isinstance(first, bytes) else (start, first[1]), *rest]
    expected = dict(parse_fetch_response(pieces, normalise_times=False, uid_is_key=False)[12])
    found = fetched(into.reply)
    assert found is not None
    assert {name: _plain(name, value) for name, value in found.items()} == expected


def _plain(name: bytes, value: Any) -> Any:
    if name == b"INTERNALDATE":
        return internal_date(value)
    return value.value() if isinstance(value, Raw) else value


@pytest.mark.parametrize(
    "line",
    [
        b"5 EXISTS",
        b"3 EXPUNGE",
        b"VANISHED 4:5",
        b"OK [HIGHESTMODSEQ 5] Highest",
        b"SEARCH 1 2",
    ],
)
def test_what_comes_between_is_no_fetch(line: bytes) -> None:
    assert fetched(Reply(line)) is None


@pytest.mark.parametrize(
    "line",
    [
        b"1 FETCH (UID 5",
        b"1 FETCH (UID 5))",
        b"1 FETCH (UID 5 FLAGS (\\Seen)",
        b'1 FETCH (UID 5 X "no end)',
        b"1 FETCH (UID 5 X {4})",
        b"1 FETCH (UID)",
        b"1 FETCH (UID 5 FLAGS (() \\Seen)",
    ],
)
def test_a_fetch_that_is_cut_off_is_refused(line: bytes) -> None:
    with pytest.raises(Unreadable):
        fetched(Reply(line))


@given(st.binary(max_size=200))
def test_noise_is_read_or_refused(noise: bytes) -> None:
    for text in (noise, b"1 FETCH (" + noise + b")"):
        try:
            fetched(Reply(text))
            list(values(Reply(text)))
        except Unreadable:
            pass


def test_servers_spell_the_fields_of_a_header_as_they_like() -> None:
    line = b'1 fetch (body[header.fields ("From" "TO")] {4} uid 9)'
    assert fetched(Reply(line, (b"a: b",))) == {
        b"SEQ": 1,
        b"BODY[HEADER.FIELDS]": b"a: b",
        b"UID": 9,
    }


def test_flags_have_no_case_and_keywords_do() -> None:
    flags, keywords = split_flags(b"(\\SEEN \\recent \\Flagged $Forwarded Classe NonJunk)")
    assert flags == {"\\Seen", "\\Flagged"}
    assert keywords == {"$Forwarded", "Classe", "NonJunk"}


@given(st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1)), st.integers(-840, 840))  # noqa: DTZ001
def test_dates_are_read_as_imapclient_reads_them(moment: datetime, east: int) -> None:
    zone = f"{'-' if east < 0 else '+'}{abs(east) // 60:02}{abs(east) % 60:02}"
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    text = f"{moment.day:2}-{months[moment.month - 1]}-{moment:%Y %H:%M:%S} {zone}".encode()
    answer = b'1 (UID 1 INTERNALDATE "' + text + b'")'
    expected = parse_fetch_response([answer], normalise_times=False)[1][b"INTERNALDATE"]
    assert internal_date(text) == expected


@pytest.mark.parametrize("text", [b"", b"soon", b"31-Feb-2026 00:00:00 +0000", None])
def test_what_is_no_date_is_the_epoch(text: bytes | None) -> None:
    assert internal_date(text) == EPOCH
