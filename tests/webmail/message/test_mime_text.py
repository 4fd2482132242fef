"""Octets to text: charsets, encoded words, dates, flowed paragraphs."""

from datetime import UTC, datetime

import pytest

from webmail.readable import mime
from webmail.syntax import charsets, flowed, headers, parameters


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        (b"caf\xe9", "iso-8859-1", "café"),
        (b"20 \x80", "latin1", "20 €"),
        (b"caf\xc3\xa9", "UTF8", "café"),
        (b"caf\xc3\xa9", '"utf-8"', "café"),
        (b"caf\xc3\xa9", "utf-8; format=flowed", "café"),
        (b"caf\xe9", "iso8859_1", "café"),
        (b"caf\xe9", "cp-1252", "café"),
        (b"\xfe\xff\x00c\x00a", "utf-16", "ca"),
        (b"\x1b$B-!\x1b(B", "iso-2022-jp", "①"),
        (b"\x1b$)C\x0e\x3e\x4f\x0f", "iso-2022-kr", "암"),
        (b"~{<:Ky2;~}", "hz-gb-2312", "己所不"),
        (b"\x87\x40", "shift_jis", "①"),
        (b"\xa4\xa4", "cp932", "､､"),
        (b"\x82", "ibm850", "é"),
    ],
)
def test_a_label_is_read_as_browsers_and_mail_programs_do(
    data: bytes, label: str, text: str
) -> None:
    assert charsets.decode(data, label) == text


@pytest.mark.parametrize("label", ["", "us-ascii", "x-unknown", "unknown-8bit", "idna", "rot13"])
def test_without_a_usable_label_utf_8_then_the_western_charset_are_tried(label: str) -> None:
    assert charsets.decode("déjà vu".encode(), label) == "déjà vu"
    assert charsets.decode("déjà vu".encode("cp1252"), label) == "déjà vu"


def test_a_text_in_another_script_is_guessed() -> None:
    sentence = "Заседание перенесено на четверг, библиотека закрыта до завтра. "
    assert charsets.decode((sentence * 3).encode("koi8-r")) == sentence * 3


def test_utf_8_under_a_latin_label_is_recognised() -> None:
    assert charsets.decode("l’été".encode(), "iso-8859-1") == "l’été"


def test_latin_text_that_happens_to_be_valid_utf_8_keeps_its_label() -> None:
    assert charsets.decode(b"\xc9\xbb", "iso-8859-1") == "É»"


def test_one_bad_octet_does_not_change_the_charset_of_a_page() -> None:
    assert charsets.decode("é".encode() * 9 + b"\xff", "utf-8") == "é" * 9 + "\ufffd"


def test_a_latin_text_labelled_utf_8_is_still_read() -> None:
    assert charsets.decode("Présence à 8 h".encode("cp1252"), "utf-8") == "Présence à 8 h"


def test_the_meta_of_a_page_counts_only_without_a_label() -> None:
    page = '<meta charset="koi8-r"><p>четверг'.encode("koi8-r")
    assert charsets.decode(page, is_html=True).endswith("четверг")
    assert charsets.decode("<meta charset=koi8-r>été".encode(), "utf-8", is_html=True).endswith(
        "été"
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?B?ww==?= =?utf-8?B?iQ==?=", "É"),
        ("Re: =?utf-8?Q?=C3=A9?= (x) =?utf-8?Q?a?=", "Re: é (x) a"),
        ("=?utf-8?Q?a b?=", "a b"),
        ("=?utf-8?Q?a?b?=", "a?b"),
        ("=?iso-8859-1?Q?Caf=E9_au_lait?=", "Café au lait"),
        ("=?utf-8?Q?Caf=E9?=", "Café"),
        ("=?utf-8?B?UsOpdW5pb24?=", "Réunion"),
        ("=?UTF-8?B?w4k=?=t=?utf-8?Q?=C3=A9?=", "Été"),
        ("=?utf-8?B?UsOpdW5", "=?utf-8?B?UsOpdW5"),
        ("=?=?=", "=?=?="),
    ],
)
def test_encoded_words_are_read(written: str, read: str) -> None:
    assert headers.text(written) == read


def test_a_decoded_line_end_never_ends_the_line() -> None:
    assert headers.text("=?utf-8?Q?a=0D=0ABcc:_b=E2=80=A8c?=") == "a Bcc: b c"


