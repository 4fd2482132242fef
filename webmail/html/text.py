"""The text of sanitised HTML as a reader would see it."""

import re

from webmail.html.links import SPACES
from webmail.html.pieces import PIECE, attributes_of, decoded, hides, picture_text
from webmail.html.vocabulary import BLOCKS, CELLS, VOID

_RUNS = re.compile(r"[\t\n\f\r\u00a0]|  ")  # what SPACES changes
_SEVERAL = re.compile(" {2,}")
_PADDING = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u034f\u00ad\u2007]+")  # fills previews
_LAID_OUT = BLOCKS | {"br", "img", "hr"}  # what begins a line, or is one's words
_PARAGRAPHS = BLOCKS - CELLS - {"div", "tr", "li", "tbody", "thead", "tfoot", "dt", "dd", "center"}
_LONGEST_WRITTEN_URL = 200


def text_of(markup: str, enough: int = 0) -> str:
    """Lines at blocks, `> ` before quotes, link targets on lines of their own. With `enough`, only the
    beginning, of at least so many characters.
    """
    return _TextReader(markup, enough or len(markup)).text


class _TextReader:
    """One pass over clean markup."""

    def __init__(self, markup: str, enough: int) -> None:
        self._links: list[tuple[str, list[str]]] = []  # of those that are open: target, text
        self._text = TextWriter()
        self._hidden_depth = 0
        self._preformatted = 0
        self._wanted = enough  # characters
        for piece in PIECE.finditer(markup):
            text, closing, name, attributes = piece.groups()
            if text:
                self._show(decoded(text))
            if closing:
                self._read_end(name)
            elif name:
                self._read_start(name, attributes)
            if self._wanted < 0:
                break
        self.text = self._text.finished()

    def _show(self, text: str) -> None:
        if self._hidden_depth:
            return
        if self._links:
            self._links[-1][1].append(text)
        if text.isspace() and not self._preformatted:
            self._text.space()
        else:
            self._wanted -= len(text)
            self._text.write(text, preformatted=self._preformatted > 0)

    def _read_start(self, name: str, attributes: str) -> None:
        if name == "a":
            self._links.append((decoded(attributes_of(attributes).get("href", "")), []))
        if name not in VOID and (self._hidden_depth or hides(attributes)):
            self._hidden_depth += 1
        if name in _LAID_OUT and not self._hidden_depth:
            self._lay_out_start(name, attributes)

    def _lay_out_start(self, name: str, attributes: str) -> None:
        match name:
            case "br":
                self._text.end_line()
            case "img":
                self._show(picture_text(attributes))
            case "blockquote":
                self._text.quote(1)
            case "td" | "th" | "caption":
                self._text.space()
            case _:
                self._preformatted += name == "pre"
                self._text.block(paragraph=name in _PARAGRAPHS)
        if name == "li":
            self._text.write("- ", preformatted=True)

    def _read_end(self, name: str) -> None:
        if name == "a" and self._links:
            self._close_link(*self._links.pop())
        if self._hidden_depth:
            self._hidden_depth -= 1
            return
        if name not in BLOCKS:
            return
        if name == "blockquote":
            self._text.quote(-1)
        elif name in CELLS:
            self._text.space()
        else:
            self._preformatted -= name == "pre"
            self._text.block(paragraph=name in _PARAGRAPHS)

    def _close_link(self, href: str, words: list[str]) -> None:
        text = SPACES.sub(" ", "".join(words)).strip()
        if self._links:
            self._links[-1][1].append(text)
        if href and text and not self._hidden_depth:
            self._text.link(href, text)


class TextWriter:
    """Lays text out in lines: blocks start new ones, quotes are marked, links follow their block."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []  # depth of quoting, text
        self._line: list[str] = []
        self._depth = 0
        self._targets: list[str] = []
        self._written_targets: set[str] = set()

    def space(self) -> None:
        """Between two words; lines begin without."""
        if self._line:
            self._line.append(" ")

    def write(self, text: str, *, preformatted: bool = False) -> None:
        if preformatted and "\n" in text:
            first, *others = text.split("\n")
            self._line.append(first)
            for line in others:
                self.end_line()
                self._line.append(line)
        else:
            as_it_is = preformatted or not _RUNS.search(text)
            self._line.append(text if as_it_is else SPACES.sub(" ", text))

    def link(self, href: str, text: str) -> None:
        bare = href.removeprefix("mailto:").partition("://")[2].rstrip("/") or href[7:]
        told = bare in text or href in self._written_targets
        if href[:4] == "http" and not told and len(href) <= _LONGEST_WRITTEN_URL:
            self._targets.append(href)
            self._written_targets.add(href)

    def end_line(self) -> None:
        self._add("".join(self._line))

    def _add(self, line: str) -> None:
        spaced = _SEVERAL.sub(" ", line) if "  " in line else line
        self._lines.append((self._depth, _PADDING.sub("", spaced).strip()))
        self._line = []

    def block(self, *, paragraph: bool) -> None:
        if self._line:
            line = "".join(self._line).strip()
            if line:
                self._add(line)
            self._line = []
        if self._targets:
            self._lines += [(self._depth, f"<{target}>") for target in self._targets]
            self._targets = []
        if paragraph:
            self._lines.append((self._depth, ""))

    def quote(self, step: int) -> None:
        self.block(paragraph=step > 0)
        self._depth = max(self._depth + step, 0)
        self.block(paragraph=step < 0)

    def finished(self) -> str:
        self.block(paragraph=False)
        kept: list[tuple[int, str]] = []
        for depth, text in self._lines:
            follows_blank = not text and kept and not kept[-1][1]
            kept.append((min(depth, kept.pop()[0]) if follows_blank else depth, text))
        return "\n".join(("> " * depth + text).rstrip() for depth, text in kept).strip("\n")
