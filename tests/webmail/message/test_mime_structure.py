"""What is read, what stands in the text, what is offered; and what bounds there are."""

import pytest

from webmail.message.contents import attachment_content
from webmail.message.message_bytes import MessageBytes
from webmail.message.readable import ReadableMessage
from webmail.message.structure import MAX_DEPTH, MAX_PARTS
from webmail.readable import mime


def multipart(subtype: str, *parts: str, boundary: str = "b") -> str:
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f"Content-Type: multipart/{subtype}; boundary={boundary}\r\n\r\n{inner}--{boundary}--"


def part(media_type: str, content: str, disposition: str = "", more: str = "") -> str:
    shown = f"Content-Disposition: {disposition}\r\n" if disposition else ""
    return f"Content-Type: {media_type}\r\n{shown}{more}\r\n{content}"


def read(message: str) -> ReadableMessage:
    return mime.read_bytes(message.encode())


def texts(message: ReadableMessage) -> list[str]:
    return [body.content for body in message.bodies]


def names(message: ReadableMessage) -> list[str]:
    return [attachment.name for attachment in message.attachments]


PDF = part("application/pdf", "x", "attachment; filename=a.pdf")
PLAIN = part("text/plain", "plain")
HTML = part("text/html", "<p>html")


def test_html_is_preferred_wherever_it_stands_among_the_alternatives() -> None:
    assert texts(read(multipart("alternative", PLAIN, HTML))) == ["<p>html"]
    assert texts(read(multipart("alternative", HTML, PLAIN))) == ["<p>html"]


def test_an_empty_alternative_is_not_chosen() -> None:
    assert texts(read(multipart("alternative", PLAIN, part("text/html", "")))) == ["plain"]


def test_versions_for_other_devices_are_neither_shown_nor_offered() -> None:
    message = read(multipart("alternative", PLAIN, HTML, part("text/x-amp-html", "<html amp>")))
    assert (texts(message), names(message)) == (["<p>html"], [])


def test_a_file_inside_an_alternative_is_offered_whichever_text_is_shown() -> None:
    nested = multipart("mixed", PLAIN, PDF, boundary="inner")
    for alternatives in ((nested, HTML), (HTML, nested)):
        message = read(multipart("alternative", *alternatives))
        assert (texts(message), names(message)) == (["<p>html"], ["a.pdf"])


def test_a_picture_of_a_text_that_is_not_shown_is_not_offered() -> None:
    picture = part("image/png", "x", more="Content-ID: <a>\r\n")
    unread = multipart("related", part("text/x-amp-html", "<html amp>"), picture, boundary="inner")
    assert names(read(multipart("alternative", unread, HTML))) == []


def test_an_enriched_text_is_shown_without_its_commands() -> None:
    assert texts(read(part("text/enriched", "<bold>Bonjour</bold> <<"))) == ["Bonjour <"]


def test_texts_that_follow_each_other_are_read_in_order() -> None:
    message = read(multipart("mixed", PLAIN, PDF, part("text/plain", "liste de diffusion")))
    assert (texts(message), names(message)) == (["plain", "liste de diffusion"], ["a.pdf"])


def test_a_second_text_with_a_name_is_a_file() -> None:
    message = read(multipart("mixed", PLAIN, part("text/plain", "x", 'inline; filename="n.txt"')))
    assert (texts(message), names(message)) == (["plain"], ["n.txt"])


@pytest.mark.parametrize("media_type", ["text/csv", "text/vcard", "text/calendar", "text/rtf"])
def test_data_that_is_text_by_name_only_is_offered(media_type: str) -> None:
    message = read(multipart("mixed", PLAIN, part(media_type, "x")))
    assert (texts(message), len(message.attachments)) == (["plain"], 1)


def test_a_message_that_is_only_a_file_offers_it() -> None:
    message = read(PDF)
    assert (texts(message), names(message)) == ([], ["a.pdf"])


def test_the_root_of_related_parts_may_be_named() -> None:
    root = part("text/html", "<p>root", more="Content-ID: <r>\r\n")
    message = read(
        multipart("related", part("text/html", "<p>frame"), root).replace(
            "boundary=b", 'boundary=b; start="<r>"'
        )
    )
    assert message.bodies[0].content == "<p>root"


