"""The files of a message, decoded as they are read: a large one never stands in memory."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial

from webmail.message import contents
from webmail.message.structure import IDENTITY_ENCODINGS, Part
from webmail.opening.stored import StoredMessage
from webmail.syntax import transfer
from webmail.syntax.base64_lines import SAMPLE, Base64Lines, is_regular, measured
from webmail.syntax.transfer import PIECE

UNKNOWN = "application/octet-stream"
Pieces = Generator[bytes, None, None]


class IrregularLines(Exception):
    """The middle of a part is written otherwise than its ends: no piece of it can be found."""


@dataclass(frozen=True)
class AttachedFile:
    """`whole` gives all octets. `size` is exact, None where only reading tells it; where there is a
    size, `piece` gives so many octets from a place.
    """

    type: str
    charset: str
    size: int | None
    whole: Callable[[], Pieces]
    piece: Callable[[int, int], Pieces] | None = None

    def beginning(self, most: int) -> tuple[bytes, bool]:
        """At most so many octets, and whether there are more."""
        collected = b""
        pieces = self.whole()
        for content in pieces:
            collected += content
            if len(collected) > most:
                break
        pieces.close()
        return collected[:most], len(collected) > most


def attached_file(message: StoredMessage, section: str) -> AttachedFile | None:
    """None when there is no such section; raises MessageGone when the message is away."""
    outer, _, inner = section.partition(contents.INSIDE)
    part = message.tree.find(outer)
    if part is None or part.is_multipart:
        return None
    if inner or message.is_small:
        return _in_memory(message, part, section)
    if part.encoding in IDENTITY_ENCODINGS:
        return _as_it_is(message, part)
    if part.encoding == "base64" and part.size > SAMPLE:
        lines = measured(part.size, *message.samples(part, SAMPLE))
        if lines is not None:
            return _in_lines(message, part, lines)
    return AttachedFile(part.type, part.charset, None, partial(_decoded, message, part))


def _in_memory(message: StoredMessage, part: Part, section: str) -> AttachedFile | None:
    """A file inside another part (winmail.dat, uuencoded text) or of a small message."""
    content = contents.attachment_content(message.tree, section, message.fetch)
    if content is None:
        return None
    is_inside = contents.INSIDE in section
    return AttachedFile(
        UNKNOWN if is_inside else part.type,
        "" if is_inside else part.charset,
        len(content),
        lambda: _octets(content),
        lambda start, count: _octets(content[start : start + count]),
    )


def _octets(content: bytes) -> Pieces:
    yield content


def _as_it_is(message: StoredMessage, part: Part) -> AttachedFile:
    def piece(start: int, count: int) -> Pieces:
        yield from message.stream(part.section, start=start, end=start + count)

    return AttachedFile(part.type, part.charset, part.size, partial(_decoded, message, part), piece)


def _in_lines(message: StoredMessage, part: Part, lines: Base64Lines) -> AttachedFile:
    return AttachedFile(
        part.type,
        part.charset,
        lines.size,
        partial(_decoded, message, part),
        partial(_lines_decoded, message, part.section, lines),
    )


def _decoded(message: StoredMessage, part: Part) -> Pieces:
    yield from transfer.decode_pieces(message.stream(part.section), part.encoding)


def _lines_decoded(
    message: StoredMessage, section: str, lines: Base64Lines, start: int, count: int
) -> Pieces:
    """Raises IrregularLines rather than give other octets than were asked for."""
    begin, transferred, skipped = lines.span(start, count)
    chunk = max(PIECE // lines.width, 1) * lines.width
    pieces = message.stream(section, start=begin, end=begin + transferred, chunk=chunk)
    for encoded in pieces:
        if not is_regular(encoded.rstrip(b"\r\n="), lines.characters):
            raise IrregularLines(section)
        content = transfer.decode(encoded, "base64")[skipped:][:count]
        skipped, count = 0, count - len(content)
        yield content
