"""What Jinja2 draws is escaped whatever it is, and speaks the page's language."""

from collections.abc import Callable

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.functional import lazystr
from django.utils.safestring import SafeString
from jinja2 import Environment

from webmail.fast_templates import environment

NASTY = "<b onclick=\"x('&')\">"
HARMLESS = "&lt;b onclick=&#34;x(&#39;&amp;&#39;)&#34;&gt;"


class Named(str):
    """As an enumeration's member: a text, and more."""

    __slots__ = ()


class Thing:
    def __str__(self) -> str:
        return NASTY


@pytest.fixture
def pages() -> Environment:
    return environment()


@pytest.mark.parametrize("kind", [str, Named, lazystr, lambda text: Thing()])
def test_whatever_a_text_is_its_signs_mean_nothing_to_a_browser(
    pages: Environment, kind: Callable[[str], object]
) -> None:
    drawn = pages.from_string('<a title="{{ it }}">{{ it if it }}</a>{{ missing }}{{ 7 }}')
    assert drawn.render(it=kind(NASTY)) == f'<a title="{HARMLESS}">{HARMLESS}</a>7'


def test_what_stands_in_a_sentence_with_markup_is_escaped_too(pages: Environment) -> None:
    drawn = pages.from_string('{{ "Pour <b>%(it)s</b>"|safe % {"it": it} }}')
    assert drawn.render(it=NASTY) == f"Pour <b>{HARMLESS}</b>"


def test_what_is_html_already_stays_so(pages: Environment) -> None:
    assert pages.from_string("{{ it }}").render(it=SafeString("<b>&amp;</b>")) == "<b>&amp;</b>"


def test_a_piece_speaks_the_language_of_each_page() -> None:
    piece = Template('{% load fast %}{% drawn "webmail/phone_title.html" %}')
    known = {"folder": {"label": "INBOX", "total": 3}}
    said = {}
    for language in ("fr", "en", "fr"):
        with translation.override(language):
            said[language] = piece.render(Context(known))
    assert "Tout est lu" in said["fr"]
    assert "Everything is read" in said["en"]
