"""vCards 2.1, 3.0 and 4.0 (RFC 2426, RFC 6350): text in, frozen cards out, and back without a loss.

Fields are read of what an address book shows; every other line is kept as it stands. What 2.1 writes
its own way (quoted-printable, types without a name) is respelt as 3.0 does. Pure.
"""

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from accounts.vcards import escaped, folded

MAX_VALUES = 50  # addresses, and telephones, of one card
MAX_KEPT = 1_000_000  # characters: a photograph
LONGEST_HEAD = 250
_LINE = re.compile(
    r"(?P<head>(?:[\w-]{1,60}\.)?(?P<name>[A-Za-z][\w-]{0,60})(?P<params>(?:;(?:[^\":;]|\"[^\"]*\")*)*))"
    r":(?P<value>.*)",
    re.DOTALL,
)
_PARAM = re.compile(r";((?:[^\":;]|\"[^\"]*\")*)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SEPARATOR = re.compile(r"(?<!\\)((?:\\\\)*)[;]")
_COMMA = re.compile(r"(?<!\\)((?:\\\\)*)[,]")
_BARE_ENCODINGS = {"BASE64": "ENCODING=b", "B": "ENCODING=b"}
_DROPPED = ("CHARSET=", "ENCODING=QUOTED-PRINTABLE", "ENCODING=8BIT", "ENCODING=7BIT")
_GROUP_KIND = ("KIND", "X-ADDRESSBOOKSERVER-KIND")
_MEMBER = ("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER")
_MANY = ("EMAIL", "TEL", "CATEGORIES")
_SEPARATE = ("FN", "ORG", "NOTE", "UID")


@dataclass(frozen=True)
class Value:
    """A text, and what stands before its colon: EMAIL;TYPE=WORK."""

    head: str
    text: str


@dataclass(frozen=True)
class Card:
    """One person, organisation or, with `is_group`, a list of `members` by UID."""

    name: str
    uid: str = ""
    organisation: str = ""
    note: str = ""
    addresses: tuple[Value, ...] = ()
    phones: tuple[Value, ...] = ()
    groups: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    is_group: bool = False
    version: str = "3.0"
    kept: tuple[str, ...] = ()
    """Whole lines that no field shows, unfolded."""


@dataclass
class _Lines:
    """What was read of a card so far."""

    values: dict[str, list[Value]] = field(default_factory=dict)
    kept: list[str] = field(default_factory=list)
    depth: int = 0  # of cards inside this one, which 2.1 allows

    def take(self, line: "_Line") -> None:
        values = self.values.setdefault(line.name, [])
        room = MAX_VALUES if line.name in _MANY else 1 if line.name in _SEPARATE else 0
        shown = not self.depth and len(values) < room and len(line.head) <= LONGEST_HEAD
        if shown or line.name in (*_GROUP_KIND, *_MEMBER, "VERSION", "N"):
            values.append(Value(line.head, line.value))
        if not shown and line.name != "VERSION":
            self.kept.append(f"{line.head}:{line.value}")


@dataclass(frozen=True)
class _Line:
    head: str
    name: str
    value: str


def read(text: str) -> list[Card]:
    """The cards of a file, in order; what is no card is passed over. Never raises."""
    found: list[Card] = []
    lines: _Lines | None = None
    for line in _lines(text):
        begins = line.name == "BEGIN"
        if lines is None:
            lines = _Lines() if begins and line.value.strip().upper() == "VCARD" else None
        elif line.name == "END" and not lines.depth:
            found.append(_card(lines))
            lines = None
        else:
            lines.take(line)
            lines.depth += begins - (line.name == "END")
    return found


def written(card: Card) -> str:
    """As a file has it: lines of at most 75 octets, each ended by CRLF."""
    lines = ["BEGIN:VCARD", f"VERSION:{card.version}", *_properties(card), "END:VCARD"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def types_of(head: str) -> set[str]:
    """The words of a head's TYPE parameters, in lower case."""
    named = (it[5:] for it in _PARAM.findall(head) if it[:5].upper() == "TYPE=")
    return {word.strip().lower() for it in named for word in it.strip('"').split(",")}


def with_type(head: str, chosen: str, among: set[str]) -> str:
    """The head with `chosen` ("" for none) instead of whichever of `among` it had."""
    name = head.partition(";")[0]
    others = [f";{it}" for it in _PARAM.findall(head) if it[:5].upper() != "TYPE="]
    types = sorted(types_of(head) - among)
    types = [chosen, *types] if chosen else types
    return "".join([name, *(f";TYPE={it.upper()}" for it in types), *others])


def without_name(kept: tuple[str, ...]) -> tuple[str, ...]:
    """The kept lines but for the parts of a name that is no longer the card's."""
    return tuple(line for line in kept if not _is_named(line, "N"))


def _lines(text: str) -> Iterator[_Line]:
    """Each with its name in capitals, unfolded, respelt as vCard 3.0 does."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if "QUOTED-PRINTABLE" in whole.upper():
        whole = _without_soft_breaks(whole)
    for line in re.sub(r"\n[ \t]", "", whole).split("\n"):
        if found := _LINE.fullmatch(line):
            params = _PARAM.findall(found["params"])
            yield _respelt(found["head"], found["name"].upper(), params, found["value"])


def _without_soft_breaks(text: str) -> str:
    """A value in quoted-printable goes on after each = that ends a line."""
    lines: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        if goes_on:
            lines[-1] = lines[-1][:-1] + line
        else:
            lines.append(line)
        is_quoted = goes_on or "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
        goes_on = is_quoted and line.endswith("=")
    return "\n".join(lines)


def _respelt(head: str, name: str, params: list[str], value: str) -> _Line:
    is_plain = all("=" in it for it in params) and not any(
        it.upper().startswith(("CHARSET=", "ENCODING=")) for it in params
    )
    if is_plain:
        return _Line(head, name, value)
    capitals = [it.upper() for it in params]
    if {"ENCODING=QUOTED-PRINTABLE", "QUOTED-PRINTABLE"} & {*capitals}:
        value = _from_quoted_printable(value, capitals)
    kept = [_param(it) for it in params if not it.upper().startswith(_DROPPED)]
    kept = [it for it in kept if it and it != "TYPE=QUOTED-PRINTABLE"]
    return _Line("".join([head.partition(";")[0], *(f";{it}" for it in kept)]), name, value)


def _param(written: str) -> str:
    if written.upper() == "ENCODING=BASE64":
        return "ENCODING=b"
    if "=" in written or not written:
        return written
    return _BARE_ENCODINGS.get(written.upper(), f"TYPE={written.upper()}")


def _from_quoted_printable(value: str, params: list[str]) -> str:
    named = next((it[8:] for it in params if it.startswith("CHARSET=")), "UTF-8")
    octets = quopri.decodestring(value.encode("utf-8", "replace"))
    try:
        text = octets.decode(named, "replace")
    except LookupError:
        text = octets.decode("utf-8", "replace")
    return "\\n".join(text.replace("\0", "").splitlines())


def _card(lines: _Lines) -> Card:
    kind = {it.text.strip().lower() for name in _GROUP_KIND for it in lines.values.get(name, [])}
    version = _first(lines, "VERSION")
    return Card(
        name=_name(lines),
        uid=_first(lines, "UID"),
        organisation=" – ".join(filter(None, _parts(_raw(lines, "ORG")))),
        note=_first(lines, "NOTE", joined=False),
        addresses=_values(lines, "EMAIL"),
        phones=_values(lines, "TEL"),
        groups=tuple(_categories(lines)),
        members=tuple(it.text.strip() for name in _MEMBER for it in lines.values.get(name, [])),
        is_group="group" in kind,
        version="4.0" if version == "4.0" else "3.0",
        kept=tuple(lines.kept),
    )


def _name(lines: _Lines) -> str:
    """As the card says it, else from "family;given;…", else what it is known by."""
    family, given = [*_parts(_raw(lines, "N")), "", ""][:2]
    others = (_first(lines, "ORG"), *(it.text for it in lines.values.get("EMAIL", [])))
    known = (_first(lines, "FN"), f"{given} {family}".strip(), *others)
    return next(filter(None, known), "")


def _raw(lines: _Lines, name: str) -> str:
    return next((it.text for it in lines.values.get(name, [])), "")


def _first(lines: _Lines, name: str, *, joined: bool = True) -> str:
    text = _plain(_raw(lines, name))
    return " ".join(text.split()) if joined else text.strip()


def _parts(value: str) -> list[str]:
    return [" ".join(_plain(it).split()) for it in _SEPARATOR.sub(r"\1\n", value).split("\n")]


def _values(lines: _Lines, name: str) -> tuple[Value, ...]:
    """A telephone may be written as an address: tel:+33-2-…"""
    texts = [replace(it, text=_plain(it.text).strip()) for it in lines.values.get(name, [])]
    return tuple(
        replace(it, text=re.sub("^(?:tel|mailto):", "", it.text, flags=re.IGNORECASE))
        for it in texts
        if it.text
    )


def _categories(lines: _Lines) -> Iterator[str]:
    for value in lines.values.get("CATEGORIES", []):
        for name in _COMMA.sub(r"\1\n", value.text).split("\n"):
            if shown := " ".join(_plain(name).split()):
                yield shown


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _properties(card: Card) -> Iterator[str]:
    yield f"UID:{card.uid}"
    yield f"FN:{escaped(card.name)}"
    if not any(_is_named(line, "N") for line in card.kept):
        given, _, family = card.name.rpartition(" ")
        yield f"N:{escaped(family)};{escaped(given)};;;"
    if card.organisation:
        yield f"ORG:{';'.join(map(escaped, card.organisation.split(' – ')))}"
    for value in (*card.addresses, *card.phones):
        yield f"{value.head}:{escaped(value.text)}"
    if card.groups:
        yield f"CATEGORIES:{','.join(map(escaped, card.groups))}"
    if card.note:
        yield f"NOTE:{escaped(card.note)}"
    yield from card.kept


def _is_named(line: str, name: str) -> bool:
    return bool(re.match(rf"(?:[\w-]+\.)?{name}[;:]", line, re.IGNORECASE))
