"""A plain text body in the reading pane: links, quotes, signature; nothing hidden, nothing slow."""

import time

import pytest

from webmail.readable.plain_text import as_html, render

OWN = ["univ-lac.example"]


def links(text: str) -> list[tuple[str, str]]:
    """The links shown: (target, text)."""
    parts = render(text).html.split('<a href="')[1:]
    return [(p.partition('"')[0], p.partition(">")[2].partition("</a>")[0]) for p in parts]


def test_markup_in_plain_text_is_shown_as_text() -> None:
    assert as_html("a <b>x</b> & <script>alert(1)</script>") == (
        "<pre>\na &lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;</pre>"
    )


def test_white_space_stays() -> None:
    assert render("\n  a\tb\n\n   c").html == "<pre>\n\n  a\tb\n\n   c</pre>"


@pytest.mark.parametrize(
    ("text", "target", "shown"),
    [
        ("Voir https://a.example/b?c=1&d=2.", "https://a.example/b?c=1&amp;d=2", None),
        ("(voir http://a.example/b_(c))", "http://a.example/b_(c)", None),
        ("<https://a.example/b>", "https://a.example/b", None),
        ("« https://a.example/b »", "https://a.example/b", None),
        ("www.a.example/é", "https://www.a.example/%C3%A9", "www.a.example/é"),
        ("Écrire à a.b@c.example, merci", "mailto:a.b@c.example", "a.b@c.example"),
        ("http://0x7f.1/", "http://127.0.0.1/", "http://0x7f.1/"),
    ],
)
def test_a_url_becomes_a_link_to_itself(text: str, target: str, shown: str | None) -> None:
    assert links(text) == [(target, shown or target)]


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "a@b", "www.", "http://"],
)
def test_nothing_else_becomes_a_link(text: str) -> None:
    assert links(text) == []


def test_controls_that_turn_text_around_end_a_link() -> None:
    assert links("https://a.example/\u202egnp.exe") == [
        ("https://a.example/", "https://a.example/")
    ]


def test_a_link_that_deceives_is_flagged() -> None:
    safe = render(
        "http://univ-lac.example@pirate.example/ et https://univ-iac.example/", own_domains=OWN
    )
    assert len(safe.warn_links) == 2
    assert safe.html.count('class="pli-warned"') == 2


def test_a_trailing_quote_is_folded_and_counts_its_lines() -> None:
    html = render("Merci.\n\nLe 3 mars, Anne a écrit :\n> un\n> deux\n").html
    assert '<details class="pli-quote"><summary>' in html
    assert "2" in html.partition("<summary>")[2].partition("</summary>")[0]
    assert html.endswith("<blockquote><pre>\nun\ndeux</pre></blockquote></details>")


def test_a_quote_that_is_answered_below_is_unfolded() -> None:
    html = render("> Venez-vous ?\nOui.").html
    assert '<details class="pli-quote" open>' in html


def test_quotes_nest_by_depth() -> None:
    html = render("> un\n>> deux\n> > > trois\n> quatre").html
    assert html.count("<details") == 3
    assert html.index("un") < html.index("deux") < html.index("trois") < html.index("quatre")
    assert html.count("<blockquote>") == html.count("</blockquote>") == 3


def test_the_signature_stands_apart() -> None:
    html = render("Bonjour\n-- \nAnne Dupont\nProviseure").html
    assert (
        html
        == '<pre>\nBonjour</pre><div class="pli-signature"><pre>\n-- \nAnne Dupont\nProviseure</pre></div>'
    )


def test_a_quoted_message_below_a_signature_is_no_signature() -> None:
    assert "pli-signature" not in render("-- \nAnne\n\n> avant\n> encore").html


HOSTILE = {
    "letters": "x" * 2_000_000,
    "quote marks": "> " * 1_000_000,
    "quote lines": ">\n\n" * 700_000,
    "alternating depth": ">a\n>>b\n" * 300_000,
    "schemes": "http://" * 300_000,
    "brackets": ("http://a.example/" + ")" * 900 + " ") * 2_000,
    "addresses": "a@" * 1_000_000,
    "dots": "a." * 1_000_000,
    "signatures": "-- \n" * 500_000,
    "links": "http://a.example/c " * 100_000,
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_costs_little(hostile: str) -> None:
    started = time.process_time()
    safe = render(HOSTILE[hostile])
    assert time.process_time() - started < 2
    assert len(safe.html) < 12_000_000


def test_an_endless_text_is_cut_and_says_so() -> None:
    safe = render("a\n" * 3_000_000)
    assert safe.truncated
    assert len(safe.html) < 1_100_000