def test_a_subject_cannot_turn_the_direction_of_what_surrounds_it() -> None:
    assert headers.text("fac\u202eture\u2069") == "facture"


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        (b"Tue, 5 Mar 2024 14:07:00 +0100 (CET)", datetime(2024, 3, 5, 13, 7, tzinfo=UTC)),
        (b"Tue Mar  5 14:07:00 2024", datetime(2024, 3, 5, 14, 7, tzinfo=UTC)),
        (b"5 Mar 124 14:07:00 GMT", datetime(2024, 3, 5, 14, 7, tzinfo=UTC)),
        (b"2024-03-05 14:07:00 +0100", datetime(2024, 3, 5, 13, 7, tzinfo=UTC)),
        (b"Tue, 5 Mar 2024 23:59:60 -0000", datetime(2024, 3, 5, 23, 59, 59, tzinfo=UTC)),
        (b"Fri, 31 Feb 2024 10:00:00 +0000", None),
        (b"Tue, 5 Mar 2024 14:07:00 +9900", None),
        (b"Tue, 5 Mar 99999 14:07:00 +0000", None),
        (b"", None),
    ],
)
def test_a_date_is_a_moment_or_nothing(written: bytes, moment: datetime | None) -> None:
    assert headers.date(written) == moment


def test_a_header_without_end_is_bounded_and_said_to_be() -> None:
    message = mime.read_bytes(b"Subject: a\n" + b"X: y\n" * 400_000)
    assert message.subject == "a"
    assert message.problems == {"header"}


def test_a_text_without_any_header_is_shown() -> None:
    assert mime.read_bytes(b"Bonjour\n\ntout le monde").text == "Bonjour\n\ntout le monde"


def test_a_body_that_no_blank_line_announces_is_shown() -> None:
    message = mime.read_bytes(b"Subject: a\r\nBonjour tout le monde.\r\n")
    assert (message.subject, message.text) == ("a", "Bonjour tout le monde.\n")


@pytest.mark.parametrize("prefix", [b"\xef\xbb\xbf", b"From x Tue Mar  5 2024\r\n", b">From x\n"])
def test_what_stands_before_the_first_field_is_skipped(prefix: bytes) -> None:
    assert mime.read_bytes(prefix + b"Subject: a\r\n\r\nb").subject == "a"


def test_old_macintosh_line_ends_are_line_ends() -> None:
    message = mime.read_bytes(b"Subject: a\rTo: b@c.fr\r\rd\re")
    assert (message.subject, message.text) == ("a", "d\ne")


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (b"attachment; filename*=UTF-8''R%C3%A9sum%C3%A9.pdf", "Résumé.pdf"),
        (b"attachment; filename*1*=%A9.pdf; filename*0*=UTF-8''%C3", "é.pdf"),
        (b'attachment; filename*0=a; filename*1="b c"; filename*2*=%2Ed', "ab c.d"),
        (b"attachment; filename=plan de classe.pdf", "plan de classe.pdf"),
        (b'attachment; filename="a;b.pdf"; x=y', "a;b.pdf"),
        (b'attachment; filename="a.pdf', "a.pdf"),
        (b'attachment; filename="=?utf-8?Q?=C3=A9?=.pdf"', "é.pdf"),
        (b'attachment; filename="caf\xe9.pdf"', "café.pdf"),
        (b"attachment; filename*=%C3%A9.pdf", "é.pdf"),
        (b"attachment; filename=a.pdf; filename=b.pdf", "a.pdf"),
    ],
)
def test_the_name_of_a_file_is_read_however_it_is_written(field: bytes, name: str) -> None:
    assert parameters.decode(parameters.split(field)[1])["filename"] == name


def test_flowed_paragraphs_join_at_their_own_quote_depth() -> None:
    text = "Un \r\ndeux \r\n> cité \r\n> suite\r\n>> plus\r\n-- \r\nAnne "
    assert flowed.unflow(text) == "Un deux \n> cité suite\n>> plus\n-- \nAnne "


def test_delsp_removes_the_space_of_a_soft_line_end_only() -> None:
    assert flowed.unflow("cou \npé en \ndeux", delete_space=True) == "coupé endeux"


def test_a_stuffed_line_loses_one_space() -> None:
    assert flowed.unflow(" >pas une citation\n  deux") == ">pas une citation\n deux"
