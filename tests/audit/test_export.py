import csv

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from audit import journal
from audit.events import Event
from audit.export import csv_lines, neutralised
from audit.models import Entry
from audit.parties import Origin, Party


@pytest.mark.django_db
def test_the_file_opens_in_a_spreadsheet_with_names_of_columns(alice: Party) -> None:
    journal.record(
        Event.ROLE_GIVEN,
        actor=alice,
        origin=Origin("192.0.2.7"),
        justification='demande « écrite » ; "urgent"',
    )
    with translation.override("fr"):
        text = "".join(csv_lines(Entry.objects.all()))
    assert text.startswith("\ufeff")
    [names, cells] = csv.reader(text.removeprefix("\ufeff").splitlines(), delimiter=";")
    row = dict(zip(names, cells, strict=True))
    assert row["libellé"] == "Rôle modifié."
    assert row["nom de l’auteur"] == "Alice Martin"
    assert row["adresse IP"] == "192.0.2.7"
    assert row["résultat"] == "réussi"
    assert row["justification"] == 'demande « écrite » ; "urgent"'
    assert row["empreinte"] == Entry.objects.get().hash


@pytest.mark.django_db
@pytest.mark.parametrize("formula", ["=1+1", "+33 2", "-2", "@SUM(A1)", "  =HYPERLINK()", "＝1"])
def test_a_formula_in_an_entry_is_exported_as_text(formula: str) -> None:
    journal.record(Event.ROLE_GIVEN, actor=Party("agent:1", formula), justification=formula)
    *_, line = csv_lines(Entry.objects.all())
    cells = next(csv.reader([line], delimiter=";"))
    assert cells[5] == cells[15] == f"'{formula.strip()}"


@given(st.text())
def test_no_cell_starts_like_a_formula(text: str) -> None:
    assert not neutralised(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutralised(text).removeprefix("'") == text.removeprefix("'")


def test_spaces_do_not_hide_a_formula() -> None:
    assert neutralised("  =1+1") == "'  =1+1"


def test_ordinary_cells_stay_as_they_are() -> None:
    for cell in ("", "Alice Martin", "2026-11-21 23:20:01+00:00", "agent:1", "a=b"):
        assert neutralised(cell) == cell
