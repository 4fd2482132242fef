"""Files as programs write them: encodings, separators, Excel's habits, and what is no CSV at all."""

import csv
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.imports.columns import AGENTS, SCHOOLS
from activation.imports.layout import Layout, Refused, Row, look_at, rows_of, spelled
from activation.models.problems import Problem

SCHOOL = "0760001N;Collège Jean Moulin;Rouen"
HEADER = "UAI;Nom;Commune"


def look(content: bytes) -> Layout:
    return look_at(lambda: [content], SCHOOLS.wanted)


def rows(content: bytes) -> list[Row]:
    return list(rows_of(lambda: [content], look(content)))


def refusal(content: bytes) -> tuple[Problem, str]:
    with pytest.raises(Refused) as caught:
        rows(content)
    return caught.value.problem, caught.value.detail


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_however_it_is_written(encoding: str, separator: str, end: str) -> None:
    text = end.join([HEADER, SCHOOL]).replace(";", separator)
    (row,) = rows(text.encode(encoding))
    assert list(row.cells) == ["0760001N", "Collège Jean Moulin", "Rouen"]
    assert row.line == 2


def test_excels_own_line_about_the_separator_is_no_header() -> None:
    (row,) = rows(f"sep=;\r\n{HEADER}\r\n{SCHOOL}".encode())
    assert row.line == 3


def test_empty_columns_and_rows_of_a_spreadsheet_do_not_count() -> None:
    text = f"\r\n{HEADER};;\r\n;;;;\r\n{SCHOOL};;\r\n;;;;\r\n\r\n"
    layout = look(text.encode())
    assert layout.rows == 1
    assert [row.line for row in rows(text.encode())] == [4]


@pytest.mark.parametrize(
    "titles",
    [
        "uai;nom;commune",
        " CODE UAI ; Dénomination ;VILLE",
        "Rne;Nom de l'établissement;Localité",
        "Code\u00a0UAI;Appellation;Commune*",
    ],
)
def test_titles_are_understood_as_people_write_them(titles: str) -> None:
    assert look(f"{titles}\n{SCHOOL}".encode()).columns == ("uai", "nom", "commune")


def test_an_unknown_column_is_named_and_ignored() -> None:
    layout = look(f"{HEADER};Effectif;\n{SCHOOL};412;".encode())
    assert layout.unknown == ("Effectif",)


def test_quotes_keep_separators_and_ends_of_lines() -> None:
    (row,) = rows(f'{HEADER}\r\n"0760001N";"Collège ; dit\r\n""Moulin""";"Rouen"'.encode())
    assert row.cells[1] == 'Collège ; dit\r\n"Moulin"'


def test_the_separator_is_the_one_by_which_titles_are_known() -> None:
    layout = look(f'"UAI";"Nom, ou titre";"Nom";"Commune"\n0760001N;a,b;{SCHOOL[9:]}'.encode())
    assert (layout.separator, layout.columns) == (";", ("uai", "", "nom", "commune"))


def workbook() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (workbook(), Problem.SPREADSHEET),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Problem.SPREADSHEET),
        (b"%PDF-1.7\n", Problem.NOT_CSV),
        (b"\x1f\x8b\x08\x00", Problem.NOT_CSV),
        (HEADER.encode("utf-16"), Problem.UTF_16),
        (b"", Problem.EMPTY),
        (b"\xef\xbb\xbf \r\n", Problem.EMPTY),
        (f"{HEADER}\n0760\0 01N;a;b".encode(), Problem.NOT_CSV),
        (b"UAI;Nom;Commune\n0760001N;\x81\x8d;Rouen", Problem.UNREADABLE_TEXT),
        (HEADER.encode(), Problem.ONLY_A_HEADER),
        (f"{HEADER}\n;;\n".encode(), Problem.ONLY_A_HEADER),
        (b"Bonjour,\nvoici le fichier.", Problem.MISSING_COLUMNS),
        (f"UAI;Nom;Commune;Ville\n{SCHOOL};Rouen".encode(), Problem.COLUMN_TWICE),
        (f'{HEADER}\n0760001N;"Collège;Rouen\n'.encode(), Problem.BROKEN_QUOTES),
    ],
)
def test_what_cannot_be_read_is_refused_and_says_why(content: bytes, problem: Problem) -> None:
    assert refusal(content)[0] == problem


def test_missing_columns_are_named() -> None:
    assert refusal(f"UAI;Ville\n{SCHOOL}".encode()) == (Problem.MISSING_COLUMNS, "nom")


def test_lines_that_hold_the_same_code_are_found() -> None:
    others = "0760042H;École;Elbeuf\n076 0001n;x;y"
    layout = look(f"{HEADER}\n{SCHOOL}\n{others}\n0760001n ;Autre;Rouen\n{SCHOOL}".encode())
    assert layout.repeated == {"0760001N": [2, 4, 5, 6]}


# A quote mark at the beginning of a cell, in a program's file without quotes, is out of the norm.
CELL = st.text(
    st.characters(codec="cp1252", exclude_categories=["Cc", "Cs"], exclude_characters="\x00"),
    max_size=20,
)


@given(
    table=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8),
    separator=st.sampled_from([";", ",", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
    size=st.integers(1, 64),
)
def test_what_a_program_writes_comes_back_cell_by_cell(
    table: list[tuple[str, str, str]],
    separator: str,
    encoding: str,
    quoting: int,
    end: str,
    size: int,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([("UAI", "Nom", "Commune"), *table])
    content = text.getvalue().encode(encoding)
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    wanted = [row for row in table if any(cell.strip() for cell in row)]
    if not wanted:
        assert refusal(content)[0] == Problem.ONLY_A_HEADER
        return
    layout = look_at(lambda: parts, SCHOOLS.wanted)
    assert [tuple(row.cells) for row in rows_of(lambda: parts, layout)] == wanted


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for table in (AGENTS, SCHOOLS):
        try:
            layout = look_at(lambda: [content], table.wanted)
        except Refused:
            continue
        assert layout.rows > 0


@given(st.binary(max_size=200))
def test_any_bytes_below_a_header_are_read_or_refused(below: bytes) -> None:
    content = HEADER.encode() + b"\n" + below
    try:
        layout = look_at(lambda: [content], SCHOOLS.wanted)
    except Refused:
        return
    read = [SCHOOLS.read(row, layout) for row in rows_of(lambda: [content], layout)]
    assert len(read) == layout.rows


def test_every_other_title_of_a_column_is_its_alone() -> None:
    for table in (AGENTS, SCHOOLS):
        titles = [spelled(t) for column in table.all for t in {column.name, *column.also}]
        assert len(titles) == len(set(titles))
