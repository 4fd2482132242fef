"""Visiting cards (vCard 2.1, 3.0 and 4.0; RFC 6350), as far as a person wants to see of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from webmail.syntax import charsets, headers, transfer

MAX_CARDS = 50
MAX_VALUES = 20
LINE = re.compile(r"(?:[\w-]+\.)?(?P<name>[A-Za-z-]{1,40})(?P<params>(?:;[^:]*?)?):(?P<value>.*)")
ESCAPED = re.compile(r"\\([\\,;:nN])")


@dataclass(frozen=True)
class Card:
    """One person or organisation; each text fits one line."""

    name: str
    organisation: str = ""
    title: str = ""
    emails: tuple[str, ...] = ()
    telephones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


def read(text: str) -> list[Card]:
    """The cards of a file, at most MAX_CARDS; never raises."""
    found: list[Card] = []
    values: dict[str, list[str]] | None = None
    for name, value in _lines(text):
        if name == "BEGIN":
            values = {}
        elif name == "END" and values is not None:
            found.append(_card(values))
            values = None
            if len(found) == MAX_CARDS:
                break
        elif values is not None:
            values.setdefault(name, []).append(value)
    return found


def _lines(text: str) -> Iterator[tuple[str, str]]:
    joined = re.sub(r"=\r?\n(?=[^\r\n])", "", text) if "QUOTED-PRINTABLE" in text.upper() else text
    for line in re.sub(r"\r?\n[ \t]", "", joined).splitlines():
        if found := LINE.fullmatch(line):
            yield found["name"].upper(), _decoded(found["params"].upper(), found["value"])


def _decoded(params: str, value: str) -> str:
    """vCard 2.1 writes what is not ASCII as mails do."""
    if "QUOTED-PRINTABLE" not in params:
        return value
    named = re.search(r"CHARSET=([\w-]+)", params)
    octets = transfer.decode(value.encode("latin-1", "replace"), "quoted-printable")
    return charsets.decode(octets, named[1] if named else "")


def _card(values: dict[str, list[str]]) -> Card:
    return Card(
        name=_first(values, "FN") or _name(_first(values, "N", raw=True)),
        organisation=_first(values, "ORG", separator=" – "),
        title=_first(values, "TITLE"),
        emails=_all(values, "EMAIL"),
        telephones=tuple(it.removeprefix("tel:") for it in _all(values, "TEL")),
        addresses=_all(values, "ADR", separator=", "),
        links=_all(values, "URL"),
    )


def _name(written: str) -> str:
    """From "family;given;additional;prefixes;suffixes"."""
    family, given = [*map(_plain, re.split(r"(?<!\\);", written)), "", ""][:2]
    return f"{given} {family}".strip()


def _first(
    values: dict[str, list[str]], name: str, separator: str = " ", *, raw: bool = False
) -> str:
    value = next(iter(values.get(name, [])), "")
    return value if raw else _joined(value, separator)


def _all(values: dict[str, list[str]], name: str, separator: str = " ") -> tuple[str, ...]:
    joined = (_joined(value, separator) for value in values.get(name, [])[:MAX_VALUES])
    return tuple(filter(None, joined))


def _joined(value: str, separator: str) -> str:
    pieces = map(_plain, re.split(r"(?<!\\);", value))
    return separator.join(filter(None, pieces))


def _plain(value: str) -> str:
    spelt = ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return headers.one_line(spelt).strip()
