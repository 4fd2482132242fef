"""What leaves the composer, read back with Python's own strict parser."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.composing.compose import REFERENCES_KEPT, Attachment, Draft, compose
from webmail.readable import mime
from webmail.syntax.addresses import Address

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CAMILLE = Address("Camille Lefèvre", "camille.lefevre@ac-normandie.fr")
PAUL = Address("Paul Auvray", "paul.auvray@ac-normandie.fr")
SOFIA = Address("Benali, Sofia", "sofia.benali@ac-normandie.fr")
ODD_MARKS = "Été, 2026; <a@x> (b) \"c\" \\ 'd' @ : . =?utf-8?q?e?="
any_character = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf"))
names = st.text(f"{ODD_MARKS}aeéœ ñ漢🎓", max_size=120) | st.text(any_character, max_size=120)
identifiers = st.from_regex(r"[!-;?-~]{1,300}@x", fullmatch=True)
one_line = st.text(any_character, max_size=200)


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=SMTP)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def written(**fields: object) -> EmailMessage:
    return parsed(compose(Draft(CAMILLE, [PAUL], **fields), NOW).raw)  # type: ignore[arg-type]


def test_a_message_names_its_writer_and_its_readers() -> None:
    message = written(cc=[SOFIA], subject="Sortie 4ᵉ B", text="Bonjour,\nà demain.")
    assert message["From"].addresses[0].display_name == "Camille Lefèvre"
    assert message["Cc"].addresses[0].display_name == "Benali, Sofia"
    assert message["Subject"] == "Sortie 4ᵉ B"
    assert message.get_content().replace("\r\n", "\n") == "Bonjour,\nà demain.\n"


def test_blind_copies_receive_the_message_but_stand_nowhere_in_it() -> None:
    composed = compose(Draft(CAMILLE, [PAUL], bcc=[SOFIA]), NOW)
    assert composed.recipients == (PAUL.address, SOFIA.address)
    assert b"sofia" not in composed.raw.lower()


def test_a_draft_keeps_its_blind_copies() -> None:
    composed = compose(Draft(CAMILLE, [PAUL], bcc=[SOFIA]), NOW, is_draft=True)
    assert "sofia.benali" in parsed(composed.raw)["Bcc"]


def test_a_message_with_only_blind_copies_says_that_its_recipients_are_hidden() -> None:
    composed = compose(Draft(CAMILLE, [], bcc=[PAUL]), NOW)
    assert str(parsed(composed.raw)["To"]) == "undisclosed-recipients:;"


def test_somebody_named_twice_receives_one_copy() -> None:
    assert compose(Draft(CAMILLE, [PAUL], cc=[PAUL], bcc=[PAUL]), NOW).recipients == (PAUL.address,)


def test_an_answer_keeps_the_thread_together() -> None:
    message = written(in_reply_to="b@x", references=["a@x", "b@x"])
    assert message["In-Reply-To"] == "<b@x>"
    assert message["References"] == "<a@x> <b@x>"


def test_a_very_long_thread_keeps_its_first_and_its_last_messages() -> None:
    references = [f"{n}@x" for n in range(500)]
    kept = str(written(references=references)["References"]).split()
    assert len(kept) == REFERENCES_KEPT
    assert (kept[0], kept[-1]) == ("<0@x>", "<499@x>")


@pytest.mark.parametrize("length", [60, 120, 900])
def test_a_long_identifier_stays_one_word(length: int) -> None:
    identifier = f"{'z' * length}@x"
    draft = Draft(CAMILLE, [PAUL], in_reply_to=identifier, references=["a@x", identifier])
    message = mime.read_bytes(compose(draft, NOW).raw)
    assert message.in_reply_to == (identifier,)
    assert message.references == ("a@x", identifier)


def test_what_is_no_identifier_is_left_out_of_the_thread() -> None:
    broken = ["é@x", "a\x00b@x", "z" * 1500, "=?utf-8?q?=3Ca=40x=3E?="]
    message = written(in_reply_to="é@x", references=[*broken, "a@x"])
    assert message["In-Reply-To"] is None
    assert message["References"] == "<a@x>"


def test_the_comma_between_two_accented_names_is_never_encoded() -> None:
    """What CVE-2025-1795 is about: a reader would see one address where there are several."""
    crowd = [
        Address(f"Éléonore d’Hérouville-Saint-Clair, collège {n}", f"p{n}@x.fr") for n in range(9)
    ]
    raw = compose(Draft(CAMILLE, crowd), NOW).raw
    assert [person.addr_spec for person in parsed(raw)["To"].addresses] == [
        person.address for person in crowd
    ]
    assert list(mime.read_bytes(raw).to) == crowd


@given(people=st.lists(names, min_size=1, max_size=6), chain=st.lists(identifiers, max_size=5))
def test_names_and_identifiers_come_back_whole(people: list[str], chain: list[str]) -> None:
    readers = [Address(name.strip(), f"p{n}@ac-normandie.fr") for n, name in enumerate(people)]
    raw = compose(Draft(CAMILLE, readers, cc=readers, references=chain), NOW).raw
    mine, pythons = mime.read_bytes(raw), message_from_bytes(raw, policy=SMTP)
    for name, found in (("To", mine.to), ("Cc", mine.cc)):
        assert [person.address for person in found] == [reader.address for reader in readers]
        assert [a.addr_spec for a in pythons[name].addresses] == [r.address for r in readers]
        assert [p.name.split() for p in found] == [r.name.split() for r in readers]
    assert list(mine.references) == chain
    assert str(pythons["References"] or "").split() == [f"<{identifier}>" for identifier in chain]


def test_no_line_of_a_message_is_too_long_for_a_mail_server() -> None:
    composed = compose(Draft(CAMILLE, [PAUL] * 60, subject="été " * 200, text="x" * 5000), NOW)
    assert max(map(len, composed.raw.split(b"\r\n"))) <= 998
    assert composed.raw.isascii()


def test_an_attachment_comes_back_octet_for_octet_under_its_name() -> None:
    content = bytes(range(256)) * 50
    message = written(attachments=[Attachment("Été à l’école.pdf", "application/pdf", content)])
    (part,) = message.iter_attachments()
    assert part.get_filename() == "Été à l’école.pdf"
    assert part.get_content() == content


@pytest.mark.parametrize(
    "odd", ["", "pdf", "a/b/c", "é/x", "a/b\nBcc: x@x.fr", "a/ b", f"a/{'b' * 2000}",
            "multipart/mixed", "message/rfc822"],
)  # fmt: skip
def test_a_file_of_an_odd_type_leaves_as_plain_octets(odd: str) -> None:
    (part,) = written(attachments=[Attachment("a", odd, b"\xe9\r\n")]).iter_attachments()
    assert part.get_content_type() == "application/octet-stream"
    assert part.get_content() == b"\xe9\r\n"


def test_a_line_break_in_a_name_starts_no_header() -> None:
    attachment = Attachment("a\r\nb\u2028c.pdf", "application/pdf", b"x")
    sender = Address("Camille\r\nBcc: x@x.fr", CAMILLE.address)
    message = parsed(compose(Draft(sender, [PAUL], attachments=[attachment]), NOW).raw)
    (part,) = message.iter_attachments()
    assert part.get_filename() == "a b c.pdf"
    assert message["Bcc"] is None


def test_the_message_id_is_under_the_writers_domain_and_tells_nothing_else() -> None:
    composed = compose(Draft(CAMILLE, [PAUL]), NOW)
    assert composed.message_id.endswith("@ac-normandie.fr>")
    assert composed.message_id != compose(Draft(CAMILLE, [PAUL]), NOW).message_id


@given(
    subject=one_line,
    name=one_line,
    text=st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf")), max_size=500),
)
def test_what_is_written_is_what_pli_itself_reads(subject: str, name: str, text: str) -> None:
    sender = Address(name.strip(), CAMILLE.address)
    message = mime.read_bytes(compose(Draft(sender, [PAUL], subject=subject, text=text), NOW).raw)
    assert (message.subject or "").split() == subject.split()
    assert message.from_[0].address == CAMILLE.address
    assert message.text.rstrip("\n") == text.rstrip("\n")


def html_parts(html: str, **fields: object) -> tuple[EmailMessage, EmailMessage, EmailMessage]:
    """A message of HTML, its plain text and its HTML (with its pictures, if there are)."""
    message = written(html=html, **fields)
    body = message.get_body(("plain",)), message.get_body(("related", "html"))
    return message, *body  # type: ignore[return-value]


def test_html_leaves_beside_the_same_in_plain_text() -> None:
    message, plain, html = html_parts("<p>Le <b>conseil</b></p><blockquote>cité</blockquote>")
    assert message.get_content_type() == "multipart/alternative"
    assert plain.get_content().split() == ["Le", "conseil", ">", "cité"]
    assert "<p>Le <b>conseil</b></p><blockquote>cité</blockquote>" in html.get_content()


def test_a_script_in_the_html_does_not_leave() -> None:
    message, *_ = html_parts('<p onclick="x()">a<script>x()</script></p>')
    assert b"x()" not in message.as_bytes()


def test_the_html_says_its_language_and_its_font() -> None:
    _message, _plain, html = html_parts("a", language="fr", font="font-family:Arial")
    assert '<html lang="fr">' in html.get_content()
    assert '<body style="font-family:Arial">a</body>' in html.get_content()


def test_pictures_of_the_text_go_with_it_and_those_taken_out_do_not() -> None:
    plan = Attachment("plan.png", "image/png", b"plan", "plan@pli")
    gone = Attachment("ôté.png", "image/png", b"gone", "gone@pli")
    notes = Attachment("notes.pdf", "application/pdf", b"notes")
    html = '<img src="cid:plan@pli"><img src="data:image/gif;base64,R0lGODlh">'
    message, _plain, related = html_parts(html, attachments=[plan, gone, notes])
    assert message.get_content_type() == "multipart/mixed"
    assert related.get_content_type() == "multipart/related"
    _html, *pictures = related.iter_parts()
    assert [picture.get_content() for picture in pictures] == [b"plan", b"GIF89a"]
    assert pictures[0]["Content-ID"] == "<plan@pli>"
    assert [file.get_filename() for file in message.iter_attachments()][-1] == "notes.pdf"
    assert b"gone@pli" not in message.as_bytes()


def test_pli_shows_the_pictures_it_sent() -> None:
    plan = Attachment("plan.png", "image/png", b"plan", "plan@pli")
    draft = Draft(CAMILLE, [PAUL], html='<img src="cid:plan@pli">', attachments=[plan])
    message = mime.read_bytes(compose(draft, NOW).raw)
    assert [part.content_id for part in message.attachments] == ["plan@pli"]


def test_a_message_inside_leaves_as_it_is() -> None:
    inside = b"Subject: =?utf-8?q?=C3=A9?=\r\nDKIM-Signature: x\r\n\r\nBonjour.\r\n"
    message = written(attachments=[Attachment("a.eml", "message/rfc822", inside)])
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "message/rfc822"
    assert (
        inside
        in compose(
            Draft(CAMILLE, [PAUL], attachments=[Attachment("a.eml", "message/rfc822", inside)]), NOW
        ).raw
    )


def test_a_message_inside_that_a_server_would_change_leaves_as_a_file() -> None:
    for odd in (b"Subject: \xe9\r\n", b"a\nb", b"x" * 1200 + b"\r\n"):
        (part,) = written(
            attachments=[Attachment("a.eml", "message/rfc822", odd)]
        ).iter_attachments()
        assert part.get_content_type() == "application/octet-stream"
        assert part.get_content() == odd


def test_a_file_on_disk_is_read_while_the_message_is_written(tmp_path: Path) -> None:
    file = tmp_path / "film"
    file.write_bytes(bytes(3 << 20))
    composed = compose(
        Draft(CAMILLE, [PAUL], attachments=[Attachment("film", "video/mp4", file)]), NOW
    )
    assert max(map(len, composed.pieces())) < 1 << 19
    assert composed.raw == composed.raw
    (part,) = parsed(composed.raw).iter_attachments()
    assert part.get_content() == bytes(3 << 20)


def test_an_address_that_is_not_ascii_stands_as_it_is() -> None:
    zoe = Address("Zoé", "zoé@xn--cole-9oa.example")
    raw = compose(Draft(CAMILLE, [zoe]), NOW).raw
    assert list(mime.read_bytes(raw).to) == [zoe]


def test_a_receipt_is_asked_for_only_when_wanted() -> None:
    assert written(receipt=True)["Disposition-Notification-To"] == CAMILLE.address
    assert written()["Disposition-Notification-To"] is None


def test_references_fit_one_line_even_unfolded() -> None:
    references = [f"{n}{'z' * 200}@x" for n in range(12)]
    kept = str(written(references=references)["References"]).split()
    assert len(" ".join(kept)) <= 986
    assert (kept[0], kept[-1]) == (f"<{references[0]}>", f"<{references[-1]}>")


@given(html=st.text(st.characters(codec="utf-8"), max_size=400))
def test_any_html_makes_a_message_that_a_strict_parser_reads(html: str) -> None:
    message = written(html=html)
    raw = compose(Draft(CAMILLE, [PAUL], html=html), NOW).raw
    assert not any(part.defects for part in message.walk())
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
