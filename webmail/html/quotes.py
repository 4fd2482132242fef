"""Finds what of a mail's body merely repeats the message it answers to.

Most programs put the other message in an element of its own. Outlook, Exchange and Zimbra write its
heading (De, Envoyé, À, Objet) and go on with it to the end of what surrounds it.
"""

import re
from dataclasses import dataclass, field

from webmail.html.vocabulary import VOID

# What programs put around the message they answer to, besides blockquote.
_AROUND = re.compile(
    r' class="[^"]*\b(?:gmail_quote|yahoo_quoted|protonmail_quote|zmail_extra'
    r"|id-mail-editor-reference-message-container|id-ms-outlook-mobile-reference-message"
    r"|id-OLK_SRC_BODY_SECTION)\b"
)
# What they put before it: all that follows is the other message.
_BEFORE = re.compile(r' class="[^"]*\bid-(?:appendonsend|divRplyFwdMsg|zwchr|stopSpelling)\b')
_MARKED = ("_quote", "yahoo_quoted", "zmail_extra", "id-")
_AUTHOR = re.compile(r"\s*(?:De|From|Expéditeur)[ \u00a0]?:")
_OTHER_LABELS = (
    re.compile(r"\s*(?:Envoyé|Sent|Date)(?:\sle)?\s*:"),
    re.compile(r"\s*(?:À|A|To|Destinataires?)\s*:"),
    re.compile(r"\s*(?:Objet|Subject)\s*:"),
)
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?:Message d[’'´]origine|Message original|Original Message)\s*-{2,}\s*",
    re.IGNORECASE,
)
# Looked for first: most mails have none of them, and plain words are found in no time.
_AUTHOR_SPELLINGS = tuple(
    f"{word}{space}:" for word in ("De", "From", "Expéditeur") for space in ("", " ", "&nbsp;")
)
_ORIGINAL_BEGINS = re.compile(r"--\s*(?:message|original)", re.IGNORECASE)
# Between the first label of a heading and the others: names and addresses, each with its link.
_LONGEST_HEADING = 80
# Where the HTML Standard lets `details` stand among text.
_MAY_HOLD_FOLDS = frozenset(
    {"div", "section", "article", "main", "center", "td", "th", "blockquote"}
)


def begins_heading(line: str) -> bool:
    """Whether a line begins the heading of a quoted message with its author."""
    return bool(_AUTHOR.match(line))


def is_heading(lines: list[str]) -> bool:
    """Whether these lines are such a heading: its author, the date, the addressees, the subject."""
    return begins_heading(lines[0]) and all(any(map(it.match, lines[1:])) for it in _OTHER_LABELS)


def announces_original(line: str) -> bool:
    """« -----Message d’origine----- »"""
    return bool(_ORIGINAL.fullmatch(line))


def may_quote(markup: str) -> bool:
    """Whether anything in it could begin a quote: in most newsletters nothing does."""
    return any(mark in markup for mark in ("<blockquote", *_MARKED)) or _has_headings(markup)


def _has_headings(markup: str) -> bool:
    if "--" in markup and _ORIGINAL_BEGINS.search(markup):
        return True
    has_subject = "Objet" in markup or "Subject" in markup
    return has_subject and any(spelling in markup for spelling in _AUTHOR_SPELLINGS)


@dataclass
class Quote:
    """A quote that stands in no other: where it begins and ends in what is written out.

    `depth` is the number of elements around it; `wraps` says that `end` is the end of what surrounds
    it, which stays outside.
    """

    start: int
    depth: int
    wraps: bool = False
    end: int = -1
    says: bool = False


@dataclass
class _Heading:
    """The beginning of what may be a heading: the quote it would begin, and the own words before it."""

    quote: Quote
    last_own: int
    pieces: int = 0
    labels: set[int] = field(default_factory=set)


class Quotes:
    """Told of each element and text in order, it knows which quotes trail behind the message."""

    def __init__(self, markup: str) -> None:
        self._found: list[Quote] = []
        self._open: list[tuple[str, int]] = []  # elements: name, where they begin
        self._first_own, self._last_own = -1, -1
        self._heading: _Heading | None = None
        self._has_headings = _has_headings(markup)

    @property
    def _is_inside(self) -> bool:
        return bool(self._found) and self._found[-1].end < 0

    def open(self, name: str, attributes: str, at: int) -> None:
        """`at` is where the start tag stands."""
        if not self._is_inside:
            marked = "class=" in attributes and any(mark in attributes for mark in _MARKED)
            if name == "blockquote" or (marked and _AROUND.search(attributes)):
                self._found.append(Quote(at, len(self._open)))
            elif marked and _BEFORE.search(attributes):
                self._add(self._behind(at))
        if name not in VOID:
            self._open.append((name, at))

    def close(self, at: int) -> None:
        """`at` is where the end tag stands."""
        if self._open:
            self._open.pop()
        if self._is_inside:
            quote = self._found[-1]
            if len(self._open) == quote.depth - quote.wraps:
                quote.end = at
        if self._heading and len(self._open) < self._heading.quote.depth:
            self._heading = None

    def text(self, text: str, at: int) -> None:
        """Visible words, or a picture's."""
        if self._is_inside:
            self._found[-1].says = True
            return
        if self._has_headings:
            self._look_for_heading(text, at)
            if self._is_inside:
                return
        self._first_own = at if self._first_own < 0 else self._first_own
        self._last_own = at

    def trailing(self, end: int) -> list[Quote]:
        """Those that own words stand before and none behind; `end` is that of what is written out."""
        if self._is_inside:
            self._found[-1].end = end
        return [
            quote
            for quote in self._found
            if quote.says and self._first_own >= 0 and self._last_own < quote.start
        ]

    def _look_for_heading(self, text: str, at: int) -> None:
        if announces_original(text):
            self._add(self._behind(at))
        elif begins_heading(text):
            quote = self._behind(at)
            self._heading = _Heading(quote, self._last_own) if quote else None
        elif self._heading:
            self._read_on(self._heading, text)

    def _read_on(self, heading: _Heading, text: str) -> None:
        heading.pieces += 1
        heading.labels |= {n for n, label in enumerate(_OTHER_LABELS) if label.match(text)}
        if len(heading.labels) == len(_OTHER_LABELS):
            self._last_own = heading.last_own
            self._add(heading.quote)
        elif heading.pieces > _LONGEST_HEADING:
            self._heading = None

    def _add(self, quote: Quote | None) -> None:
        self._heading = None
        if quote is not None:
            self._found.append(quote)

    def _behind(self, at: int) -> Quote | None:
        """A quote from here to the end of the innermost element that has own words before it."""
        depth = len(self._open)
        while depth and self._open[depth - 1][1] > self._last_own:
            depth -= 1
            at = self._open[depth][1]
        if self._first_own < 0 or (depth and self._open[depth - 1][0] not in _MAY_HOLD_FOLDS):
            return None
        return Quote(at, depth, wraps=True)
