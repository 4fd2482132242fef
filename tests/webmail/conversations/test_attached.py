"""Attachments through the real mail server: whole, in pieces, all at once, looked at, and nobody else's."""

import asyncio
import base64
import hashlib
import io
import os
import tracemalloc
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import cast
from zipfile import ZipFile

import pytest
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests.people import Academy, Person
from tests.webmail.imap.counted_wire import counted_wire
from tests.webmail.test_first_mail import browser_of, letter, open_message, put
from webmail.conversations.chips import Chip, Files
from webmail.imap import POOL, session
from webmail.imap.reading import TOGETHER

pytestmark = pytest.mark.django_db(transaction=True)

LARGE = bytes(at * 31 % 253 for at in range(400_000))  # more than is fetched at once
MULTIPART = (
    b"From: nadia.benali@ac-normandie.fr\r\nTo: camille.lefevre@ac-normandie.fr\r\n"
    b"Subject: %b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=limite\r\n\r\n"
    b"--limite\r\n\r\nVoici.\r\n--limite\r\nContent-Type: %b\r\n"
    b'Content-Disposition: attachment; filename="%b"\r\n'
    b"Content-Transfer-Encoding: %b\r\n\r\n%b\r\n--limite--\r\n"
)


def in_lines(content: bytes, line: int = 76) -> bytes:
    digits = base64.b64encode(content)
    return b"\r\n".join(digits[at : at + line] for at in range(0, len(digits), line))


def store(
    reader: Person,
    subject: str,
    encoded: bytes,
    *,
    name: str = "film.mp4",
    kind: str = "video/mp4",
    encoding: str = "base64",
) -> None:
    pieces = (subject.encode(), kind.encode(), name.encode(), encoding.encode(), encoded)
    with session(reader.address, reader.address) as mail:
        mail.append("INBOX", MULTIPART % pieces)


def files_of(client: Client, person: Person, subject: str) -> Files:
    page = client.get(open_message(client, person, subject))
    return cast(Files, page.context["reading"].files)


def chip_of(client: Client, person: Person, subject: str) -> Chip:
    (chip,) = files_of(client, person, subject).chips
    return chip


def content_of(response: HttpResponseBase) -> bytes:
    """Read as the web server reads it: piece by piece."""
    if not isinstance(response, StreamingHttpResponse):
        return bytes(response.content)  # type: ignore[attr-defined]

    async def collected() -> bytes:
        pieces = cast(AsyncIterator[bytes], response.streaming_content)
        return b"".join([piece async for piece in pieces])

    return asyncio.run(collected())


