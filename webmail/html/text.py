"""Reads sanitised HTML once more: the text a reader would see, and the links with their texts.

Input is the sanitiser's own output, so a simple pattern reads it exactly: attribute values hold no `<`
or `>`, every element is closed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape

from webmail.html.vocabulary import BLOCKS, CELLS, VOID

_PIECE = re.compile(r"<(/?)([a-z0-9]+)([^>]*)>|([^<]+)")
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_HIDDEN = re.compile(r"\bdisplay:none\b", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\f\r\u00a0]+")
_PADDING = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u034f\u00ad\u2007]+")  # fills previews
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

    def __init__(self, markup: str, deserves_warning: JudgeLink) -> None:
        self.warned: list[str] = []
        self._judge = deserves_warning
        self._out: list[str] = []
        self._links: list[_Link] = []
        self._text = TextWriter()
        self._hidden_depth = 0
        self._preformatted = 0
        for closing, name, attributes, text in _PIECE.findall(markup):
            if text:
                self._read_text(text)
            elif closing:
                self._read_end(name)
            else:
                self._read_start(name, attributes)
        self.html = "".join(self._out)
        self.text = self._text.finished()

    def _read_text(self, markup: str) -> None:
        self._out.append(markup)
        self._show(unescape(markup) if "&" in markup else markup)

    def _show(self, text: str) -> None:
        if self._hidden_depth:
            return
        self._text.write(text, preformatted=self._preformatted > 0)
        if self._links:
            self._links[-1].text.append(text)

    def _read_start(self, name: str, attributes: str) -> None:
        if name == "a":
            self._open_link(attributes)
        else:
            self._out.append(f"<{name}{attributes}>")
        if name not in VOID and (self._hidden_depth or _is_hidden(attributes)):
            self._hidden_depth += 1
        if not self._hidden_depth:
            self._lay_out_start(name, attributes)

    def _lay_out_start(self, name: str, attributes: str) -> None:
        self._preformatted += name == "pre"
        if name == "br":
            self._text.end_line()
        elif name == "img":
            self._show(_alt(attributes))
        elif name == "blockquote":
            self._text.quote(1)
        elif name in BLOCKS or name == "hr":
            self._text.block(paragraph=name in _PARAGRAPHS, cell=name in CELLS)
        if name == "li":
            self._text.write("- ", preformatted=True)

    def _read_end(self, name: str) -> None:
        if name == "a" and self._links:
            self._close_link(self._links.pop())
        self._out.append(f"</{name}>")
        if self._hidden_depth:
            self._hidden_depth -= 1
            return
        self._preformatted -= name == "pre"
        if name == "blockquote":
            self._text.quote(-1)
        elif name in BLOCKS:
            self._text.block(paragraph=name in _PARAGRAPHS, cell=name in CELLS)

    def _open_link(self, attributes: str) -> None:
        values = dict(_ATTRIBUTE.findall(attributes))
        self._links.append(_Link(len(self._out), unescape(values.pop("href", ""))))
        values.pop("title", None)
        self._out.append("".join(f' {key}="{value}"' for key, value in values.items()))

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
        self._out[link.place] = _link_tag(link.href, own, warn=warn)
        if text and not self._hidden_depth:
            self._text.link(link.href, text)


def _is_hidden(attributes: str) -> bool:
    return "display:" in attributes and bool(_HIDDEN.search(attributes))


def _alt(attributes: str) -> str:
    return unescape(dict(_ATTRIBUTE.findall(attributes)).get("alt", ""))


def _link_tag(href: str, own: str, *, warn: bool) -> str:
    """target and rel are ours, and so is the title: it shows where the link goes."""
    if warn:
        own = re.sub(r' class="([^"]*)"', r' class="\1 pli-warned"', own)
        own = own if " class=" in own else own + ' class="pli-warned"'
    url = escape(href)
    return f'<a href="{url}" title="{url}" target="_blank" rel="noopener noreferrer nofollow"{own}>'


class TextWriter:
    """Lays text out in lines: blocks start new ones, quotes are marked, links follow their block."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []  # depth of quoting, text
        self._line: list[str] = []
        self._depth = 0
        self._targets: list[str] = []
        self._written_targets: set[str] = set()

    def write(self, text: str, *, preformatted: bool = False) -> None:
        if preformatted and "\n" in text:
            first, *others = text.split("\n")
            self._line.append(first)
            for line in others:
                self.end_line()
                self._line.append(line)
        else:
            self._line.append(text if preformatted else _SPACES.sub(" ", text))

    def link(self, href: str, text: str) -> None:
        bare = href.removeprefix("mailto:").partition("://")[2].rstrip("/") or href[7:]
        told = bare in text or href in self._written_targets
        if href[:4] == "http" and not told and len(href) <= _LONGEST_WRITTEN_URL:
            self._targets.append(href)
            self._written_targets.add(href)

    def end_line(self) -> None:
        line = re.sub(" {2,}", " ", "".join(self._line)) if self._line else ""
        self._lines.append((self._depth, _PADDING.sub("", line).strip()))
        self._line = []

    def block(self, *, paragraph: bool, cell: bool = False) -> None:
        if cell:
            self._line.append(" ")
            return
        if "".join(self._line).strip():
            self.end_line()
        self._line = []
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
