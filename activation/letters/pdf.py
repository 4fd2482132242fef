"""Letters → one tagged PDF (PDF/UA-1), a page a person. No database, no network.

Why typst, and what was measured: docs/decisions/0010-letter-pdf.md.
"""

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
from django.contrib.staticfiles import finders
from django.utils.formats import date_format
from fontTools.ttLib import TTFont

from accounts.secrets import Code, Numen
from activation.codes import in_groups

TYPESETTER = Path(__file__).with_name("typesetter.py")
FONT = "vendor/fonts/atkinson-hyperlegible-next-{}-wght-normal.woff2"
MARK = "icons/pli.svg"
# The site's font comes in two files of one name; typst takes the first of a name for the whole of it.
ALPHABETS = {"latin": "", "latin-ext": " Ext"}
FAMILY_NAMES = (1, 16)  # OpenType `name` table: family, typographic family


class LettersUnset(Exception):
    """The PDF could not be made; the operator must look at fonts and libraries."""


@dataclass(frozen=True)
class Contact:
    """Who helps, and the lines below the name: telephone, address of the secretariat."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class LetterText:
    """What one letter says."""

    reference: str
    name: str
    address: tuple[str, ...]  # as on an envelope, the name included
    numen: Numen | None
    code: Code
    login: str
    until: date  # the last day on which the code works for sure
    page_url: str  # of the activation; the QR code adds the code as its fragment
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class Letterhead:
    """What all letters of a file say."""

    title: str
    academy: str
    service: str
    sender: tuple[str, ...]  # where the post brings back what it cannot deliver
    written_on: date


def pdf_of(head: Letterhead, letters: Sequence[LetterText]) -> bytes:
    """The PDF file, with the codes and the NUMEN in clear: seal it before it is kept.

    Raises LettersUnset.
    """
    batch = {
        "title": head.title,
        "academy": head.academy,
        "service": head.service,
        "sender": head.sender,
        "mark": _static_file(MARK).read_text(),
        "letters": [_page(head, letter) for letter in letters],
    }
    return _typeset(json.dumps(batch).encode())


def _typeset(batch: bytes) -> bytes:
    """In a process of its own, whose memory of codes ends with it. What it complains of may quote
    a letter, and is not repeated."""
    command = [sys.executable, str(TYPESETTER), _font_folder().name]
    done = subprocess.run(command, input=batch, capture_output=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise LettersUnset(f"The typesetter ended with {done.returncode}.")
    return done.stdout


def _page(head: Letterhead, letter: LetterText) -> dict[str, object]:
    return {
        "reference": letter.reference,
        "name": letter.name,
        "address": letter.address,
        "numen": numen_in_groups(letter.numen) if letter.numen else "",
        "code": in_groups(letter.code),
        "login": letter.login,
        "date": f"Le {_day(head.written_on)}",
        "until": _day(letter.until),
        "page": letter.page_url.partition("://")[2].rstrip("/"),
        "qr": _qr(f"{letter.page_url}#{letter.code.reveal()}"),
        "contacts": [{"name": one.name, "lines": one.lines} for one in letter.contacts],
    }


def numen_in_groups(numen: Numen) -> str:
    """``17E 98 76543 ABC``: easier to copy; spaces do not count where it is typed."""
    text = numen.reveal()
    return f"{text[:3]} {text[3:5]} {text[5:10]} {text[10:]}"


def _day(day: date) -> str:
    """``1er mars 2027``, with spaces that do not part."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {date_format(day, 'F Y')}".replace(" ", " ")


def _qr(url: str) -> str:
    """An SVG image. Level Q: a quarter of it may be creased or stained."""
    image = io.BytesIO()
    code = segno.make(url, error="q", micro=False)
    code.save(image, kind="svg", xmldecl=False, svgclass=None, lineclass=None, border=0)
    return image.getvalue().decode()


@cache
def _font_folder() -> "TemporaryDirectory[str]":
    """The site's own font as typst reads it; the folder goes when the process ends."""
    folder = TemporaryDirectory(prefix="pli-fonts-")
    for alphabet, suffix in ALPHABETS.items():
        font = TTFont(_static_file(FONT.format(alphabet)))
        font.flavor = None
        _rename(font, suffix)
        font.save(Path(folder.name, f"{alphabet}.ttf"))
    return folder


def _rename(font: TTFont, suffix: str) -> None:
    for record in font["name"].names:
        if record.nameID in FAMILY_NAMES:
            record.string = f"{record.toUnicode()}{suffix}"


def _static_file(name: str) -> Path:
    """Raises FileNotFoundError where the assets were not built."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    return Path(path)
