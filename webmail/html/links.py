"""Links of a mail as a reader follows them: apart from our pages, their true target told, deceivers marked."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from webmail.html.pieces import Sight, attributes_of, decoded

_ENDS = re.compile(r"(<a(?=[ >])[^>]*>|</a>)")
SPACES = re.compile(r"[ \t\n\f\r\u00a0]+")
JudgeLink = Callable[[str, str], bool]


@dataclass
class _Link:
    place: int
    href: str
    own: str
    text: list[str] = field(default_factory=list)


class Links:
    """Clean markup in; `html` is the same with its links written anew, `warned` are those that may deceive."""

    def __init__(
        self,
        markup: str,
        deserves_warning: JudgeLink,
        leave_url: Callable[[str], str] | None = None,
    ) -> None:
        self.warned: list[str] = []
        self._judge = deserves_warning
        self._leave_url = leave_url
        self._open: list[_Link] = []
        self._out = _ENDS.split(markup)
        self._sight = Sight(markup)
        for place in range(1, len(self._out), 2):
            self._read_between(self._out[place - 1])
            self._read_end_of_link(place, self._out[place])
        self.html = "".join(self._out)

    def _read_between(self, markup: str) -> None:
        if not self._open:
            self._sight.pass_over(markup)
        elif markup:
            self._open[-1].text.append(self._sight.words(markup))

    def _read_end_of_link(self, place: int, tag: str) -> None:
        if tag != "</a>":
            values = attributes_of(tag)
            values.pop("title", None)
            href = decoded(values.pop("href", ""))
            own = "".join([f' {key}="{value}"' for key, value in values.items()])
            self._open.append(_Link(place, href, own))
        elif self._open:
            self._close(self._open.pop())
        self._sight.pass_over(tag)

    def _close(self, link: _Link) -> None:
        text = SPACES.sub(" ", "".join(link.text)).strip()
        if self._open:
            self._open[-1].text.append(text)
        if not link.href:
            self._out[link.place] = f"<a{link.own}>"
            return
        warn = self._judge(link.href, text)
        if warn:
            self.warned.append(link.href)
        way = self._leave_url(link.href) if warn and self._leave_url else link.href
        self._out[link.place] = _link_tag(link.href, way, link.own, warn=warn)


def _link_tag(href: str, way: str, own: str, *, warn: bool) -> str:
    """target and rel are ours, and so is the title: it shows where the link goes, whatever the way."""
    if warn:
        own = re.sub(r' class="([^"]*)"', r' class="\1 pli-warned"', own)
        own = own if " class=" in own else own + ' class="pli-warned"'
    url = escape(href)
    way = url if way == href else escape(way)
    return f'<a href="{way}" title="{url}" target="_blank" rel="noopener noreferrer nofollow"{own}>'
