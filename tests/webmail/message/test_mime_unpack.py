"""Files hidden in texts and in Outlook's winmail.dat, transfer encodings, names of files."""

import struct
import time

import pytest

from webmail.formats import tnef, unpack
from webmail.message import filenames
from webmail.message.contents import attachment_content
from webmail.message.message_bytes import MessageBytes
from webmail.readable import mime
from webmail.syntax import transfer

UU = b"begin 644 caf\xc3\xa9.txt\r\n%8V%FPZD \r\n`\r\nend\r\n"


def test_a_uuencoded_file_leaves_the_text_and_is_offered() -> None:
    text, files = unpack.from_text(b"avant\r\n" + UU + b"apr\xc3\xa8s")
    assert text == b"avant\r\napr\xc3\xa8s"
    assert files == (unpack.File("café.txt", "café".encode()),)


def test_several_files_in_one_text_are_told_apart() -> None:
    whole = MessageBytes(b"\r\n" + UU + b"milieu\r\n" + UU.replace(b".txt", b".csv"))
    message = mime.read_bytes(whole.raw)
    assert message.text == "milieu\n"
    assert [part.section for part in message.attachments] == ["1!1", "1!2"]
    for part in message.attachments:
        assert attachment_content(whole.tree, part.section, whole.fetch) == "café".encode()


def test_a_sentence_that_begins_like_a_file_stays() -> None:
    text = b"begin 644 things at once\r\nand never finish them\r\nend\r\n"
    assert unpack.from_text(text) == (text, ())


def test_a_file_after_such_a_sentence_is_found() -> None:
    text = b"begin 644 things\r\nnot a line of a file\r\n\r\n" + UU
    assert [file.name for file in unpack.from_text(text)[1]] == ["café.txt"]


def tnef_object(level: int, name: int, content: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(content)) + content + b"\0\0"


def winmail(*objects: bytes) -> bytes:
    return struct.pack("<IH", tnef.SIGNATURE, 1) + b"".join(objects)


def test_the_text_and_the_files_of_a_winmail_dat_are_read() -> None:
    html = "<p>été</p>".encode("cp1252")
    properties = struct.pack("<IHHIHHII", 2, 3, 0x3FDE, 1252, 0x102, 0x1013, 1, len(html))
    opened = tnef.read(
        winmail(
            tnef_object(1, tnef.MAPI_PROPS, properties + html + b"\0\0"),
            tnef_object(2, tnef.ATTACH_RENDERING, b""),
            tnef_object(2, tnef.ATTACH_TITLE, b"a.txt\0"),
            tnef_object(2, tnef.ATTACH_DATA, b"abc"),
        )
    )
    assert opened.html == "<p>été</p>"
    assert opened.files == (unpack.File("a.txt", b"abc"),)


@pytest.mark.parametrize("kind", [0x1003, 0x1102, 0x0102, 0x101F, 0x0003, 0x7777])
def test_the_counts_of_a_hostile_winmail_dat_are_not_believed(kind: int) -> None:
    endless = struct.pack("<IHHI", 0xFFFFFFFF, kind, 0x1000, 0xFFFFFFFF)
    started = time.monotonic()
    opened = tnef.read(winmail(tnef_object(1, tnef.MAPI_PROPS, endless * 1000)))
    assert time.monotonic() - started < 1
    assert opened.files == ()


def test_a_winmail_dat_that_cannot_be_opened_is_offered_as_it_is() -> None:
    message = mime.read_bytes(
        b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nnothing of the kind"
    )
    assert [part.name for part in message.attachments] == ["winmail.dat"]


@pytest.mark.parametrize(
    ("data", "encoding", "content"),
    [
        (b"QUJD", "base64", b"ABC"),
        (b"Q U\r\nJ*D", "base64", b"ABC"),
        (b"QQ==QUJD", "base64", b"AABC"),
        (b"QUJDR", "base64", b"ABC"),
        (b"a=  \r\nb", "quoted-printable", b"ab"),
        (b"a=C3=a9=XY", "quoted-printable", b"a\xc3\xa9=XY"),
        (b"a  \r\nb\t\n", "quoted-printable", b"a\r\nb\n"),
        (b"begin 644 x\n#86)C\n`\nend\n", "x-uuencode", b"abc"),
        (b"QUJD", "x-unknown", b"QUJD"),
        (b"", "quoted-printable", b""),
    ],
)
def test_an_encoding_is_decoded_as_far_as_it_can_be(
    data: bytes, encoding: str, content: bytes
) -> None:
    assert transfer.decode(data, encoding) == content
    for size in (1, 2, 3, 7):
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        assert b"".join(transfer.decode_pieces(pieces, encoding)) == content


def test_the_size_of_an_attachment_is_known_before_it_is_fetched() -> None:
    for size in (0, 1, 56, 57, 58, 1000, 100_000):
        lines = -(-size // 57)
        octets = -(-size // 3) * 4 + 2 * max(lines - 1, 0)
        assert abs(transfer.estimated_size(octets, "base64") - size) <= 4


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\anne\\Bilan.xls", "Bilan.xls"),
        ("CR 05/03.pdf", "CR 05_03.pdf"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ('le "grand" plan.txt', "le 'grand' plan.txt"),
        ("Réunion : ordre du jour ?.pdf", "Réunion - ordre du jour _.pdf"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ("facture.exe. ", "facture.exe"),
        ("--help.txt", "help.txt"),
        ("👩‍🔬.txt", "👩‍🔬.txt"),
        ("", "pièce jointe 1.pdf"),
        ("..", "pièce jointe 1.pdf"),
        ("\u202e", "pièce jointe 1.pdf"),
    ],
)
def test_a_name_is_safe_on_every_system(written: str, shown: str) -> None:
    assert filenames.safe(written, "application/pdf", 1) == shown


@pytest.mark.parametrize("letter", ["a", "é", "𠮷"])
def test_a_long_name_keeps_its_extension_and_fits_every_file_system(letter: str) -> None:
    name = filenames.safe(letter * 5000 + ".pdf", "application/pdf", 1)
    assert name.endswith(letter + ".pdf")
    assert len(name.encode()) <= 255


@pytest.mark.parametrize(
    "name", ["a.exe", "a.pdf.js", "A.SCR", "a.docm", "a.html", "a.svg", "a.lnk", "a.iso"]
)
def test_files_that_can_harm_are_dangerous(name: str) -> None:
    assert filenames.is_dangerous(name, "application/octet-stream")


@pytest.mark.parametrize(
    "name", ["a.pdf", "a.docx", "a.exe.txt", "a.odt", "a.zip", "a.png", "exe", "a.ics"]
)
def test_everyday_files_are_not(name: str) -> None:
    assert not filenames.is_dangerous(name, "application/octet-stream")
