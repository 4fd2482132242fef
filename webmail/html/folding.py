"""Puts the quotes that trail behind a message away, into folds."""

import re
from html import escape

from webmail.html.pieces import Sight
from webmail.html.quotes import Quote, Quotes, may_quote

_TAGS = re.compile(r"(<[^>]*>)")


def folded(markup: str, label: str) -> str:
    """Clean markup with such quotes in `details.pli-quote` under this label, none when it is empty."""
    if not label or not may_quote(markup):
        return markup
    out = _TAGS.split(markup)
    opening = f'<details class="pli-quote"><summary>{escape(label)}</summary>'
    found = _found(markup, out)
    out.append("")  # the end, behind all
    for quote in found:
        out[quote.start] = opening + out[quote.start]
        end = out[quote.end]
        out[quote.end] = f"</details>{end}" if quote.wraps else f"{end}</details>"
    return "".join(out)


def _found(markup: str, pieces: list[str]) -> list[Quote]:
    """Texts stand at even places, tags at odd ones."""
    quotes, sight = Quotes(markup), Sight(markup)
    for at, piece in enumerate(pieces):
        if at % 2:
            _note_tag(quotes, piece, at)
        words = sight.words(piece) if piece else ""
        if words and not words.isspace():
            quotes.text(words, at)
    return quotes.trailing(len(pieces))


def _note_tag(quotes: Quotes, tag: str, at: int) -> None:
    if tag[1] == "/":
        quotes.close(at)
    else:
        name = tag[1:-1].partition(" ")[0]
        quotes.open(name, tag[1 + len(name) : -1], at)
