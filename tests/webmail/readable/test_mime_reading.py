"""A message put together for the pane: safe HTML, plain text, pictures in their place."""

from pathlib import Path

from webmail.readable import mime, reading
from webmail.readable.reading import Reading

CORPUS = Path(__file__).parents[2] / "corpus" / "mime"


def prepared(raw: bytes) -> Reading:
    return reading.prepare(
        mime.read_bytes(raw), ["ac.example"], inline_url=lambda part: f"/partie/{part.section}"
    )


def html_of(shown: Reading) -> str:
    assert shown.body is not None
    return shown.body.html


def with_picture(html: str, header: str, media_type: str = "image/png") -> bytes:
    return (
        "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
        f"Content-Type: text/html\r\nContent-Location: http://x.example/d/p.html\r\n\r\n{html}\r\n"
        f"--b\r\nContent-Type: {media_type}; name=i.png\r\n{header}\r\n\r\nx\r\n--b--"
    ).encode()


def test_a_picture_shown_by_its_identifier_is_not_offered() -> None:
    shown = prepared(with_picture('<img src="cid:a%40b">', "Content-ID: <a@b>"))
    assert "/partie/2" in html_of(shown)
    assert [part.inline for part in shown.attachments] == [True]
    assert shown.offered == ()


def test_a_picture_shown_by_its_location_is_not_fetched_from_there() -> None:
    for reference in ("pics/a.png", "http://x.example/d/pics/a.png", "/d/pics/a.png"):
        shown = prepared(
            with_picture(
                f'<img src="{reference}">', "Content-Location: http://x.example/d/pics/a.png"
            )
        )
        assert "/partie/2" in html_of(shown)
        assert shown.body is not None
        assert shown.body.remote_images == 0


def test_a_picture_that_no_text_shows_is_offered() -> None:
    shown = prepared(with_picture("<p>rien", "Content-ID: <a@b>"))
    assert [part.name for part in shown.offered] == ["i.png"]


def test_a_drawing_that_is_a_document_is_never_shown_in_the_text() -> None:
    raw = with_picture('<img src="cid:a">', "Content-ID: <a>", "image/svg+xml")
    shown = prepared(raw)
    assert "/partie/2" not in html_of(shown)
    assert len(shown.offered) == 1


def test_plain_text_beside_html_is_shown_as_text() -> None:
    shown = prepared(
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        b"<p>Bonjour<script>x</script>\r\n--b\r\n\r\nListe <b>&\r\n--b--"
    )
    assert "<script" not in html_of(shown)
    assert "Liste &lt;b&gt;&amp;" in html_of(shown)
    assert shown.text.split() == ["Bonjour", "Liste", "<b>&"]


def test_a_plain_message_has_no_html() -> None:
    shown = prepared((CORPUS / "001-plain-simple.eml").read_bytes())
    assert shown.body is None
    assert "Le procès-verbal" in shown.text
