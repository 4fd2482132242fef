"""Takes the sanitiser's own output apart, and says what of it is seen.

A simple pattern reads it exactly: attribute values hold no `<` or `>`, every element is closed.
"""

import re
from html import unescape

from webmail.html.vocabulary import VOID

PIECE = re.compile(r"([^<]*)(?:<(/?)([a-z0-9]+)([^>]*)>|\Z)")
"""Text, "/" of an end tag, name, attributes."""
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_HIDDEN = re.compile(r' style="[^"]*\bdisplay:(?i:none)\b')


def attributes_of(written: str) -> dict[str, str]:
    """Character references kept."""
    return dict(_ATTRIBUTE.findall(written))


def picture_text(attributes: str) -> str:
    """What an img says where it is not shown."""
    return decoded(attributes_of(attributes).get("alt", ""))


def decoded(markup: str) -> str:
    """Text without tags, as it is read."""
    return unescape(markup) if "&" in markup else markup


def hides(markup: str) -> bool:
    """Whether an element with these attributes is not seen, or any element of such markup."""
    return "display:" in markup and bool(_HIDDEN.search(markup))


class Sight:
    """Given the markup bit by bit, it knows which words are seen."""

    def __init__(self, markup: str) -> None:
        self._some_hide = hides(markup)
        self._hidden_depth = 0

    def pass_over(self, markup: str) -> None:
        """This comes next, and nobody wants its words."""
        if self._some_hide and (self._hidden_depth or hides(markup)):
            self.words(markup)

    def words(self, markup: str) -> str:
        """This comes next: what is seen of its texts, and what stands for its pictures."""
        if "<" not in markup:
            return "" if self._hidden_depth else decoded(markup)
        seen: list[str] = []
        for text, closing, name, attributes in PIECE.findall(markup):
            if text and not self._hidden_depth:
                seen.append(decoded(text))
            if closing:
                self._hidden_depth -= self._hidden_depth > 0
            elif name:
                seen += self._start(name, attributes)
        return "".join(seen)

    def _start(self, name: str, attributes: str) -> list[str]:
        is_seen = self._hidden_depth == 0
        if name not in VOID:
            self._hidden_depth += not is_seen or hides(attributes)
        return [picture_text(attributes)] if is_seen and name == "img" else []
