"""Random hostile markup: cleaning never fails, and nothing outside the vocabulary comes out."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.webmail.readable.html_corpus import BODIES
from tests.webmail.readable.test_safe_html_corpus import NEVER, OUR_LINK, Markup
from webmail.html.safe_stylesheet import safe_stylesheet
from webmail.html.vocabulary import ATTRIBUTES, TAGS
from webmail.readable.plain_text import render
from webmail.readable.safe_html import clean, frame_document

SMALL = [body.html for body in BODIES if not body.file.endswith(".rule.json")]
TAG_NAMES = [*sorted(TAGS), "script", "style", "svg", "math", "title", "textarea", "xmp", "iframe"]
TAG_NAMES += [
    "noscript",
    "template",
    "plaintext",
    "select",
    "option",
    "form",
    "body",
    "base",
    "image",
]
URLS = [
    "javascript:alert(1)",
    "//a.example",
    "ht\ntp://b",
    "data:text/html,x",
    "cid:1",
    "&#106;s:",
    "x",
]
VALUES = [
    *URLS,
    '"',
    "'",
    ">",
    "<",
    "color:red",
    "background:url(x)",
    "&quot;onload=a",
    "\x00",
    "`",
]
NAMES = [
    "href",
    "src",
    "style",
    "class",
    "id",
    "name",
    "onload",
    "background",
    "data-x",
    "=",
    "srcset",
]


def tried(usually: int) -> settings:
    """So many examples, or as many as a long run wants: see `make fuzz`."""
    profile = settings.get_profile(settings.get_current_profile_name())
    return settings(max_examples=max(usually, profile.max_examples), deadline=None)


# Attributes whose words may speak of anything: no style is read from them.
WORDS = ("alt=", "title=", "abbr=", "datetime=", "href=")

pieces = st.one_of(
    st.sampled_from(TAG_NAMES).map("<{}".format),
    st.sampled_from(TAG_NAMES).map("</{}>".format),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map(lambda p: f" {p[0]}={p[1]}"),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(VALUES)).map(lambda p: f' {p[0]}="{p[1]}"'),
    st.sampled_from(
        [">", "/>", "<!--", "-->", "<![CDATA[", "]]>", "<?", "</", "&lt;", "&#0;", "\ud800"]
    ),
    st.sampled_from(
        ["p{color:red}", "@import url(//a);", "a[b='</style>']{", "}", "/*", "\\", "{[("]
    ),
    st.text(max_size=8),
)
markup = st.lists(pieces, max_size=60).map("".join)
mutated = st.tuples(st.sampled_from(SMALL), st.integers(0, 300), st.integers(0, 30), markup).map(
    lambda m: m[0][: m[1]] + m[3][:80] + m[0][m[1] + m[2] :]
)


def assert_safe(html: str) -> None:
    seen = Markup(html)
    assert seen.tags <= TAGS | {"style", "div"}
    assert not NEVER.search(seen.attributes_and_styles)
    styles = "\n".join(line for line in seen.lines if not line.startswith(WORDS))
    assert not re.search(r"url\((?!\"/ours)", styles)
    for link in seen.links:
        assert re.match(r"https?://|mailto:|tel:", link["href"] or "")
        assert {key: link[key] for key in OUR_LINK} == OUR_LINK
    names = {line.partition("=")[0] for line in seen.lines if re.match(r"[a-z-]+=", line)}
    assert names <= set().union(*ATTRIBUTES.values()) | OUR_LINK.keys()


@tried(400)
@given(st.one_of(markup, mutated))
def test_random_markup_comes_out_safe(html: str) -> None:
    safe = clean(
        html, inline={"1": "/ours/1"}, image_url=lambda _url: "/ours/proxy", own_domains=["b"]
    )
    assert_safe(safe.html)
    assert "\ufdd0" not in safe.html
    safe.html.encode()
    frame_document(safe, lang='"><script>', dir='"').encode()


@tried(200)
@given(markup)
def test_cleaning_twice_changes_nothing_more(html: str) -> None:
    once = clean(html)
    twice = clean(once.html)
    assert_safe(twice.html)
    assert twice.text.split() == once.text.split()


@tried(200)
@given(st.one_of(markup, mutated))
def test_folding_quotes_adds_nothing_but_folds(html: str) -> None:
    folded = clean(html, quote_label="Cité").html
    opening = '<details class="pli-quote"><summary>Cité</summary>'
    assert folded.count(opening) == folded.count("</details>") - clean(html).html.count(
        "</details>"
    )
    assert unfolded(folded.replace(opening, "")) == unfolded(clean(html).html)


def unfolded(html: str) -> str:
    return html.replace("</details>", "")


@tried(200)
@given(st.lists(pieces, max_size=40).map("".join))
def test_a_random_stylesheet_stays_in_its_element(css: str) -> None:
    cleaned = safe_stylesheet(css, lambda _url: None).css
    assert "<" not in cleaned
    assert "\\" not in cleaned
    assert "url(" not in cleaned
    assert cleaned.count("{") == cleaned.count("}")


@tried(200)
@given(
    st.lists(
        st.one_of(pieces, st.sampled_from(["\n", "> ", "-- \n", "http://a.b/"])), max_size=40
    ).map("".join)
)
def test_random_text_comes_out_safe(text: str) -> None:
    seen = Markup(render(text).html)
    assert seen.tags <= {"pre", "details", "summary", "blockquote", "div", "a"}
    assert all(re.match(r"https?://|mailto:", link["href"] or "") for link in seen.links)
