"""One cell: what spreadsheets did to it is undone, what it cannot be is refused."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.imports import cells
from activation.imports.cells import CellRefused, clean
from activation.models.problems import Problem


def refusal(reader: object, text: str) -> tuple[Problem, str]:
    assert callable(reader)
    with pytest.raises(CellRefused) as caught:
        reader(text)
    return caught.value.problem, caught.value.detail


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Le\u00a0Goff \u202f Prigent ", "Le Goff Prigent"),
        ("E\u0301lodie", "Élodie"),
        ("Le\u200bcoq\ufeff", "Lecoq"),
        ("12 rue\r\ndes Tilleuls", "12 rue des Tilleuls"),
        ("'0760001N", "0760001N"),
        ("’t Hooft", "’t Hooft"),
        ("'t Hooft", "'t Hooft"),
        ("'+33 2 61 91 10 01", "+33 2 61 91 10 01"),
    ],
)
def test_a_cell_is_one_line_of_visible_text(cell: str, text: str) -> None:
    assert clean(cell) == text


@pytest.mark.parametrize(
    "cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1+1", "'=1+1", "＝1+1"]
)
def test_a_formula_is_refused(cell: str) -> None:
    assert refusal(clean, cell) == (Problem.FORMULA, "")


def test_a_telephone_is_no_formula_but_a_name_beginning_with_plus_is() -> None:
    assert cells.read_phone(clean("+33 2 61 91 10 01")) == "+33 2 61 91 10 01"
    assert refusal(cells.read_text, clean("+33 2 61 91"))[0] == Problem.FORMULA


def test_invisible_characters_are_refused() -> None:
    assert refusal(clean, "Ca\x07mille")[0] == Problem.UNPRINTABLE
    assert refusal(clean, "Ca\u202emille")[0] == Problem.UNPRINTABLE


@pytest.mark.parametrize(
    "text",
    [
        "31/08/1980",
        "31.08.1980",
        "31-08-1980",
        "1980-08-31",
        "1980-08-31 00:00:00",
        "31/8/1980 0:00",
    ],
)
def test_a_date_is_read_as_people_and_programs_write_it(text: str) -> None:
    assert cells.read_day(text) == date(1980, 8, 31)


@pytest.mark.parametrize(
    "text",
    [
        "31/06/1980",
        "31/08/80",
        "29464",
        "08/31/1980",
        "août 1980",
        "1980-08-31 12:30",
        "٣١/٠٨/١٩٨٠",
    ],
)
def test_what_is_no_date_is_refused_with_what_was_written(text: str) -> None:
    assert refusal(cells.read_day, text) == (Problem.NOT_A_DATE, text)


@pytest.mark.parametrize("text", ["01/01/1880", "01/01/2200"])
def test_a_date_of_another_age_is_refused(text: str) -> None:
    assert refusal(cells.read_day, text)[0] == Problem.DATE_OUT_OF_RANGE


def test_nobody_was_born_yesterday() -> None:
    assert refusal(cells.read_birth_date, "31/08/2025")[0] == Problem.DATE_OUT_OF_RANGE


def test_a_uai_is_checked_by_its_letter() -> None:
    assert cells.read_uai_cell("0760001 n") == "0760001N"
    assert refusal(cells.read_uai_cell, "0760001P") == (Problem.NOT_A_UAI, "0760001P")


def test_a_uai_that_lost_its_zero_is_told_and_not_guessed() -> None:
    assert refusal(cells.read_uai_cell, "760001N") == (Problem.UAI_WITHOUT_ITS_ZERO, "0760001N")
    assert refusal(cells.read_uai_cell, "760001P") == (Problem.NOT_A_UAI, "760001P")


def test_a_refused_numen_is_not_repeated() -> None:
    assert refusal(cells.read_numen_cell, "99E000001AAA") == (Problem.NOT_A_NUMEN, "")


def test_lost_zeros_of_a_postal_code_and_a_telephone_come_back() -> None:
    assert cells.read_postal_code("1000") == "01000"
    assert cells.read_postal_code("76000") == "76000"
    assert cells.read_phone("261911001") == "0261911001"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Collège", "college"),
        ("COLLEGE PRIVE", "college"),
        ("E.E.PU", "primary"),
        ("Lycée professionnel", "lycee"),
        ("DSDEN", "dsden"),
        ("Rectorat", "rectorat"),
    ],
)
def test_the_nature_of_a_school_is_known_by_its_first_word(text: str, kind: str) -> None:
    assert cells.read_kind(text) == kind


def test_an_unknown_nature_is_refused() -> None:
    assert refusal(cells.read_kind, "Piscine") == (Problem.UNKNOWN_KIND, "Piscine")


def test_the_domain_of_an_address_has_no_capitals() -> None:
    assert cells.read_address("Jean.Dupont@Boite.Example") == "Jean.Dupont@boite.example"
    assert refusal(cells.read_address, "jean.dupont")[0] == Problem.NOT_AN_ADDRESS


@given(st.text(max_size=60))
def test_whatever_a_cell_holds_it_is_a_value_or_refused(cell: str) -> None:
    readers = (
        cells.read_text, cells.read_birth_date, cells.read_numen_cell, cells.read_uai_cell,
        cells.read_address, cells.read_phone, cells.read_postal_code, cells.read_kind,
    )  # fmt: skip
    assert all(_value_or_sentence(reader, cell) for reader in readers)


def _value_or_sentence(reader: Callable[[str], object], cell: str) -> object:
    try:
        return reader(clean(cell)) is not None
    except CellRefused as refused:
        return refused.problem.says(refused.detail)
