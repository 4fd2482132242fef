"""What an IMAP server says, taken apart: a lean reader for the shapes that come in great numbers.

imapclient reads one octet at a time, at a tenth of the server's own speed. Here a line is read by
regular expressions, and what they do not know by a plain tokenizer. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

# Atomic groups, not groups with "*+", which early Pythons 3.11 get wrong.
QUOTED = rb'"(?>(?:[^"\\]++|\\.)*)"'
# Lists in lists in lists, without literals: what servers send of nearly every message.
FLAT = rb'\((?>(?:[^()"{]++|' + QUOTED + rb")*)\)"
NESTED = FLAT
for _level in range(6):
    NESTED = rb'\((?>(?:[^()"{]++|' + QUOTED + rb"|" + NESTED + rb")*)\)"
NAME = rb" *+([A-Za-z0-9.$-]++(?:\[[^\]]*+\](?:<[0-9]++>)?)?) "
ITEM = re.compile(
    NAME + rb"(?:([0-9]++)(?=[ )])|\{([0-9]++)\}|(" + NESTED + rb"|" + QUOTED + rb"|NIL(?=[ )])))"
)
NAMED = re.compile(NAME)
FETCH = re.compile(rb"([0-9]++) FETCH \(", re.IGNORECASE)
TOKEN = re.compile(
    rb'[ \t]*+(?:([()])|("(?>(?:[^"\\]++|\\.)*)")|~?\{([0-9]++)\+?\}|([^ ()"{\r\n]++))', re.DOTALL
)
ESCAPED = re.compile(rb'\\([\\"])')


class Reply(NamedTuple):
    """One untagged reply without ``* `` and CRLF; a literal stands in `text` as its ``{size}``."""

    text: bytes
    literals: tuple[bytes, ...] = ()


class Unreadable(ValueError):
    """The server said what no grammar of IMAP knows."""


class Raw(NamedTuple):
    """A list as the server wrote it, with the literals that stand in it: read when needed."""

    text: bytes
    literals: tuple[bytes, ...] = ()

    def value(self) -> Any:
        """As `values` reads it."""
        return next(values(Reply(self.text, self.literals)))


EMPTY = Raw(b"()")


def listed(items: Mapping[bytes, Any], name: bytes) -> Raw:
    """An item that should be a list; an empty one for what is not, as odd servers send for broken messages."""
    value = items.get(name)
    return value if isinstance(value, Raw) else EMPTY


def fetched(reply: Reply) -> dict[bytes, Any] | None:
    """The items of a FETCH by their names in capitals, None for any other reply.

    Numbers are int, strings bytes, NIL None, lists Raw. The name of a section leaves out the
    fields, which servers repeat in spellings of their own: ``BODY[HEADER.FIELDS]``.
    Raises Unreadable.
    """
    start = FETCH.match(reply.text)
    if start is None:
        return None
    text, at, literal = reply.text, start.end(), 0
    items: dict[bytes, Any] = {b"SEQ": int(start[1])}
    while match := ITEM.match(text, at):
        name, number, size, other = match.groups()
        at = match.end()
        if number is not None:
            items[_item_name(name)] = int(number)
        elif size is not None:
            items[_item_name(name)] = _literal(reply, literal, size)
            literal += 1
        else:
            items[_item_name(name)] = _simple(other)
    return items if text[at:] == b")" else _fetched_slowly(reply, start)


def _item_name(name: bytes) -> bytes:
    fields = name.find(b" (")
    return name.upper() if fields < 0 else name[:fields].upper() + b"]"


def _simple(text: bytes) -> bytes | Raw | None:
    if text[:1] == b"(":
        return Raw(text)
    return None if text == b"NIL" else unquoted(text)


def unquoted(text: bytes) -> bytes:
    inner = text[1:-1]
    return ESCAPED.sub(rb"\1", inner) if b"\\" in inner else inner


def _literal(reply: Reply, at: int, size: bytes) -> bytes:
    if at >= len(reply.literals) or len(reply.literals[at]) != int(size):
        raise Unreadable(reply.text[:200])
    return reply.literals[at]


def _fetched_slowly(reply: Reply, start: re.Match[bytes]) -> dict[bytes, Any]:
    """For what stands deeper, or holds literals inside lists."""
    text, at, literal = reply.text, start.end(), 0
    items: dict[bytes, Any] = {b"SEQ": int(start[1])}
    while named := NAMED.match(text, at):
        at = named.end()
        end, used = _end(reply, at, literal)
        piece = Reply(text[at:end], reply.literals[literal : literal + used])
        items[_item_name(named[1])] = Raw(*piece) if piece.text[:1] == b"(" else next(values(piece))
        at, literal = end, literal + used
    if text[at:].strip() != b")":
        raise Unreadable(text[:200])
    return items


def _end(reply: Reply, at: int, literal: int) -> tuple[int, int]:
    """Where the value at `at` ends, and how many literals it holds."""
    depth = used = 0
    while match := TOKEN.match(reply.text, at):
        at = match.end()
        if match[3] is not None:
            _literal(reply, literal + used, match[3])
            used += 1
        depth += {b"(": 1, b")": -1}.get(match[1], 0)
        if depth == 0:
            return at, used
    raise Unreadable(reply.text[:200])


def values(reply: Reply) -> Iterator[Any]:
    """All values of a reply: tuples, bytes, int for atoms of digits, None for NIL. Raises Unreadable."""
    stack: list[list[Any]] = []
    text = reply.text.rstrip()
    at = literal = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise Unreadable(text[:200])
        at = match.end()
        bracket, quoted, size, atom = match.groups()
        if bracket == b"(":
            stack.append([])
            continue
        if bracket:
            if not stack:
                raise Unreadable(text[:200])
            value: Any = tuple(stack.pop())
        elif quoted is not None:
            value = unquoted(quoted)
        elif size is not None:
            value = _literal(reply, literal, size)
            literal += 1
        else:
            value = _atom(atom)
        if stack:
            stack[-1].append(value)
        else:
            yield value
    if stack:
        raise Unreadable(text[:200])


def _atom(text: bytes) -> bytes | int | None:
    if text.isdigit() and (text[:1] != b"0" or text == b"0"):
        return int(text)
    return None if text == b"NIL" else text


def pairs(items: tuple[Any, ...]) -> Mapping[bytes, Any]:
    """``(MESSAGES 3 UNSEEN 1)`` by name."""
    return {
        name.upper(): value
        for name, value in zip(items[::2], items[1::2], strict=False)
        if isinstance(name, bytes)
    }
