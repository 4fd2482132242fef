"""Address lists (RFC 5322, 3.4; RFC 6532) as people and programs really write them.

One pass, never raises.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from webmail.syntax import headers

MAX_ADDRESSES = 20_000
MAX_NAME = 500
# An encoded word comes first: what it hides (commas, quotes) must not split the list.
TOKEN = re.compile(
    r"""(?P<word>=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)
      | (?P<quoted>")
      | (?P<comment>\()
      | <(?P<angle>[^<>]*)>
      | <(?P<open>[^<>,;\s]*)
      | (?P<mark>[,;:])
      | (?P<space>\s+)
      | (?P<atom>[^\s",;:<>()=]+|=)
      | (?P<junk>.)""",
    re.VERBOSE | re.DOTALL,
)
QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"', re.DOTALL)
PARENTHESIS = re.compile(r"\\.|[()]", re.DOTALL)
INNER_COMMENT = re.compile(r"\([^()]*\)")
NAME_ONLY = re.compile(r"^=\?|\s")
SPECIAL = re.compile(r"[,;:<>()@\[\]\\]")
NOBODY = re.compile(r"undisclosed|recipient list not shown|unlisted-recipients", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """One mailbox: decoded display name ("" if none) and address ("" if the field has none)."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What follows the last @, in lower case, without a final dot."""
        return self.address.rpartition("@")[2].lower().rstrip(".") if "@" in self.address else ""


@dataclass
class _Mailbox:
    """What has been read of the mailbox being written."""

    phrase: list[str] = field(default_factory=list)
    comment: str = ""
    angle: str | None = None

    def finished(self) -> Address | None:
        if self.angle is not None:
            return _address(" ".join(self.phrase) or self.comment, self.angle)
        written = [part for part in self.phrase if "@" in part]
        if written:
            self.phrase.remove(written[-1])
            return _address(" ".join(self.phrase) or self.comment, written[-1])
        if len(self.phrase) == 1 and not NAME_ONLY.search(self.phrase[0]):
            return None if NOBODY.match(self.phrase[0]) else _address(self.comment, self.phrase[0])
        return _address(" ".join(self.phrase), "") if self.phrase else None


def parse(value: bytes | str) -> tuple[Address, ...]:
    """Mailboxes of an address field, in order; members of groups count, groups do not."""
    text = value if isinstance(value, str) else headers.raw_text(value)
    found: list[Address] = []
    for address in islice(_addresses(text), MAX_ADDRESSES):
        if found and address.name and _is_half_a_name(found[-1]):
            # Dupont, Anne <anne@example.org>: the comma should have been quoted.
            found.append(Address(f"{found.pop().address}, {address.name}", address.address))
        else:
            found.append(address)
    return tuple(found)


def _is_half_a_name(address: Address) -> bool:
    return not address.name and "@" not in address.address and address.address[:1].isupper()


def _addresses(text: str) -> Iterator[Address]:
    mailbox = _Mailbox()
    for kind, content in _tokens(text):
        if kind == "mark":
            done = None if content == ":" else mailbox.finished()
            if done:
                yield done
            mailbox = _Mailbox()
        elif kind == "angle":
            mailbox.angle = content
        elif kind == "comment":
            mailbox.comment = content
        else:
            _add_word(mailbox.phrase, content, joined=kind == "joined")
    done = mailbox.finished()
    if done:
        yield done


def _add_word(phrase: list[str], word: str, *, joined: bool) -> None:
    """`"a b"@host` and `a @ host` are one address; other words are the parts of a name."""
    if phrase and (joined or word.startswith("@") or phrase[-1].endswith("@")):
        phrase[-1] += word if len(phrase[-1]) < MAX_NAME else ""
    else:
        phrase.append(word)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, content) with kind one of mark, angle, comment, word, joined (no space before it)."""
    at, spaced, closed_quotes, closed_comments = 0, True, True, True
    while token := TOKEN.match(text, at):
        kind = token.lastgroup or "junk"
        at = token.end()
        if kind == "quoted" and closed_quotes:
            quoted = QUOTED.match(text, token.start())
            closed_quotes = quoted is not None
            if quoted:
                at = quoted.end()
                yield "word", re.sub(r"\\(.)", r"\1", quoted[1])
        elif kind == "comment" and closed_comments:
            end = _comment_end(text, token.start())
            closed_comments = end > 0
            if end:
                at = end
                yield "comment", text[token.end() : end - 1]
        elif kind in {"angle", "open"}:
            yield "angle", token[kind]
        elif kind == "mark":
            yield "mark", token[kind]
        elif kind in {"atom", "word"}:
            yield ("word" if spaced or kind == "word" else "joined"), token[kind]
        spaced = kind != "atom"


def _comment_end(text: str, start: int) -> int:
    """Position after the parenthesis that closes the one at `start`, or 0 (comments nest)."""
    depth = 0
    for mark in PARENTHESIS.finditer(text, start):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return 0


def _address(name: str, address: str) -> Address:
    address = address[:MAX_NAME]
    while (bare := INNER_COMMENT.sub("", address)) != address:
        address = bare
    route_free = address.rpartition(":")[2] if address.startswith("@") else address
    plain = headers.one_line(re.sub(r"\s+", "", route_free.removeprefix("mailto:")))
    return Address(headers.text(name)[:MAX_NAME], plain)


def listed(people: Iterable[Address]) -> str:
    """As people write them; `parse` reads the same back."""
    return ", ".join(_written(person) for person in people)


def _written(person: Address) -> str:
    if not person.name:
        return person.address
    name = person.name.replace('"', "”")
    if SPECIAL.search(name):
        name = '"{}"'.format(name.replace("\\", "\\\\"))
    return f"{name} <{person.address}>"
