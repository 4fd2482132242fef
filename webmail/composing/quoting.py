"""How another's words stand in one's own message, as plain text and as HTML. Pure.

The HTML is for the composer's frame: safe to send (html/outgoing.py), its pictures named by Content-ID.
"""

import re
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from html import escape

from django.utils import formats, translation
from django.utils.translation import gettext as _

from webmail.html.outgoing import outgoing
from webmail.message.readable import Attachment, ReadableMessage
from webmail.presentation import full_date, full_day, local
from webmail.syntax.addresses import listed

# Mail programs know a quote by its element and show it by its style.
QUOTE = '<blockquote style="margin:0 0 0 0.8ex;border-left:2px solid #cfcfd6;padding-left:1ex">'
# Where the words of others begin, for the composer: a class never leaves.
BEGUN = '<div class="pli-quote">'
EMPTY_LINE = "<div><br></div>"
MAX_DEPTH = 20
_MARKS = re.compile(r"(?:>[ \t]?)+")


@dataclass(frozen=True)
class Manner:
    """How a person likes to write."""

    is_rich: bool = True
    writes_below: bool = False  # under what is quoted
    language: str = ""  # of the line over a quote; "" for that of the pages

    def speaking(self) -> AbstractContextManager[object]:
        return translation.override(self.language or translation.get_language())


@dataclass(frozen=True)
class Quoted:
    text: str
    html: str | None  # None: the writer wants plain text
    pictures: tuple[Attachment, ...] = ()
    """The pictures that `html` shows, by their Content-ID: they must go along."""


def answered(message: ReadableMessage, text: str, manner: Manner) -> Quoted:
    """`text` is the message's readable text."""
    with manner.speaking():
        heading = _introduction(message)
    html, pictures = _body(message, text) if manner.is_rich else ("", ())
    lines = [heading, *_quoted_lines(text)]
    return _placed(
        lines, f"{BEGUN}{escape(heading)}</div>{QUOTE}{html}</blockquote>", pictures, manner
    )


def forwarded(message: ReadableMessage, text: str, manner: Manner) -> Quoted:
    with manner.speaking():
        heading = _forward_heading(message)
    html, pictures = _body(message, text) if manner.is_rich else ("", ())
    lines = [*heading, "", *text.splitlines()]
    above = as_html("\n".join([*heading, ""])).replace("<div>", BEGUN, 1)
    manner = replace(manner, writes_below=False)
    return _placed(lines, f"{above}<div>{html}</div>", pictures, manner)


def as_written(message: ReadableMessage, text: str, manner: Manner) -> Quoted:
    """The message's own words, to be written on; HTML stays HTML whatever the writer likes."""
    if not message.is_html and not manner.is_rich:
        return Quoted(text, None)
    html, pictures = _body(message, text)
    return Quoted(text, html, pictures)


def _placed(
    lines: list[str], html: str, pictures: tuple[Attachment, ...], manner: Manner
) -> Quoted:
    """Two lines to write on, above or below."""
    if manner.writes_below:
        text, html = "\n".join([*lines, "", ""]), f"{html}{EMPTY_LINE}{EMPTY_LINE}"
    else:
        text, html = "\n".join(["", "", *lines, ""]), f"{EMPTY_LINE}{EMPTY_LINE}{html}"
    return Quoted(text, html if manner.is_rich else None, pictures)


def _body(message: ReadableMessage, text: str) -> tuple[str, tuple[Attachment, ...]]:
    """The message as HTML, and the attached pictures it shows."""
    if not message.is_html:
        return as_html(text), ()
    known = {picture.content_id: picture for picture in message.attachments if picture.content_id}
    located = {it.content_location: it.content_id for it in known.values() if it.content_location}
    cleaned = outgoing(message.html or "", inline=located, held=known, keep_data=True)
    return cleaned.html, tuple(known[cid] for cid in sorted(cleaned.cids))


def as_html(text: str) -> str:
    """A plain text, line for line; what it quotes with > becomes quotes of HTML."""
    pieces, depth = [], 0
    for line in text.split("\n"):
        marks = _MARKS.match(line)
        quoted = min(marks[0].count(">"), MAX_DEPTH) if marks else 0
        pieces.append(QUOTE * (quoted - depth) + "</blockquote>" * (depth - quoted))
        bare = line[marks.end() :] if marks else line
        pieces.append(f"<div>{escape(bare)}</div>" if bare.strip() else EMPTY_LINE)
        depth = quoted
    return "".join([*pieces, "</blockquote>" * depth])


def _quoted_lines(text: str) -> list[str]:
    return [
        f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.splitlines()
    ]


def _introduction(message: ReadableMessage) -> str:
    author = _author(message)
    if message.date is None:
        return _("%(author)s a écrit :") % {"author": author}
    moment = local(message.date)
    said = {
        "date": full_day(moment.date()),
        "time": formats.date_format(moment, "H:i"),
        "author": author,
    }
    return _("Le %(date)s à %(time)s, %(author)s a écrit :") % said


def _author(message: ReadableMessage) -> str:
    people = message.from_
    return (people[0].name or people[0].address) if people else _("Expéditeur inconnu")


def _forward_heading(message: ReadableMessage) -> list[str]:
    heading = [
        _("---------- Message transféré ----------"),
        _("De : %(author)s") % {"author": listed(message.from_)},
        _("Objet : %(subject)s") % {"subject": message.subject or ""},
    ]
    if message.date is not None:
        moment = full_date(local(message.date))
        heading.append(_("Date : %(date)s") % {"date": moment})
    heading.append(_("À : %(people)s") % {"people": listed(message.to)})
    if message.cc:
        heading.append(_("Copie : %(people)s") % {"people": listed(message.cc)})
    return heading
