"""What the composer's frame holds leaves as HTML that is safe wherever it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webmail.readable.html_corpus import BODIES, Body
from tests.webmail.readable.test_safe_html_corpus import NEVER, Markup
from webmail.html.outgoing import outgoing

PIXEL = "data:image/png;base64,iVBORw0KGgo="


def test_what_formats_a_text_leaves_as_it_was_written() -> None:
    written = (
        "<p>Le <b>conseil</b> de <i>classe</i> <u>se tient</u></p><ul><li>Bilan</li></ul>"
        '<p><span style="color:#8b1a39">mardi</span></p>'
        '<blockquote><table><tbody><tr><td style="background-color:#eee">17 h</td></tr></tbody>'
        '</table></blockquote><p><a href="https://ac.example/">lien</a></p>'
    )
    assert outgoing(written).html == written


@pytest.mark.parametrize(
    ("written", "gone"),
    [
        ("<script>alert(1)</script>x", "alert"),
        ('<p onclick="alert(1)">x</p>', "onclick"),
        ('<a href="javascript:alert(1)">x</a>', "javascript"),
        ('<iframe src="https://x.example/"></iframe>', "iframe"),
        ('<form action="https://x.example/"><input name="a"></form>', "<form"),
        ('<p style="position:fixed">x</p>', "position"),
        ('<p class="pli-warned" id="a">x</p>', "class"),
        ('<img src="/courriel/1/dossier/2/message/3/image/2/">', "courriel"),
        ('<img src="file:///C:/Users/camille/image001.png">', "camille"),
        ('<img src="blob:https://courrier.example/1">', "blob"),
    ],
)  # fmt: skip
def test_what_runs_or_tells_of_this_machine_stays_behind(written: str, gone: str) -> None:
    assert gone not in outgoing(written).html


@pytest.mark.parametrize("body", BODIES, ids=str)
def test_a_hostile_mail_that_is_quoted_leaves_harmless(body: Body) -> None:
    made = outgoing(body.html)
    markup = Markup(made.html)
    assert not markup.tags & {"script", "style", "iframe", "object", "form", "svg", "base", "meta"}
    assert not NEVER.search(markup.attributes_and_styles)
    assert "javascript:" not in markup.attributes_and_styles.lower()


def test_a_picture_of_ours_is_named_by_its_content_id() -> None:
    made = outgoing('<img src="/f/7" alt="Plan"><img src="/f/8">', inline={"/f/7": "a@b"})
    assert made.html == '<img src="cid:a@b" alt="Plan"><img>'
    assert made.cids == {"a@b"}


def test_a_picture_in_the_text_itself_travels_as_a_part() -> None:
    made = outgoing(f'<img src="{PIXEL}"><img src="{PIXEL}">')
    (picture,) = made.embedded
    assert made.html.count(f'src="cid:{picture.content_id}"') == 2
    assert (picture.type, picture.content) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert outgoing(f'<img src="{PIXEL}">', keep_data=True).html == f'<img src="{PIXEL}">'


def test_a_picture_that_does_not_go_along_is_left_out() -> None:
    made = outgoing('<img src="cid:a@b"><img src="cid:c@d">', held={"a@b"})
    assert made.html == '<img src="cid:a@b"><img>'


def test_remote_pictures_of_a_quoted_mail_keep_their_address() -> None:
    html = '<img src="https://theatre.example/a.png">'
    assert outgoing(html).html == html


@given(st.text(max_size=300))
def test_any_text_comes_back_the_same_the_second_time(written: str) -> None:
    once = outgoing(written).html
    assert outgoing(once).html == once
