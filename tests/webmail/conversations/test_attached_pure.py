"""Pieces of files: where an octet of a base64 part stands, and which piece a browser asks for."""

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.files.byte_ranges import OutOfRange, asked_range
from webmail.files.previews import Kind, kind_of, media_type
from webmail.formats import sheets, vcards
from webmail.syntax import transfer
from webmail.syntax.base64_lines import SAMPLE, Base64Lines, measured


def written(content: bytes, line: int, end: bytes = b"") -> bytes:
    digits = base64.b64encode(content)
    lines = (digits[at : at + line] for at in range(0, len(digits), line))
    return b"\r\n".join(lines) + end


def measure(transferred: bytes) -> Base64Lines | None:
    return measured(len(transferred), transferred[:SAMPLE], transferred[-SAMPLE:])


@given(
    st.integers(200, 20_000),
    st.sampled_from([4, 60, 64, 72, 76, 996]),
    st.sampled_from([b"", b"\r\n", b"\r\n\r\n"]),
    st.data(),
)
def test_any_piece_is_found_among_the_lines(
    size: int, line: int, end: bytes, data: st.DataObject
) -> None:
    content = bytes(at * 7 % 251 for at in range(size))
    transferred = written(content, line, end)
    lines = measure(transferred)
    if lines is None:
        assert len(content) * 4 // 3 < line + 4  # a single line, with its padding
        return
    assert lines.size == size
    start = data.draw(st.integers(0, size - 1))
    count = data.draw(st.integers(1, size - start))
    begin, octets, skipped = lines.span(start, count)
    decoded = transfer.decode(transferred[begin : begin + octets], "base64")
    assert decoded[skipped : skipped + count] == content[start : start + count]


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda lines: [*lines[:3], b"", *lines[3:]],
        lambda lines: [*lines[:40], lines[40][:20], lines[40][20:], *lines[41:]],
        lambda lines: [line + b" " for line in lines],
        lambda lines: [*lines[:-1], b"=" + lines[-1]],
        lambda lines: [b"Bonjour", *lines],
        lambda lines: [line[:-1] for line in lines],
    ],
)
def test_irregular_lines_are_noticed(spoilt: Callable[[list[bytes]], list[bytes]]) -> None:
    lines = written(bytes(range(256)) * 60, 76).split(b"\r\n")
    assert measure(b"\r\n".join(lines)) is not None
    assert measure(b"\r\n".join(spoilt(lines))) is None


@pytest.mark.parametrize(
    ("field", "piece"),
    [
        ("", None),
        ("bytes=0-", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 10)),
        ("bytes=90-500", (90, 10)),
        ("bytes=-30", (70, 30)),
        ("bytes=-500", (0, 100)),
        ("Bytes = 5 - 9", (5, 5)),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=٣-٤", None),
    ],
)
def test_a_range_is_what_the_browser_means(field: str, piece: tuple[int, int] | None) -> None:
    assert asked_range(field, 100) == piece


@pytest.mark.parametrize("field", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused(field: str) -> None:
    with pytest.raises(OutOfRange):
        asked_range(field, 100)


@pytest.mark.parametrize(
    ("name", "told", "kind"),
    [
        ("photo.jpg", "image/jpeg", Kind.PICTURE),
        ("photo.jpg", "application/octet-stream", Kind.PICTURE),
        ("plan.svg", "image/svg+xml", None),
        ("page.html", "text/html", None),
        ("page.html", "text/plain", None),
        ("image.png.exe", "image/png", None),
        ("cours.pdf", "application/x-pdf", Kind.PDF),
        ("film.mov", "video/quicktime", Kind.FILM),
        ("voix.m4a", "audio/x-m4a", Kind.SOUND),
        ("voix.m4a", "application/octet-stream", Kind.SOUND),
        ("cours.ogg", "application/octet-stream", Kind.SOUND),
        ("photo.webp", "application/octet-stream", Kind.PICTURE),
        ("photo.heic", "application/octet-stream", None),
        ("notes.csv", "text/csv", Kind.SHEET),
        ("Re.eml", "application/octet-stream", Kind.MESSAGE),
        ("Re.eml", "message/rfc822", Kind.MESSAGE),
        ("rdv.ics", "text/calendar", Kind.EVENT),
        ("Nadia.vcf", "text/x-vcard", Kind.CARD),
        ("lisez.txt", "text/plain", Kind.TEXT),
        ("bilan.docx", "application/msword", None),
        ("x", 'audio/"><script>', None),
    ],
)
def test_a_file_is_looked_at_as_what_it_is(name: str, told: str, kind: Kind | None) -> None:
    assert kind_of(name, told) == kind


def test_a_film_of_one_maker_is_sent_as_what_browsers_play() -> None:
    assert media_type("film.mov", "video/quicktime") == "video/mp4"


def test_a_table_is_read_whatever_separates_its_cells() -> None:
    assert sheets.read("\ufeffNom;Classe\r\nÉlise;4ᵉ B\r\n") == [
        ["Nom", "Classe"],
        ["Élise", "4ᵉ B"],
    ]
    assert sheets.read('a,"b\n,c",d') == [["a", "b\n,c", "d"]]
    assert len(sheets.read("a;b\n" * 1000)) == sheets.MAX_ROWS
    assert sheets.read("x" * 300_000) == []


CARD = """BEGIN:VCARD\r
VERSION:3.0\r
N:Benali;Nadia;;Mme;\r
FN:Nadia Benali\r
ORG:Collège Jean Moulin;Vie\r
  scolaire\r
item1.EMAIL;TYPE=INTERNET:nadia.benali@ac-normandie.fr\r
TEL;VALUE=uri:tel:+33 2 31 00 00 00\r
ADR;TYPE=WORK:;;1\\, rue des Lilas;Caen;;14000;France\r
END:VCARD\r
"""


def test_a_card_says_who_it_is() -> None:
    (card,) = vcards.read(CARD)
    assert card.name == "Nadia Benali"
    assert card.organisation == "Collège Jean Moulin – Vie scolaire"
    assert card.emails == ("nadia.benali@ac-normandie.fr",)
    assert card.telephones == ("+33 2 31 00 00 00",)
    assert card.addresses == ("1, rue des Lilas, Caen, 14000, France",)


def test_an_old_card_writes_its_letters_as_mails_do() -> None:
    old = (
        "BEGIN:VCARD\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Lef=C3=A8vre;Cam=\nille\nEND:VCARD"
    )
    assert [card.name for card in vcards.read(old)] == ["Camille Lefèvre"]


@given(st.text())
def test_noise_is_no_card_and_harms_nothing(text: str) -> None:
    vcards.read(f"BEGIN:VCARD\n{text}\nEND:VCARD")
    sheets.read(text)
