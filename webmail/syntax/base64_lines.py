"""Where any octet of a base64 part stands among its transferred octets, told from how its lines are
made (RFC 2045, section 6.8): so that a piece can be fetched without all that is before it.
"""

from dataclasses import dataclass

from webmail.syntax.transfer import BASE64_ALPHABET

LINE_END = b"\r\n"  # as IMAP servers send it
DIGITS = BASE64_ALPHABET.removesuffix(b"=")
SAMPLE = 4096  # octets of the beginning and of the end that `measured` wants


@dataclass(frozen=True)
class Base64Lines:
    """All lines but the last have as many `characters`; `transferred` octets hold `size` decoded ones."""

    characters: int
    transferred: int
    size: int

    @property
    def width(self) -> int:
        """Octets from the beginning of a line to that of the next."""
        return self.characters + len(LINE_END)

    @property
    def decoded(self) -> int:
        """Decoded octets of a line."""
        return self.characters // 4 * 3

    def span(self, start: int, count: int) -> tuple[int, int, int]:
        """For `count` decoded octets from `start`: where to read from, how many transferred octets,
        and how many decoded ones of these come before `start`.
        """
        first, last = start // self.decoded, (start + count - 1) // self.decoded
        begin = first * self.width
        end = min((last + 1) * self.width, self.transferred)
        return begin, end - begin, start - first * self.decoded


def measured(transferred: int, head: bytes, tail: bytes) -> Base64Lines | None:
    """How the lines are made, by the first and the last SAMPLE octets; None when they are irregular."""
    characters = head.find(LINE_END)
    characters = len(head) if characters < 0 else characters
    if not characters or characters % 4 or (characters == len(head) < transferred):
        return None
    width = characters + len(LINE_END)
    skipped = -(transferred - len(tail)) % width
    end = tail[skipped:].rstrip(LINE_END)
    digits = end.rstrip(b"=")
    padding = len(end) - len(digits)
    whole = transferred - len(tail) + skipped + len(end)
    written = whole - whole // width * len(LINE_END)
    beginning = head[: len(head) // width * width].rstrip(LINE_END + b"=")
    if (
        not is_regular(beginning, characters)
        or not is_regular(digits, characters)
        or padding > 2
        or written % 4
    ):
        return None
    return Base64Lines(characters, transferred, written // 4 * 3 - padding)


def is_regular(octets: bytes, characters: int) -> bool:
    """Whether line ends stand where they should and nowhere else; `octets` begin with a line and hold
    no padding.
    """
    width = characters + len(LINE_END)
    ends = (len(octets) + 1) // width
    others = octets.translate(None, DIGITS)
    stand_right = octets[characters::width].count(b"\r") == ends
    return others == LINE_END * ends and stand_right
