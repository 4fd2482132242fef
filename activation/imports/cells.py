"""One cell's text → its value. Pure; each reader raises CellRefused.

What spreadsheets do to a cell is undone here: no-break spaces, an apostrophe that keeps digits from
being a number, the lost zero of a postal code or a telephone.
"""

import re
import unicodedata
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import School
from accounts.sealed.numen import NotANumen, read_numen
from accounts.secrets import Numen
from accounts.spelling import plain
from accounts.uai import NotAUai, read_uai
from activation.models.problems import Problem

Value = str | date | Numen | None

SHOWN = 40  # characters of a refused cell
FORMULA_STARTS = tuple("=+-@＝＋－＠")
APOSTROPHES = ("'", "’")
INVISIBLE = str.maketrans("", "", "\u200b\u200e\u200f\u2060\ufeff\u00ad")
FRENCH_DATE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
MIDNIGHT = re.compile(r"[ T]0?0:00(:00)?$")
PHONE = re.compile(r"\+?[0-9][0-9 .()/-]{4,18}")
PHONE_WITHOUT_ITS_ZERO = re.compile(r"[1-9][0-9]{8}")
POSTAL_CODE_WITHOUT_ITS_ZERO = re.compile(r"[1-9][0-9]{3}")
YOUNGEST = timedelta(days=14 * 365)  # nobody works before
EARLIEST = date(1900, 1, 1)
LATEST = date(2100, 1, 1)

KINDS = {
    School.Kind.PRIMARY: ("ecole", "maternelle", "elementaire", "primaire", "eepu", "empu"),
    School.Kind.COLLEGE: ("college", "clg", "segpa"),
    School.Kind.LYCEE: ("lycee", "lyc", "lp", "lpo", "lgt", "erea", "sep"),
    School.Kind.DISTRICT: ("circonscription", "ien"),
    School.Kind.GUIDANCE: ("cio", "centre d'information et d'orientation"),
    School.Kind.DSDEN: ("dsden", "inspection academique"),
    School.Kind.RECTORAT: ("rectorat", "region academique"),
    School.Kind.OTHER: ("autre",),
}


class CellRefused(Exception):
    """The cell cannot be what its column wants."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.detail = detail if len(detail) <= SHOWN else detail[: SHOWN - 1] + "…"


def clean(cell: str) -> str:
    """One line of visible text, composed, without what stands around it. Raises CellRefused."""
    text = " ".join(unicodedata.normalize("NFC", cell.translate(INVISIBLE)).split())
    if text.startswith(APOSTROPHES) and text[1:2] and (text[1:2] in "+-=@" or text[1:2].isdigit()):
        text = text[1:]
    if text.startswith(FORMULA_STARTS) and not PHONE.fullmatch(text):
        raise CellRefused(Problem.FORMULA)
    if not text.isprintable():
        raise CellRefused(Problem.UNPRINTABLE)
    return text


def read_text(text: str) -> str:
    if text.startswith(FORMULA_STARTS):
        raise CellRefused(Problem.FORMULA)
    return text


def read_day(text: str) -> date:
    """``31/08/1980``, ``31.08.1980``, ``1980-08-31``; an hour is allowed when it is midnight."""
    day = MIDNIGHT.sub("", text)
    try:
        if found := FRENCH_DATE.fullmatch(day):
            return _within(date(int(found[3]), int(found[2]), int(found[1])), text)
        if found := ISO_DATE.fullmatch(day):
            return _within(date(int(found[1]), int(found[2]), int(found[3])), text)
    except ValueError as error:  # the 31st of June
        raise CellRefused(Problem.NOT_A_DATE, text) from error
    raise CellRefused(Problem.NOT_A_DATE, text)


def read_birth_date(text: str) -> date:
    day = read_day(text)
    if day > timezone.localdate() - YOUNGEST:
        raise CellRefused(Problem.DATE_OUT_OF_RANGE, text)
    return day


def read_numen_cell(text: str) -> Numen:
    try:
        return read_numen(text)
    except NotANumen:
        raise CellRefused(Problem.NOT_A_NUMEN) from None


def read_uai_cell(text: str) -> str:
    try:
        return read_uai(text)
    except NotAUai as error:
        if error.meant:
            raise CellRefused(Problem.UAI_WITHOUT_ITS_ZERO, error.meant) from error
        raise CellRefused(Problem.NOT_A_UAI, text) from error


def read_address(text: str) -> str:
    """An address of courriel; its domain in lower case, so that case alone is no difference."""
    try:
        validate_email(text)
    except ValidationError as error:
        raise CellRefused(Problem.NOT_AN_ADDRESS, text) from error
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def read_phone(text: str) -> str:
    number = f"0{text}" if PHONE_WITHOUT_ITS_ZERO.fullmatch(text) else text
    if not PHONE.fullmatch(number):
        raise CellRefused(Problem.NOT_A_PHONE, text)
    return number


def read_postal_code(text: str) -> str:
    lost = POSTAL_CODE_WITHOUT_ITS_ZERO.fullmatch(text)
    return f"0{text}" if lost else read_text(text)


def read_kind(text: str) -> str:
    """The nature of a school as people write it: ``Collège``, ``LYCEE GENERAL``, ``E.E.PU``."""
    words = plain(text).replace("’", "'").replace(".", "")
    for kind, beginnings in KINDS.items():
        if words.startswith(beginnings):
            return kind.value
    raise CellRefused(Problem.UNKNOWN_KIND, text)


def _within(day: date, text: str) -> date:
    if not EARLIEST <= day <= LATEST:
        raise CellRefused(Problem.DATE_OUT_OF_RANGE, text)
    return day
