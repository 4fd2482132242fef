"""Plain text of a mail in, safe HTML for the reading pane out.

White space is kept, quotes fold by depth, the signature stands apart. A link's text is the very URL
it leads to, so no target can hide.

The linkifier is ours: bleach's takes 6 s on a word of 20,000 letters (quadratic), and links no host
outside its list of top-level domains.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from html import escape
from itertools import groupby, islice, pairwise

from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from webmail.html.link_warnings import deserves_warning
from webmail.html.quotes import announces_original, begins_heading, is_heading
from webmail.html.safe_urls import link_target
from webmail.readable.safe_html import SafeHtml

MAX_TEXT = 1_000_000
MAX_LINKS = 2_000
MAX_QUOTE_DEPTH = 8
MAX_QUOTES = 2_000
_OPEN_QUOTE_DEPTH = 2

_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_QUOTE_MARKS = re.compile(r"(?:>[ \t]?(?=>))*> ?")
_RULE = re.compile(r"\s*_{5,}\s*")
_LONGEST_HEADING = 12  # lines
_MAX_HEADINGS = 50  # looked at
_SIGNATURE_MARK = re.compile(r"-- ?\Z")
# Controls that turn text around end a link: what follows them is not shown where it stands.
_IN_URL = r"[^\s<>\"«»\x00-\x1f\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
_LINK = re.compile(
    rf"(?P<web>\b(?:https?://|www\.(?=[\w-]+\.)){_IN_URL}{{1,2000}})"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}\b)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?'\u2019*_"


@dataclass
class _Links:
    """What the links of one text need to know of each other."""

    own_domains: Collection[str]
    leave_url: Callable[[str], str] | None = None
    room: int = MAX_LINKS
    warned: "dict[str, None] | None" = None

    def anchor(self, shown: str, url: str) -> str:
        target = link_target(url) if self.room > 0 else None
        if target is None:
            return escape(shown)
        self.room -= 1
        warn = deserves_warning(target, shown, self.own_domains)
        if warn:
            self.warned = (self.warned or {}) | {target: None}
        mark = ' class="pli-warned"' if warn else ""
        way = self.leave_url(target) if warn and self.leave_url else target
        return (
            f'<a href="{escape(way)}" title="{escape(target)}" target="_blank"'
            f' rel="noopener noreferrer nofollow"{mark}>{escape(shown)}</a>'
        )


def as_html(
    text: str,
    own_domains: Collection[str] = (),
    leave_url: Callable[[str], str] | None = None,
) -> SafeString:
    """The fragment alone, for a page of ours."""
    return SafeString(render(text, own_domains=own_domains, leave_url=leave_url).html)


def render(
    text: str,
    *,
    own_domains: Collection[str] = (),
    leave_url: Callable[[str], str] | None = None,
    unfolded: bool = False,
) -> SafeHtml:
    """Makes a text/plain body (format=flowed already undone) readable; never raises, linear time.
    `leave_url` maps the target of a link that may deceive to a page of ours; `unfolded`
    opens every quote, as on paper.

    Shapes: `pre` for text, `details.pli-quote > blockquote` for quotes, `div.pli-signature`.
    """
    whole = (
        _UNWANTED.sub("", _SURROGATES.sub("\ufffd", text)).replace("\r\n", "\n").replace("\r", "\n")
    )
    kept = whole[:MAX_TEXT]
    links = _Links(own_domains, leave_url)
    own, quoted = _split_quoted(kept.split("\n"))
    body, signature = _split_signature(own)
    html = _blocks(body, links)
    if signature:
        html += f'<div class="pli-signature">{_written(signature, links)}</div>'
    if quoted:
        html += _folded(_blocks(quoted, links), len(quoted))
    if unfolded:
        html = html.replace('<details class="pli-quote">', '<details class="pli-quote" open>')
    return SafeHtml(
        html=html,
        markup=html,
        remote_images=0,
        warn_links=tuple(links.warned or ()),
        cids=frozenset(),
        truncated=len(whole) > MAX_TEXT,
    )


def _split_quoted(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines before the message that Outlook and the like repeat without marks, and that message."""
    starts = (i for i, it in enumerate(lines) if announces_original(it) or begins_heading(it))
    for at in islice(starts, _MAX_HEADINGS):
        quotes = announces_original(lines[at]) or is_heading(lines[at : at + _LONGEST_HEADING])
        if quotes and any(map(str.strip, islice(lines, at))):
            cut = at - 1 if _RULE.fullmatch(lines[at - 1]) else at
            return lines[:cut], lines[cut:]
    return lines, []


