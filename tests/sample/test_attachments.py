"""The sample's files open: each is read again by a reader that is not ours."""

import struct
import wave
import zipfile
import zlib
from io import BytesIO
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from icalendar import Calendar
from pypdf import PdfReader

from sample.attachments import MAKERS, attachment
from sample.chance import chance
from sample.letters import Attachment
from sample.pictures import jpeg_photo, landscape, png_chart

FACTS = {
    "jour": "mardi 24 novembre",
    "jour_iso": "20261124",
    "heure": "17 h 15",
    "classe": "4ᵉ B",
    "eleve": "Lina Mercier",
    "semaine": "47",
    "annee": "2027",
    "annee_scolaire": "2026-2027",
    "montant": "1 240,50",
    "nombre": "28",
    "reference": "2027-12345",
    "stamp": "20261110T080000Z",
}


def made(kind: str) -> Attachment:
    return attachment(kind, chance(kind), FACTS)


def kinds_of(ending: str) -> list[str]:
    return [kind for kind in MAKERS if made(kind).name.endswith(ending)]


def texts_of(package: zipfile.ZipFile, part: str) -> str:
    """The character data of an XML part, which must be well formed."""
    return "".join(ET.fromstring(package.read(part)).itertext())  # noqa: S314  (our own file)


@pytest.mark.parametrize("kind", MAKERS)
def test_a_file_is_the_same_at_each_run(kind: str) -> None:
    assert made(kind) == made(kind)


@pytest.mark.parametrize("kind", kinds_of(".pdf"))
def test_a_pdf_opens_and_its_text_can_be_read(kind: str) -> None:
    reader = PdfReader(BytesIO(made(kind).content), strict=True)
    title = str(reader.metadata and reader.metadata.title)
    assert title in reader.pages[0].extract_text()


def test_a_long_pdf_has_several_pages_and_the_teaching_pack_a_photo() -> None:
    assert len(PdfReader(BytesIO(made("circulaire").content)).pages) == 3
    pack = PdfReader(BytesIO(made("dossier-pedagogique").content)).pages[0]
    assert pack["/Resources"]["/XObject"]["/P"]["/Filter"] == "/DCTDecode"  # type: ignore[index]


@pytest.mark.parametrize("kind", kinds_of(".xlsx"))
def test_a_workbook_opens_with_a_heading_and_rows(kind: str) -> None:
    book = openpyxl.load_workbook(BytesIO(made(kind).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) >= 4
    assert all(len(row) == len(rows[0]) for row in rows)


@pytest.mark.parametrize("kind", [*kinds_of(".ods"), *kinds_of(".odt")])
def test_an_open_document_declares_itself_first_and_uncompressed(kind: str) -> None:
    file = made(kind)
    package = zipfile.ZipFile(BytesIO(file.content))
    first = package.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert package.read("mimetype").decode() == file.content_type
    assert len(texts_of(package, "content.xml")) > 50
    assert texts_of(package, "META-INF/manifest.xml") == ""


@pytest.mark.parametrize("kind", kinds_of(".docx"))
def test_a_word_document_holds_its_title(kind: str) -> None:
    package = zipfile.ZipFile(BytesIO(made(kind).content))
    assert len(texts_of(package, "word/document.xml")) > 50
    assert "word/document.xml" in package.read("_rels/.rels").decode()


def test_an_archive_of_photos_passes_its_own_check() -> None:
    package = zipfile.ZipFile(BytesIO(made("archive-photos").content))
    assert package.testzip() is None
    assert len(package.namelist()) == 4


def test_a_png_holds_as_many_pixels_as_it_says() -> None:
    png = png_chart([3, 8, 5], width=120, height=40)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (120, 40)
    start = png.index(b"IDAT") + 4
    (length,) = struct.unpack(">I", png[start - 8 : start - 4])
    assert len(zlib.decompress(png[start : start + length])) == 40 * (1 + 120 * 3)


def test_a_jpeg_holds_exactly_the_blocks_of_its_size() -> None:
    photo = jpeg_photo(landscape(chance(4)), 64, 48)
    assert photo.startswith(b"\xff\xd8\xff\xe0")
    frame = photo.index(b"\xff\xc0")
    assert struct.unpack(">HH", photo[frame + 5 : frame + 9]) == (48, 64)
    assert blocks_of(photo) == 3 * (64 // 8) * (48 // 8)


def blocks_of(photo: bytes) -> int:
    """Decodes the scan by the file's own Huffman tables (all codes of one table have one length)."""
    scan = photo.index(b"\xff\xda")
    data = photo[scan + 14 : -2].replace(b"\xff\0", b"\xff")
    bits = "".join(f"{octet:08b}" for octet in data)
    ac_symbols = bytes([0, *range(1, 11), *range(0x11, 0x1B)])
    position = blocks = 0
    while len(bits) - position >= 9:
        position += 4 + int(bits[position : position + 4], 2)
        while size := ac_symbols[int(bits[position : position + 5], 2)] & 15:
            position += 5 + size
        position += 5
        blocks += 1
    return blocks


def test_the_bell_is_a_second_and_a_half_of_sound() -> None:
    with wave.open(BytesIO(made("sonnerie").content)) as sound:
        assert sound.getnframes() / sound.getframerate() == pytest.approx(1.5, abs=0.01)


def test_a_voice_message_is_made_of_whole_mp3_frames() -> None:
    content = made("message-vocal").content
    starts = range(0, len(content), 417)
    assert all(content[n : n + 2] == b"\xff\xfb" for n in starts)
    assert len(content) % 417 == 0


def test_the_timetable_is_a_calendar_with_one_event() -> None:
    calendar = Calendar.from_ical(made("emploi-du-temps").content)
    assert isinstance(calendar, Calendar)
    assert [event.start.isoformat() for event in calendar.events] == ["2026-11-24"]


def test_the_card_has_a_name_and_an_address() -> None:
    lines = made("carte").content.decode().split("\r\n")
    assert "FN:Manon Lhermitte" in lines
    assert lines[0] == "BEGIN:VCARD"


@pytest.mark.parametrize(
    ("kind", "charset"), [("liste-eleves", "cp1252"), ("comptes-csv", "utf-8")]
)
def test_a_csv_is_semicolons_and_crlf(kind: str, charset: str) -> None:
    lines = made(kind).content.decode(charset).split("\r\n")
    assert all(line.count(";") == 2 for line in lines[:-1])
