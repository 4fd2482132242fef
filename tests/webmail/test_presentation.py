"""How dates, sizes and names are said."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from webmail import presentation

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 20, 10, 42, tzinfo=PARIS)  # a Friday


@pytest.mark.parametrize(
    ("day", "label"),
    [
        (date(2026, 11, 20), "Aujourd’hui"),
        (date(2026, 11, 21), "Aujourd’hui"),
        (date(2026, 11, 19), "Hier"),
        (date(2026, 11, 16), "Cette semaine"),
        (date(2026, 11, 15), "Ce mois-ci"),
        (date(2026, 10, 31), "Octobre 2026"),
        (date(2025, 11, 20), "Novembre 2025"),
    ],
)
def test_a_message_stands_under_the_heading_people_would_look_for(day: date, label: str) -> None:
    assert presentation.day_label(day, NOW.date()) == label


@pytest.mark.parametrize(
    ("moment", "label"),
    [
        (NOW.replace(hour=9, minute=5), "09:05"),
        (NOW.replace(day=3), "3 nov."),
        (NOW.replace(year=2024), "20/11/2024"),
    ],
)
def test_a_date_is_as_short_as_it_can_be(moment: datetime, label: str) -> None:
    assert presentation.short_date(moment, NOW) == label


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "lundi 1er mars 2027, 08:05"), ("en", "Monday 1 March 2027, 08:05")],
)
def test_the_first_of_a_month_is_said_as_people_say_it(language: str, said: str) -> None:
    with translation.override(language):
        assert presentation.full_date(datetime(2027, 3, 1, 8, 5, tzinfo=PARIS)) == said
        assert "21" in presentation.full_day(date(2027, 3, 21))


@pytest.mark.parametrize(
    "moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)]
)
def test_a_date_at_either_end_of_time_is_still_said(moment: datetime) -> None:
    assert f"{moment.year:04}" in presentation.full_date(presentation.local(moment))


@pytest.mark.parametrize(
    ("octets", "label"),
    [
        (0, "0 octets"),
        (1, "1 octet"),
        (1023, "1023 octets"),
        (2048, "2\u00a0ko"),
        (1_782_579, "1,7\u00a0Mo"),
        (1 << 31, "2\u00a0Go"),
    ],
)
def test_a_size_is_said_in_french_units(octets: int, label: str) -> None:
    assert presentation.size_label(octets).replace("\u202f", "") == label


@pytest.mark.parametrize(
    ("name", "address", "letters"),
    [
        ("Camille Lefèvre", "c@x.fr", "CL"),
        ("Jean-Baptiste Le Goff", "j@x.fr", "JG"),
        ("Rectorat", "r@x.fr", "RE"),
        ("", "dec@x.fr", "DE"),
        ("« »", "", "?"),
    ],
)
def test_two_letters_stand_for_a_correspondent(name: str, address: str, letters: str) -> None:
    assert presentation.initials(name, address) == letters


def test_an_address_keeps_its_colour_however_it_is_written() -> None:
    assert presentation.hue("A@x.fr") == presentation.hue("a@x.fr")
    assert {presentation.hue(f"{n}@x.fr") for n in range(200)} == set(range(1, 9))


@pytest.mark.parametrize(
    ("name", "media_type", "label"),
    [
        ("Dossier.PDF", "application/octet-stream", "PDF"),
        ("liste.ods", "application/vnd.oasis.opendocument.spreadsheet", "Tableur"),
        ("photo", "image/jpeg", "Image"),
        ("plan.dwg", "application/acad", "DWG"),
        ("facture.pdf.exe", "application/pdf", "EXE"),
        ("notes.docx", "application/pdf", "Texte"),
        ("sans-extension", "application/octet-stream", "Fichier"),
    ],
)
def test_a_file_is_named_by_what_it_is(name: str, media_type: str, label: str) -> None:
    assert presentation.type_label(name, media_type)[0] == label


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("fr", 7, "7"),
        ("fr", 999, "999"),
        ("fr", 1024, "1 024"),
        ("en", 1024, "1,024"),
        ("en", 1234567, "1,234,567"),
    ],
)
def test_thousands_stand_apart(language: str, number: int, said: str) -> None:
    with translation.override(language):
        assert presentation.counted(number) == said