def _split_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines before the last signature mark, and the signature with it (RFC 3676 §4.3)."""
    for index in range(len(lines) - 1, -1, -1):
        if _SIGNATURE_MARK.match(lines[index]):
            quoted_below = any(line.startswith(">") for line in lines[index:])
            return (lines, []) if quoted_below else (lines[:index], lines[index:])
    return lines, []


def _depth_and_text(line: str) -> tuple[int, str]:
    marks = _QUOTE_MARKS.match(line)
    if not marks:
        return 0, line
    return min(marks.group().count(">"), MAX_QUOTE_DEPTH), line[marks.end() :]


def _blocks(lines: list[str], links: _Links) -> str:
    marked = [_depth_and_text(line) for line in lines]
    if sum(one[0] != other[0] for one, other in pairwise(marked)) > 2 * MAX_QUOTES:
        return _written(lines, links)
    groups = [(quoted, list(group)) for quoted, group in groupby(marked, lambda m: m[0] > 0)]
    last_own = max(
        (i for i, (quoted, g) in enumerate(groups) if not quoted and _says(g)), default=-1
    )
    return "".join(
        _quote(group, 1, links, unfolded=index < last_own)
        if quoted
        else _written([text for _, text in group], links)
        for index, (quoted, group) in enumerate(groups)
    )


def _says(group: list[tuple[int, str]]) -> bool:
    return any(text.strip() for _, text in group)


def _quote(
    group: list[tuple[int, str]],
    depth: int,
    links: _Links,
    *,
    unfolded: bool,
) -> str:
    """A quote of this depth and the deeper ones in it. What the writer answers to is unfolded, what
    merely trails behind the message is not.
    """
    inner = "".join(_quoted_parts(group, depth, links, unfolded=unfolded))
    return _folded(inner, len(group), unfolded=unfolded and depth <= _OPEN_QUOTE_DEPTH)


def _folded(inner: str, lines: int, *, unfolded: bool = False) -> str:
    state = " open" if unfolded else ""
    summary = ngettext("Texte cité (%d ligne)", "Texte cité (%d lignes)", lines) % lines
    return (
        f'<details class="pli-quote"{state}><summary>{escape(summary)}</summary>'
        f"<blockquote>{inner}</blockquote></details>"
    )


def _quoted_parts(
    group: list[tuple[int, str]],
    depth: int,
    links: _Links,
    *,
    unfolded: bool,
) -> Iterator[str]:
    for deeper, part in groupby(group, lambda m: m[0] > depth):
        lines = list(part)
        if deeper:
            yield _quote(lines, depth + 1, links, unfolded=unfolded)
        else:
            yield _written([text for _, text in lines], links)


def _written(lines: list[str], links: _Links) -> str:
    text = "\n".join(lines)
    return f"<pre>\n{_linked(text, links)}</pre>" if text.strip() else ""


def _linked(text: str, links: _Links) -> str:
    pieces: list[str] = []
    position = 0
    for match in _LINK.finditer(text):
        shown = _without_trailing(match.group())
        url = f"mailto:{shown}" if match.group("mail") else shown
        pieces += [escape(text[position : match.start()]), links.anchor(shown, url)]
        position = match.start() + len(shown)
    return "".join([*pieces, escape(text[position:])])


def _without_trailing(url: str) -> str:
    """The URL without the sentence's punctuation; a closing bracket stays if it was opened inside."""
    unopened = {c: url.count(c) - url.count(o) for o, c in ("()", "[]", "{}")}
    end = len(url)
    while end and (url[end - 1] in _TRAILING or unopened.get(url[end - 1], 0) > 0):
        end -= 1
        if url[end] in unopened:
            unopened[url[end]] -= 1
    return url[:end]