def test_a_macintosh_resource_fork_is_not_offered() -> None:
    fork = part("application/applefile", "x", "attachment; filename=a.pdf")
    nested = multipart("appledouble", fork, PDF, boundary="c")
    assert names(read(multipart("mixed", PLAIN, nested))) == ["a.pdf"]


@pytest.mark.parametrize(
    ("shell", "signed", "encrypted"),
    [
        (multipart("signed", PLAIN, part("application/pgp-signature", "x")), "pgp", ""),
        (multipart("signed", PLAIN, part("application/pkcs7-signature", "x")), "smime", ""),
        (multipart("encrypted", part("application/pgp-encrypted", "Version: 1"), PDF), "", "pgp"),
        (part("application/pkcs7-mime; smime-type=enveloped-data", "x"), "", "smime"),
        (part("application/pkcs7-mime; smime-type=signed-data", "x"), "smime", ""),
    ],
)
def test_shells_are_told_by_their_structure(shell: str, signed: str, encrypted: str) -> None:
    message = read(shell)
    assert (message.signed, message.encrypted) == (signed, encrypted)


def test_a_signature_is_no_file_for_the_reader() -> None:
    message = read(multipart("signed", PLAIN, part("application/pgp-signature", "x")))
    assert (texts(message), names(message)) == (["plain"], [])


def test_a_boundary_that_is_not_declared_is_guessed() -> None:
    message = read(multipart("mixed", PLAIN, PDF).replace("; boundary=b", ""))
    assert (texts(message), names(message)) == (["plain"], ["a.pdf"])


def test_a_boundary_that_never_comes_leaves_the_raw_text_and_says_so() -> None:
    message = read("Content-Type: multipart/mixed; boundary=zzz\r\n\r\nBonjour")
    assert texts(message) == ["Bonjour"]
    assert message.problems == {"structure"}


def test_parts_are_bounded_and_it_is_said() -> None:
    message = read(multipart("mixed", *[PDF] * (MAX_PARTS + 5)))
    assert len(message.attachments) < MAX_PARTS
    assert message.problems == {"parts"}


@pytest.mark.parametrize("kind", ["mixed", "alternative", "related", "signed"])
def test_depth_is_bounded_and_it_is_said(kind: str) -> None:
    levels = range(MAX_DEPTH * 20)
    message = read(
        "".join(
            f"Content-Type: multipart/{kind}; boundary=b{level}\r\n\r\n--b{level}\r\n"
            for level in levels
        )
    )
    assert "parts" in message.problems


def test_messages_enclosed_in_one_another_are_bounded() -> None:
    assert "parts" in read("Content-Type: message/rfc822\r\n\r\n" * 5_000).problems


def test_a_text_too_long_to_show_is_cut_and_offered_whole() -> None:
    message = read("\r\n" + "a" * (17 << 20))
    assert len(message.text) == 16 << 20
    assert [part.size for part in message.attachments] == [17 << 20]
    assert message.problems == {"text"}


def test_an_attachment_gives_back_its_bytes() -> None:
    raw = multipart(
        "mixed",
        PLAIN,
        part("application/zip", "AAEC/w==", "attachment", "Content-Transfer-Encoding: base64\r\n"),
    ).encode()
    whole = MessageBytes(raw)
    assert attachment_content(whole.tree, "2", whole.fetch) == b"\x00\x01\x02\xff"
    assert attachment_content(whole.tree, "3", whole.fetch) is None


def test_an_encoded_enclosed_message_opens_and_gives_its_files() -> None:
    inner = multipart("mixed", PLAIN, PDF, boundary="inner").replace("=", "=3D")
    encoded = part("message/rfc822", inner, more="Content-Transfer-Encoding: quoted-printable\r\n")
    whole = MessageBytes(multipart("mixed", PLAIN, encoded).encode())
    opened = mime.read_enclosed(whole.tree, "2", whole.fetch)
    assert opened is not None
    assert texts(opened) == ["plain"]
    assert attachment_content(whole.tree, opened.attachments[0].section, whole.fetch) == b"x"


def test_a_message_without_a_name_is_called_by_its_subject() -> None:
    enclosed = part("message/rfc822", "Subject: Ordre du jour : lundi\r\n\r\nx")
    assert names(read(multipart("mixed", PLAIN, enclosed))) == ["Ordre du jour - lundi.eml"]
