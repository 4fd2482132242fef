"""What the composer starts with when one answers or forwards a message. Pure."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from webmail.message.addresses import Address
from webmail.message.readable import ReadableMessage
from webmail.presentation import full_date, local

MODES = ("reply", "reply_all", "forward", "draft")
# Marks of answers and forwards that programs write, in French, English and German.
SPECIAL = re.compile(r"[,;:<>()@\[\]\\]")
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
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def start(mode: str, message: ReadableMessage, text: str, own: Collection[str]) -> Start:
    """`mode` is one of MODES; `text` is the message's readable text, `own` the addresses of the mailbox."""
    if mode == "draft":
        return _resumed(message, text)
    if mode == "forward":
        return Start(subject=f"Tr: {_bare(message.subject or '')}", body=_forwarded(message, text))
    to, cc = _recipients(mode, message, own)
    return Start(
        to=to,
        cc=cc,
        subject=f"Re: {_bare(message.subject or '')}",
        body=_quoted(message, text),
        in_reply_to=message.message_id,
        references=_chain(message),
    )


def _resumed(message: ReadableMessage, text: str) -> Start:
    return Start(
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        sender=message.from_[0].address if message.from_ else "",
        subject=message.subject or "",
        body=text,
        in_reply_to=message.in_reply_to[0] if message.in_reply_to else "",
        references=message.references,
    )


def _recipients(
    mode: str, message: ReadableMessage, own: Collection[str]
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """An answer to one's own message goes to those it was written to, never to oneself."""
    authors = message.reply_to or message.from_
    if all(person.address.lower() in own for person in authors):
        authors = message.to
    if mode == "reply":
        return _once(authors, ()), ()
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


def _quoted(message: ReadableMessage, text: str) -> str:
    lines = [
        f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.splitlines()
    ]
    return "\n".join(["", "", _introduction(message), *lines, ""])


def _introduction(message: ReadableMessage) -> str:
    author = _author(message)
    if message.date is None:
        return _("%(author)s a écrit :") % {"author": author}
    written = full_date(local(message.date))
    return _("Le %(date)s, %(author)s a écrit :") % {"date": written, "author": author}


def _author(message: ReadableMessage) -> str:
    people = message.from_
    return (people[0].name or people[0].address) if people else _("Expéditeur inconnu")


def _forwarded(message: ReadableMessage, text: str) -> str:
    heading = [
        "",
        "",
        _("---------- Message transféré ----------"),
        _("De : %(author)s") % {"author": listed(message.from_)},
        _("Objet : %(subject)s") % {"subject": message.subject or ""},
    ]
    if message.date is not None:
        heading.append(_("Date : %(date)s") % {"date": full_date(local(message.date))})
    heading.append(_("À : %(people)s") % {"people": listed(message.to)})
    return "\n".join([*heading, "", text])


def listed(people: Iterable[Address]) -> str:
    """Addresses as the composer's fields and a forward's heading write them."""
    return ", ".join(_written(person) for person in people)


def _written(person: Address) -> str:
    if not person.name:
        return person.address
    name = person.name.replace('"', "”")
    if SPECIAL.search(name):
        name = '"{}"'.format(name.replace("\\", "\\\\"))
    return f"{name} <{person.address}>"


def _bare(subject: str) -> str:
    rest = subject.strip()
    while True:
        prefix, colon, tail = rest.partition(":")
        if not colon or prefix.strip().lower() not in PREFIXES:
            return rest
        rest = tail.strip()