def piece(client: Client, url: str, field: str) -> HttpResponseBase:
    return client.get(url, headers={"Range": field})


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [
        (in_lines(LARGE), "base64"),
        (in_lines(LARGE, 64), "base64"),
        (LARGE.hex().encode(), "8bit"),
        (in_lines(b"petit"), "base64"),
    ],
)
def test_a_piece_of_a_file_comes_alone(academy: Academy, encoded: bytes, encoding: str) -> None:
    store(academy.camille, "Film", encoded, encoding=encoding)
    client = browser_of(academy.camille)
    url = chip_of(client, academy.camille, "Film").download_url
    whole = client.get(url)
    content = content_of(whole)
    assert int(whole["Content-Length"]) == len(content)
    for start, end in ((0, 1), (3, 5), (len(content) // 2, len(content) // 2 + 300_000)):
        part = piece(client, url, f"bytes={start}-{end - 1}")
        expected = content[start:end]
        assert part.status_code == 206
        last = start + len(expected) - 1
        assert part["Content-Range"] == f"bytes {start}-{last}/{len(content)}"
        assert content_of(part) == expected
        assert int(part["Content-Length"]) == len(expected)
    assert content_of(piece(client, url, "bytes=-2")) == content[-2:]
    refused = piece(client, url, f"bytes={len(content)}-")
    assert (refused.status_code, refused["Content-Range"]) == (416, f"bytes */{len(content)}")


def test_a_piece_of_what_the_browser_has_no_more_is_all_of_it(academy: Academy) -> None:
    store(academy.camille, "Film", in_lines(LARGE))
    client = browser_of(academy.camille)
    url = chip_of(client, academy.camille, "Film").download_url
    tag = client.head(url)["ETag"]
    same = client.get(url, headers={"Range": "bytes=5-9", "If-Range": tag})
    other = client.get(url, headers={"Range": "bytes=5-9", "If-Range": '"autre"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert content_of(same) == LARGE[5:10]


def test_irregular_lines_come_whole_and_right_without_a_promise(academy: Academy) -> None:
    lines = in_lines(LARGE).split(b"\r\n")
    spoilt = b"\r\n".join([*lines[:3000], lines[3000][:30], lines[3000][30:], *lines[3001:]])
    store(academy.camille, "Film", spoilt)
    client = browser_of(academy.camille)
    url = chip_of(client, academy.camille, "Film").download_url
    response = piece(client, url, "bytes=10-19")
    assert response.status_code == 200
    assert "Accept-Ranges" not in response
    assert "Content-Length" not in response
    assert content_of(response) == LARGE


def test_quoted_printable_comes_whole(academy: Academy) -> None:
    encoded = b"=C3=A9t=C3=A9 =\r\n" * 20_000
    store(academy.camille, "Notes", encoded, name="a.txt", encoding="quoted-printable")
    client = browser_of(academy.camille)
    response = piece(client, chip_of(client, academy.camille, "Notes").download_url, "bytes=1-2")
    assert response.status_code == 200
    assert content_of(response).decode() == "été " * 20_000


def test_twenty_five_megabytes_lose_no_octet_and_take_no_memory(academy: Academy) -> None:
    content = os.urandom(25 << 20)
    store(academy.camille, "Lourd", in_lines(content), name="lourd.bin")
    client = browser_of(academy.camille)
    page = client.get(open_message(client, academy.camille, "Lourd"))
    (chip,) = page.context["reading"].files.chips
    response = cast(StreamingHttpResponse, client.get(chip.download_url))

    async def hashed() -> tuple[str, int]:
        digest, pieces = hashlib.sha256(), cast(AsyncIterator[bytes], response.streaming_content)
        tracemalloc.start()
        async for received in pieces:
            digest.update(received)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return digest.hexdigest(), peak

    digest, peak = asyncio.run(hashed())
    assert digest == hashlib.sha256(content).hexdigest()
    assert peak < 8 << 20


def test_pieces_are_asked_for_together_and_leave_the_connection_usable(academy: Academy) -> None:
    person, encoded = academy.camille, in_lines(LARGE)
    store(person, "Film", encoded)
    for chunk in (1 << 16, len(encoded), len(encoded) // 4, len(encoded) * 2):
        with session(person.address, person.address) as mail:
            mail.select("INBOX")
            before = mail.round_trips
            assert b"".join(mail.part_stream(1, "2", chunk)) == encoded
            assert mail.round_trips - before <= len(encoded) // chunk // TOGETHER + 1
            assert (
                b"".join(mail.part_stream(1, "2", chunk, start=9, end=70_000)) == encoded[9:70_000]
            )
            assert mail.is_quiet()
        with session(person.address, person.address) as again:
            assert again is mail


def test_all_files_come_in_one_archive_each_under_its_own_name(academy: Academy) -> None:
    message = letter(academy.nadia, academy.camille, "Dossier : été/hiver")
    for name in ("Été.pdf", "été.PDF", "../con.txt", "\u202egnp.exe"):
        message.add_attachment(name.encode(), maintype="application", subtype="pdf", filename=name)
    message.add_attachment(LARGE, maintype="application", subtype="zip", filename="gros.zip")
    put(academy.camille, message)
    client = browser_of(academy.camille)
    files = files_of(client, academy.camille, "Dossier : été/hiver")
    response = client.get(files.all_url)
    assert "Dossier" in response["Content-Disposition"]
    with ZipFile(io.BytesIO(content_of(response))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert archive.read("gros.zip") == LARGE
        assert archive.read("Été.pdf") == "Été.pdf".encode()
    assert names == ["Été.pdf", "été (2).PDF", "_con.txt", "gnp.exe", "gros.zip"]


def test_one_file_alone_needs_no_archive(academy: Academy) -> None:
    store(academy.camille, "Seul", in_lines(b"x"))
    client = browser_of(academy.camille)
    assert files_of(client, academy.camille, "Seul").all_url == ""


def test_a_risky_file_is_warned_of_before_it_comes(academy: Academy) -> None:
    store(academy.camille, "Facture", in_lines(b"MZ"), name="facture.pdf.exe", kind="image/png")
    client = browser_of(academy.camille)
    chip = chip_of(client, academy.camille, "Facture")
    page = client.get(chip.url)
    assert chip.url != chip.download_url
    assert "Télécharger quand même" in page.content.decode()
    assert client.get(chip.url.replace("/apercu/", "/vue/")).status_code == 404


@pytest.mark.parametrize(
    ("name", "kind", "content", "words"),
    [
        ("notes.txt", "text/plain; charset=iso-8859-15", "Élève à 10 €".encode("iso-8859-15"),
         "Élève à 10 €"),
        ("notes.txt", "application/octet-stream", b"<script>alert(1)</script>",
         "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("liste.csv", "text/csv", b"Nom;Classe\r\nZoe;4B", '<th scope="col">Classe</th>'),
        ("rdv.ics", "text/calendar",
         b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Conseil\r\nDTSTART:20261124T160000Z\r\n"
         b"LOCATION:Salle 12\r\nEND:VEVENT\r\nEND:VCALENDAR", "24 novembre 2026, 17:00"),
        ("Nadia.vcf", "text/vcard", b"BEGIN:VCARD\r\nFN:Nadia B.\r\nTEL:02\r\nEND:VCARD", "Nadia B."),
        ("photo.png", "image/png", b"\x89PNG\r\n\x1a\n", "/vue/2/photo.png"),
        ("cours.pdf", "application/pdf", b"%PDF-1.4", "/vue/2/cours.pdf#navpanes=0"),
        ("voix.mp3", "audio/mpeg", b"ID3", "<audio controls"),
        ("film.webm", "video/webm", b"\x1aE", "<video controls"),
    ],
)  # fmt: skip
def test_a_file_is_looked_at_on_a_page(
    academy: Academy, name: str, kind: str, content: bytes, words: str
) -> None:
    store(academy.camille, "Fichier", in_lines(content), name=name, kind=kind)
    client = browser_of(academy.camille)
    page = client.get(chip_of(client, academy.camille, "Fichier").url)
    assert words in page.content.decode()


def test_only_the_beginning_of_a_long_text_is_shown_and_said(academy: Academy) -> None:
    store(academy.camille, "Long", in_lines(b"ligne\n" * 100_000), name="a.txt", kind="text/plain")
    client = browser_of(academy.camille)
    page = client.get(chip_of(client, academy.camille, "Long").url).content
    assert "Seul le début est montré".encode() in page
    assert len(page) < 400_000


def test_what_is_sent_as_it_is_can_do_nothing(academy: Academy) -> None:
    store(academy.camille, "Cours", in_lines(b"%PDF-1.4"), name="cours.pdf", kind="application/pdf")
    store(academy.camille, "Page", in_lines(b"<script>"), name="page.html", kind="text/html")
    client = browser_of(academy.camille)
    pdf = client.get(chip_of(client, academy.camille, "Cours").url.replace("/apercu/", "/vue/"))
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'self'"
    assert pdf["X-Content-Type-Options"] == "nosniff"
    assert pdf["Content-Disposition"].startswith("inline")
    page = chip_of(client, academy.camille, "Page")
    download = client.get(page.download_url)
    assert download["Content-Type"] == "application/octet-stream"
    assert download["Content-Disposition"].startswith("attachment")
    assert "sandbox" in download["Content-Security-Policy"]
    assert client.get(page.url.replace("/apercu/", "/vue/")).status_code == 404


def enclosing(academy: Academy, kind: str) -> EmailMessage:
    inner = letter(academy.bastien, academy.nadia, "Le message joint", "Texte du dedans.\n")
    inner.add_alternative(
        '<p>Texte du dedans</p><img src="cid:p"><img src="http://x.example/p">', subtype="html"
    )
    inner.add_attachment(b"contenu", maintype="text", subtype="plain", filename="dedans.txt")
    inner.add_attachment(b"autre", maintype="text", subtype="plain", filename="encore.txt")
    outer = letter(academy.nadia, academy.camille, "Pour information")
    if kind == "message":
        outer.add_attachment(inner)
    else:
        outer.add_attachment(
            inner.as_bytes(), maintype="application", subtype="octet-stream", filename="Joint.eml"
        )
    return outer


@pytest.mark.parametrize("kind", ["message", "file"])
@pytest.mark.parametrize("size", ["small", "large"])
def test_an_enclosed_message_opens_with_its_own_files(
    academy: Academy, kind: str, size: str
) -> None:
    message = enclosing(academy, kind)
    if size == "large":
        message.add_attachment(LARGE, maintype="application", subtype="x", filename="gros.bin")
    put(academy.camille, message)
    client = browser_of(academy.camille)
    files = files_of(client, academy.camille, "Pour information")
    page = client.get(files.chips[0].url, follow=True)
    shown = page.context["page"]
    assert shown.subject == "Le message joint"
    assert shown.remote_images == 1
    assert academy.bastien.address in page.content.decode()
    frame = client.get(shown.body.frame_url)
    assert "Texte du dedans" in frame.content.decode()
    assert "sandbox" in frame["Content-Security-Policy"]
    inside = {chip.name: chip for chip in shown.files.chips}
    assert content_of(client.get(inside["dedans.txt"].download_url)) == b"contenu"
    with ZipFile(io.BytesIO(content_of(client.get(shown.files.all_url)))) as archive:
        assert sorted(archive.namelist()) == ["dedans.txt", "encore.txt"]


def test_an_enclosed_message_is_read_in_place_too(academy: Academy) -> None:
    put(academy.camille, enclosing(academy, "message"))
    client = browser_of(academy.camille)
    page = client.get(open_message(client, academy.camille, "Pour information"))
    (inner,) = page.context["reading"].enclosed
    assert f'src="{inner.inline_url}" loading="lazy"' in page.content.decode()
    frame = client.get(inner.inline_url)
    for said in ("Le message joint</h1>", academy.bastien.address, "Texte du dedans"):
        assert said in frame.content.decode()
    assert "img-src data: http" in frame["Content-Security-Policy"]
    assert 'src="http://' not in frame.content.decode()
    assert browser_of(academy.bastien).get(inner.inline_url).status_code == 404
    assert client.get(inner.inline_url.replace("/2/", "/9/")).status_code == 404


def test_what_is_no_message_is_not_read_as_one(academy: Academy) -> None:
    store(academy.camille, "Film", in_lines(LARGE))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Film")
    assert client.get(f"{url}joint/9/").status_code == 404
    assert client.get(f"{url}joint/TEXT/").status_code == 404


@pytest.mark.parametrize("name", ["attachment", "shown_file", "preview"])
def test_a_file_of_somebody_else_is_a_missing_one(academy: Academy, name: str) -> None:
    store(academy.camille, "Photo", in_lines(LARGE), name="a.png", kind="image/png")
    client, stranger = browser_of(academy.camille), browser_of(academy.bastien)
    place = open_message(client, academy.camille, "Photo")
    numbers = [int(word) for word in place.split("/") if word.isdigit()]
    url = reverse(name, args=[*numbers, "2", "a.png"])
    assert client.get(url).status_code == 200
    assert stranger.get(url).status_code == 404
    assert Client().get(url).status_code == 302
    missing = reverse(name, args=[*numbers, "7", "a.png"])
    assert client.get(missing).status_code == 404


@pytest.mark.parametrize(
    "end", ["pieces.zip", "joint/2/", "joint/2/corps/", "joint/2/pieces.zip", "imprimer/"]
)
def test_whatever_else_of_a_message_is_nobody_elses(academy: Academy, end: str) -> None:
    put(academy.camille, enclosing(academy, "message"))
    client, stranger = browser_of(academy.camille), browser_of(academy.bastien)
    url = open_message(client, academy.camille, "Pour information") + end
    assert client.get(url).status_code == 200
    assert stranger.get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_the_files_of_a_message_that_went_away_are_missing(academy: Academy) -> None:
    store(academy.camille, "Film", in_lines(LARGE))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Film").replace("message/1/", "message/77/")
    for end in ("piece/2/film.mp4", "apercu/2/film.mp4", "pieces.zip", "joint/2/", "imprimer/"):
        assert client.get(url + end).status_code == 404, end


def test_opening_a_message_with_25_megabytes_moves_only_its_text(
    academy: Academy, settings: Settings
) -> None:
    store(academy.camille, "Lourd", in_lines(os.urandom(25 << 20)), name="lourd.bin")
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Lourd")
    with counted_wire((settings.IMAP_HOST, settings.IMAP_PORT)) as wire:
        settings.IMAP_PORT = wire.port
        settings.IMAP_POOL_SIZE = 0
        POOL.close()
        assert "Voici." in client.get(url).content.decode()
        opened = wire.received
        assert "Voici." in client.get(f"{url}imprimer/").content.decode()
        assert 0 < opened < 16 << 10  # most of it is the sign-in
        assert wire.received == opened  # what was read a moment ago is kept
        content_of(piece(client, f"{url}piece/2/lourd.bin", "bytes=20000000-20000009"))
        assert wire.received < opened + (40 << 10)
