"""Reads sanitised HTML once more: the text a reader would see, and the links with their texts.

Input is the sanitiser's own output, so a simple pattern reads it exactly: attribute values hold no `<`
or `>`, every element is closed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape

from webmail.html.quotes import Quotes
from webmail.html.vocabulary import BLOCKS, CELLS, VOID

_PIECE = re.compile(r"([^<]*)(?:<(/?)([a-z0-9]+)([^>]*)>|\Z)")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_HIDDEN = re.compile(r"\bdisplay:none\b", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\f\r\u00a0]+")
_RUNS = re.compile(r"[\t\n\f\r\u00a0]|  ")  # what _SPACES changes
_SEVERAL = re.compile(" {2,}")
_PADDING = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u034f\u00ad\u2007]+")  # fills previews
_LAID_OUT = BLOCKS | {"br", "img", "hr"}  # what begins a line, or is one's words
_PARAGRAPHS = BLOCKS - CELLS - {"div", "tr", "li", "tbody", "thead", "tfoot", "dt", "dd", "center"}
_LONGEST_WRITTEN_URL = 200
JudgeLink = Callable[[str, str], bool]


@dataclass
class _Link:
    place: int
    href: str
    text: list[str] = field(default_factory=list)


class HtmlReader:
    """One pass over clean markup; afterwards `html`, `text` and `warned` tell what was read."""

    def __init__(
        self,
        markup: str,
        deserves_warning: JudgeLink,
        *,
        leave_url: Callable[[str], str] | None = None,
        quote_label: str = "",
    ) -> None:
        self.warned: list[str] = []
        self._judge = deserves_warning
        self._leave_url = leave_url
        self._out: list[str] = []
        self._quotes = Quotes(markup) if quote_label else None
        self._links: list[_Link] = []
        self._text = TextWriter()
        self._hidden_depth = 0
        self._preformatted = 0
        for text, closing, name, attributes in _PIECE.findall(markup):
            if text:
                self._read_text(text)
            if closing:
                self._read_end(name)
            elif name:
                self._read_start(name, attributes)
        if self._quotes:
            self._fold(self._quotes, quote_label)
        self.html = "".join(self._out)
        self.text = self._text.finished()

    def _fold(self, quotes: Quotes, label: str) -> None:
        opening = f'<details class="pli-quote"><summary>{escape(label)}</summary>'
        self._out.append("")
        for quote in quotes.trailing(len(self._out) - 1):
            self._out[quote.start] = opening + self._out[quote.start]
            end = self._out[quote.end]
            self._out[quote.end] = f"</details>{end}" if quote.wraps else f"{end}</details>"

    def _read_text(self, markup: str) -> None:
        self._out.append(markup)
        self._show(unescape(markup) if "&" in markup else markup)

    def _show(self, text: str) -> None:
        if self._hidden_depth:
            return
        if self._quotes and not text.isspace():
            self._quotes.text(text, len(self._out) - 1)
        self._text.write(text, preformatted=self._preformatted > 0)
        if self._links:
            self._links[-1].text.append(text)

    def _read_start(self, name: str, attributes: str) -> None:
        if self._quotes:
            self._quotes.open(name, attributes, len(self._out))
        if name == "a":
            self._open_link(attributes)
        else:
            self._out.append(f"<{name}{attributes}>")
        if name not in VOID and (self._hidden_depth or _is_hidden(attributes)):
            self._hidden_depth += 1
        if name in _LAID_OUT and not self._hidden_depth:
            self._lay_out_start(name, attributes)

    def _lay_out_start(self, name: str, attributes: str) -> None:
        match name:
            case "br":
                self._text.end_line()
            case "img":
                self._show(_alt(attributes))
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
            self._close_link(self._links.pop())
        if self._quotes:
            self._quotes.close(len(self._out))
        self._out.append(f"</{name}>")
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

    def _open_link(self, attributes: str) -> None:
        values = dict(_ATTRIBUTE.findall(attributes))
        self._links.append(_Link(len(self._out), unescape(values.pop("href", ""))))
        values.pop("title", None)
        self._out.append("".join([f' {key}="{value}"' for key, value in values.items()]))

    def _close_link(self, link: _Link) -> None:
        text = _SPACES.sub(" ", "".join(link.text)).strip()
        own = self._out[link.place]
        if self._links:
            self._links[-1].text.append(text)
        if not link.href:
            self._out[link.place] = f"<a{own}>"
            return
        warn = self._judge(link.href, text)
        if warn:
            self.warned.append(link.href)
        way = self._leave_url(link.href) if warn and self._leave_url else link.href
        self._out[link.place] = _link_tag(link.href, way, own, warn=warn)
        if text and not self._hidden_depth:
            self._text.link(link.href, text)


def _is_hidden(attributes: str) -> bool:
    return "display:" in attributes and bool(_HIDDEN.search(attributes))


def _alt(attributes: str) -> str:
    return unescape(dict(_ATTRIBUTE.findall(attributes)).get("alt", ""))


def _link_tag(href: str, way: str, own: str, *, warn: bool) -> str:
    """target and rel are ours, and so is the title: it shows where the link goes, whatever the way."""
    if warn:
        own = re.sub(r' class="([^"]*)"', r' class="\1 pli-warned"', own)
        own = own if " class=" in own else own + ' class="pli-warned"'
    url = escape(href)
    way = url if way == href else escape(way)
    return f'<a href="{way}" title="{url}" target="_blank" rel="noopener noreferrer nofollow"{own}>'


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
        if not preformatted and text.isspace():
            self.space()
        elif preformatted and "\n" in text:
            first, *others = text.split("\n")
            self._line.append(first)
            for line in others:
                self.end_line()
                self._line.append(line)
        else:
            as_it_is = preformatted or not _RUNS.search(text)
            self._line.append(text if as_it_is else _SPACES.sub(" ", text))

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
