"""The parts of a message as a tree, by either road: the bytes or IMAP's BODYSTRUCTURE."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from webmail.syntax import charsets, parameters

MESSAGE_TYPES = frozenset({"message/rfc822", "message/global", "message/news"})
IDENTITY_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "none"})
# Dovecot's own limits (message-parser.h), so that both roads give one tree.
MAX_DEPTH = 100
MAX_PARTS = 10_000


@dataclass(frozen=True)
class Part:
    """One MIME part. Names and parameters are decoded, but not made safe to show.

    `section` is its number in IMAP ("1.2"; "2.TEXT" for the multipart that is the body of message
    2), `size` counts the octets as transferred. An enclosed message has one child: its body.
    """

    section: str
    type: str
    params: Mapping[str, str] = field(default_factory=dict)
    encoding: str = "7bit"
    disposition: str = ""
    filename: str = ""
    content_id: str = ""
    content_location: str = ""
    size: int = 0
    subject: str = ""  # of an enclosed message
    children: tuple["Part", ...] = ()

    @property
    def charset(self) -> str:
        return self.params.get("charset", "")

    @property
    def is_multipart(self) -> bool:
        return self.type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        return self.type in MESSAGE_TYPES

    @property
    def is_attached(self) -> bool:
        return self.disposition == "attachment"

    @property
    def is_cut_off(self) -> bool:
        """True for a multipart beyond MAX_DEPTH, which Dovecot shows as octets with a boundary."""
        return self.type == "application/octet-stream" and "boundary" in self.params

    def walk(self) -> Iterator["Part"]:
        """This part and those below it, but not those of enclosed messages."""
        yield self
        if not self.is_message:
            for child in self.children:
                yield from child.walk()

    def find(self, section: str) -> "Part | None":
        """The part of that section, inside enclosed messages too."""
        if self.section == section:
            return self
        return next((found for child in self.children if (found := child.find(section))), None)


@dataclass(frozen=True)
class PartFields:
    """A part's own header, its structured fields as `parameters.split` gives them."""

    content_type: tuple[str, parameters.Pairs]
    disposition: tuple[str, parameters.Pairs]
    encoding: str
    content_id: str
    content_location: str


def described(section: str, fields: PartFields) -> Part:
    """A part without its size and children."""
    media_type = parameters.media_type(fields.content_type[0])
    params = dict(parameters.decode(fields.content_type[1]))
    of_disposition = parameters.decode(fields.disposition[1])
    if charsets.codec_of(params.get("charset", "")) is None:
        # us-ascii and no charset are the same to IMAP servers, and nothing a reader can rely on.
        params.pop("charset", None)
    return Part(
        section=section,
        type=media_type,
        params=params,
        encoding="7bit" if media_type.startswith("multipart/") else _encoding(fields.encoding),
        disposition=fields.disposition[0],
        filename=of_disposition.get("filename")
        or params.get("name")
        or of_disposition.get("name", ""),
        content_id=fields.content_id.strip().removeprefix("<").removesuffix(">"),
        content_location="".join(fields.content_location.split()).strip('<>"'),
    )


def _encoding(written: str) -> str:
    return written.strip().strip('"').split(";")[0].split(" ")[0].lower() or "7bit"


def child_section(parent: str, number: int) -> str:
    """Section of the `number`-th child (from 1) of a multipart (RFC 9051, 6.4.5.1)."""
    prefix = parent.removesuffix("TEXT").removesuffix(".")
    return f"{prefix}.{number}" if prefix else str(number)


def body_section(message: str, *, is_multipart: bool) -> str:
    """Section of the body of the message enclosed at `message`; "" is the whole message."""
    last = "TEXT" if is_multipart else "1"
    return f"{message}.{last}" if message else last


def header_section(message: str) -> str:
    """Section of the header of the message enclosed at `message`; "" is the whole message."""
    return f"{message}.HEADER" if message else "HEADER"
