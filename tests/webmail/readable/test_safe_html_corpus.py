"""Every body of the corpus, cleaned: what must be gone is gone, what must be read can be read."""

import re
import time
from html.parser import HTMLParser

import pytest

from tests.webmail.readable.html_corpus import BODIES, OWN_DOMAIN, Body
from webmail.readable.safe_html import SafeHtml, clean

NEVER = re.compile(
    r"^(?:on\w+|id|name|for|form|formaction|action|srcdoc|srcset|ping|usemap|data-.*|hx-.*)=",
    re.MULTILINE,
)
OUR_LINK = {"target": "_blank", "rel": "noopener noreferrer nofollow"}


class Markup(HTMLParser):
    """The attributes, style text and visible text of a fragment, as another parser reads it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.texts: list[str] = []
        self.links: list[dict[str, str | None]] = []
        self.tags: set[str] = set()
        self._in_style = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        self.tags.add(tag)
        self.lines += [f"{name}={value}" for name, value in attrs]
        if tag == "a" and dict(attrs).get("href"):
            self.links.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def handle_data(self, data: str) -> None:
        (self.lines if self._in_style else self.texts).append(data)

    @property
    def attributes_and_styles(self) -> str:
        return "\n".join(self.lines)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


def cleaned(body: Body) -> SafeHtml:
    return clean(body.html, own_domains=[OWN_DOMAIN])


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_hostile_body_is_harmless_and_readable(body: Body) -> None:
    source = body.html
    started = time.perf_counter()
    safe = clean(source, own_domains=[OWN_DOMAIN])
    assert time.perf_counter() - started < body.max_seconds
    markup = Markup(safe.html)
    assert not NEVER.search(markup.attributes_and_styles)
    for pattern in body.forbidden_markup:
        assert not re.search(pattern, markup.attributes_and_styles)
    for sentence in body.text_kept:
        assert " ".join(sentence.split()) in markup.text
        assert " ".join(sentence.split()) in " ".join(safe.text.split())


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_links_of_a_hostile_body_open_apart_and_go_to_the_web_or_to_an_address(body: Body) -> None:
    for link in Markup(cleaned(body).html).links:
        assert re.match(r"https?://|mailto:|tel:", link["href"] or "")
        assert {key: link[key] for key in OUR_LINK} == OUR_LINK


@pytest.mark.parametrize("body", [b for b in BODIES if b.warn_link], ids=str)
def test_a_deceiving_link_is_flagged(body: Body) -> None:
    flagged = cleaned(body).warn_links
    assert all(any(piece in link for link in flagged) for piece in body.warn_link)


@pytest.mark.parametrize("body", [b for b in BODIES if b.ok_link], ids=str)
def test_an_honest_link_is_not_flagged(body: Body) -> None:
    safe = cleaned(body)
    assert not any(piece in link for link in safe.warn_links for piece in body.ok_link)
    assert all(piece in safe.html for piece in body.ok_link)


@pytest.mark.parametrize("body", [b for b in BODIES if b.kind == "tracking"], ids=str)
def test_what_would_tell_the_sender_is_counted(body: Body) -> None:
    assert cleaned(body).remote_images >= 3


def test_the_corpus_is_whole() -> None:
    assert len(BODIES) == 120
