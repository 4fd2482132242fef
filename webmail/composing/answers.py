"""What the composer starts with when one answers or forwards a message. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from webmail.composing import quoting
from webmail.composing.quoting import Manner, Quoted
from webmail.message.readable import Attachment, ReadableMessage
from webmail.syntax.addresses import Address
from webmail.syntax.addresses import listed as listed  # noqa: PLC0414

PLAIN = Manner(is_rich=False)
MODES = ("reply", "reply_all", "forward", "enclose", "as_new", "draft")
# Marks of answers and forwards that programs write, in French, English and German.
PREFIXES = ("re", "ré", "rép", "rep", "tr", "fw", "fwd", "aw", "wg")


@dataclass(frozen=True)
class Start:
    """First values of the composer's fields, and what keeps the thread together."""

    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    sender: str = ""  # an address; "" leaves the choice to the page
    subject: str = ""
    body: str = ""
    html: str | None = None  # None: plain text
    pictures: tuple[Attachment, ...] = ()  # what `html` shows by Content-ID: they come along
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def start(
    mode: str,
    message: ReadableMessage,
    text: str,
    own: Collection[str],
    manner: Manner = PLAIN,
) -> Start:
    """`mode` is one of MODES; `text` is the message's readable text, `own` the addresses of the mailbox,
    in lower case.
    """
    match mode:
        case "draft":
            return _resumed(message, quoting.as_written(message, text, manner))
        case "as_new":
            again = _resumed(message, quoting.as_written(message, text, manner))
            return replace(again, sender=_written_to(message, own), in_reply_to="", references=())
        case "forward":
            return _forward(message, quoting.forwarded(message, text, manner), own)
        case "enclose":
            return _forward(message, Quoted("", "" if manner.is_rich else None), own)
    to, cc = _recipients(mode, message, own)
    quoted = quoting.answered(message, text, manner)
    return Start(
        to=to,
        cc=cc,
        sender=_written_to(message, own),
        subject=f"Re: {_bare(message.subject or '')}",
        body=quoted.text,
        html=quoted.html,
        pictures=quoted.pictures,
        in_reply_to=message.message_id,
        references=_chain(message),
    )


def _forward(message: ReadableMessage, quoted: Quoted, own: Collection[str]) -> Start:
    return Start(
        sender=_written_to(message, own),
        subject=f"Tr: {_bare(message.subject or '')}",
        body=quoted.text,
        html=quoted.html,
        pictures=quoted.pictures,
        # A forward stands in its thread (RFC 5322 §3.6.4 speaks of replies; programs show it so).
        references=_chain(message),
    )


def _resumed(message: ReadableMessage, written: Quoted) -> Start:
    return Start(
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        sender=message.from_[0].address if message.from_ else "",
        subject=message.subject or "",
        body=written.text,
        html=written.html,
        pictures=written.pictures,
        in_reply_to=message.in_reply_to[0] if message.in_reply_to else "",
        references=message.references,
    )


def _written_to(message: ReadableMessage, own: Collection[str]) -> str:
    """The address of one's own that the message bears, its author's first; "" when it bears none."""
    named = [it.address.lower() for it in (*message.from_, *message.to, *message.cc, *message.bcc)]
    return next((address for address in named if address in own), "")


def _recipients(
    mode: str, message: ReadableMessage, own: Collection[str]
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """An answer to one's own message goes to those it was written to, never to oneself."""
    authors = message.reply_to or message.from_
    if all(person.address.lower() in own for person in authors):
        authors = message.to
    if mode == "reply":
        return _once(authors, own) or _once(authors, ()), ()
    to = _once((*authors, *message.to), own)
    named = {person.address.lower() for person in to} | set(own)
    return to or _once(authors, ()), _once(message.cc, named)


def _once(people: Iterable[Address], left_out: Collection[str]) -> tuple[Address, ...]:
    found = {person.address.lower(): person for person in reversed(list(people)) if person.address}
    return tuple(person for key, person in reversed(found.items()) if key not in left_out)


def _chain(message: ReadableMessage) -> tuple[str, ...]:
    """References of an answer (RFC 5322 §3.6.4)."""
    earlier = message.references or message.in_reply_to
    return (*earlier, message.message_id) if message.message_id else tuple(earlier)


def _bare(subject: str) -> str:
    rest = subject.strip()
    while True:
        prefix, colon, tail = rest.partition(":")
        if not colon or prefix.strip().lower() not in PREFIXES:
            return rest
        rest = tail.strip()
