"""The dry run: what a file would change is shown, and nothing is written."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Agent, School, User
from accounts.sealed.numen import keep_numen, read_numen
from activation.imports import arrivals, reading, upkeep
from activation.models import ExpectedTransfer, Import, ImportLine, ImportPart
from activation.models.problems import Problem
from tests.activation.imports.conftest import TITLES, Bring, agents_file, line

NUMEN = "99E0000001AAA"
State, Kind = Import.State, ImportLine.Kind


@pytest.fixture
def camille(moulin: School) -> Agent:
    agent = Agent.objects.create(
        civil_name="Lefèvre",
        usual_name="Lefèvre",
        first_name="Camille",
        birth_date=date(1984, 5, 17),
        school=moulin,
        post="Secrétaire",
    )
    keep_numen(agent, read_numen(NUMEN))
    return agent


def counts(row: Import) -> tuple[int, int, int, int, int]:
    return row.new, row.changed, row.unchanged, row.wrong, row.missing


def errors(row: Import) -> list[tuple[int | None, str, str]]:
    found = row.lines.filter(kind=Kind.ERROR).order_by("pk")
    return [(it.line, it.column, it.problem) for it in found]


def test_a_newcomer_is_counted_and_not_created(moulin: School, bring: Bring) -> None:
    row = bring(agents_file(line()))
    assert (row.state, counts(row)) == (State.READ, (1, 0, 0, 0, 0))
    assert row.lines.get().who == "Camille Lefèvre, 99•••••••••••"
    assert not Agent.objects.exists()


def test_nothing_differs_for_who_is_known(camille: Agent, bring: Bring) -> None:
    row = bring(agents_file(line()))
    assert counts(row) == (0, 0, 1, 0, 0)
    assert not row.lines.exists()


def test_a_difference_is_shown_field_by_field(camille: Agent, bring: Bring) -> None:
    other = School.objects.create(uai="0760042H", name="École Prévert", city="Elbeuf")
    row = bring(agents_file(line(name="Lefebvre", uai=other.uai, post="Gestionnaire")))
    assert counts(row) == (0, 1, 0, 0, 0)
    assert {(it.column, it.old, it.new) for it in row.lines.all()} == {
        ("nom_naissance", "Lefèvre", "Lefebvre"),
        ("fonction", "Secrétaire", "Gestionnaire"),
        ("uai", "0760001N Collège Jean Moulin", "0760042H École Prévert"),
    }


def test_a_column_that_is_absent_changes_nothing_and_an_empty_cell_does(
    camille: Agent, bring: Bring
) -> None:
    without = bring(agents_file(f"{NUMEN};Lefèvre;Camille;17/05/1984;0760001N", titles=TITLES[:-9]))
    assert counts(without) == (0, 0, 1, 0, 0)
    empty = bring(agents_file(line(post="")))
    assert [(it.old, it.new) for it in empty.lines.all()] == [("Secrétaire", "")]


def test_the_name_of_birth_is_in_use_where_no_other_is(camille: Agent, bring: Bring) -> None:
    titles = f"{TITLES};Nom d'usage"
    assert counts(bring(agents_file(f"{line()};", titles=titles))) == (0, 0, 1, 0, 0)
    married = bring(agents_file(f"{line()};Tanguy", titles=titles))
    assert [(it.column, it.new) for it in married.lines.all()] == [("nom_usage", "Tanguy")]


def test_errors_name_row_column_and_reason(moulin: School, bring: Bring) -> None:
    row = bring(
        agents_file(
            line(),
            line(numen="99E0002", name="", born="31/06/1984"),
            line(numen="99E0000002AAA", uai="760001N"),
            line(numen="99E0000003AAA", uai="0760042H"),
            line(numen="99E0000004AAA", post="=1+1"),
            line(numen="99E0000005AAA", name="x" * 81) + ";de trop",
        )
    )
    assert counts(row) == (1, 0, 0, 5, 0)
    assert errors(row) == [
        (3, "numen", "not_a_numen"),
        (3, "nom_naissance", "required"),
        (3, "date_naissance", "not_a_date"),
        (4, "uai", "uai_without_its_zero"),
        (5, "uai", "unknown_school"),
        (6, "fonction", "formula"),
        (7, "nom_naissance", "too_long"),
        (7, "", "too_many_cells"),
    ]
    (lost,) = row.lines.filter(line=4)
    assert lost.reason == "Le tableur a ôté le zéro du début. Est-ce 0760001N\u00a0?"


def test_a_numen_that_stands_twice_is_wrong_both_times(moulin: School, bring: Bring) -> None:
    row = bring(agents_file(line(), line(numen="99e 0000001 aaa", first="Anne")))
    assert [(it.line, it.detail) for it in row.lines.order_by("line")] == [(2, "3"), (3, "2")]
    assert counts(row) == (0, 0, 0, 2, 0)


def test_no_numen_is_left_in_clear(camille: Agent, bring: Bring) -> None:
    row = bring(agents_file(line(post="Autre"), line(numen="99E0000002BBB", born="?")))
    assert row.lines.count() == 2
    for record in (row, *row.lines.all()):
        for value in vars(record).values():
            assert "0000001" not in str(value)
            assert "0000002" not in str(value)
    for part in ImportPart.objects.all():
        assert NUMEN.encode() not in bytes(part.sealed)


def test_a_numen_in_another_column_is_refused_and_not_shown(moulin: School, bring: Bring) -> None:
    shifted = line(numen="Lefèvre", name=NUMEN, first="99 e 0000002 aaa", uai="99E0000003AAA")
    row = bring(agents_file(shifted))
    assert {it.problem for it in row.lines.exclude(column="numen")} == {"numen_elsewhere"}
    assert all("99E000" not in f"{it.who} {it.detail} {it.reason}" for it in row.lines.all())


def test_who_is_not_in_the_file_is_shown_and_not_touched(camille: Agent, bring: Bring) -> None:
    row = bring(agents_file(line(numen="99E0000002BBB", first="Anne")))
    assert counts(row) == (1, 0, 0, 0, 1)
    assert row.lines.get(kind=Kind.MISSING).agent == camille
    camille.refresh_from_db()
    assert camille.status == Agent.Status.IMPORTED


def test_who_stands_on_a_faulty_row_is_not_missing(camille: Agent, bring: Bring) -> None:
    assert counts(bring(agents_file(line(born="?")))) == (0, 0, 0, 1, 0)


def test_a_record_without_numen_is_recognised_by_name_and_birth_date(
    camille: Agent, bring: Bring
) -> None:
    Agent.objects.create(
        civil_name="Hébert", usual_name="Hébert", first_name="Anne", birth_date=date(1975, 12, 5)
    )
    new = line("99E0000002BBB", "HEBERT", "ANNE", "05/12/1975")
    row = bring(agents_file(line(), new))
    assert counts(row) == (0, 1, 1, 0, 0)
    assert row.lines.get(column="numen", kind=Kind.CHANGE).new == "99•••••••••••"
    assert row.lines.get(kind=Kind.NOTE).problem == Problem.RECOGNISED


def test_of_two_records_alike_none_is_recognised(camille: Agent, bring: Bring) -> None:
    for _twin in range(2):
        Agent.objects.create(
            civil_name="Hébert",
            usual_name="Hébert",
            first_name="Anne",
            birth_date=date(1975, 12, 5),
        )
    row = bring(agents_file(line(), line("99E0000002BBB", "Hébert", "Anne", "05/12/1975")))
    assert counts(row) == (1, 0, 1, 0, 0)
    assert row.lines.get(kind=Kind.NOTE).problem == Problem.HOMONYM


def test_a_namesake_of_another_numen_is_worth_a_look(camille: Agent, bring: Bring) -> None:
    row = bring(agents_file(line(), line(numen="99E0000009ZZZ")))
    assert counts(row) == (1, 0, 1, 0, 0)
    note = row.lines.get(kind=Kind.NOTE)
    assert (note.line, note.problem) == (3, Problem.HOMONYM)


def test_a_role_that_moves_with_its_holder_is_worth_a_look(camille: Agent, bring: Bring) -> None:
    School.objects.create(uai="0760042H", name="École Prévert", city="Elbeuf")
    Agent.objects.filter(pk=camille.pk).update(role=Agent.Role.SECRETARY)
    row = bring(agents_file(line(uai="0760042H")))
    assert row.lines.get(kind=Kind.NOTE).reason == (
        "Son rôle (secrétariat d’établissement) vaudra désormais pour le nouvel établissement."
    )


def test_a_post_that_is_over_is_worth_a_look(camille: Agent, bring: Bring) -> None:
    row = bring(agents_file(f"{line()};31/08/2020", titles=f"{TITLES};Fin"))
    note = row.lines.get(kind=Kind.NOTE)
    assert (note.problem, note.agent) == (Problem.POST_IS_OVER, camille)


def test_an_expected_transfer_is_told_by_academy_and_day_together(
    moulin: School, bring: Bring
) -> None:
    titles = f"{TITLES};Académie d’origine;Date de mutation;Ancienne adresse"
    row = bring(
        agents_file(
            f"{line()};Nantes;01/09/2026;camille@ac-nantes.example",
            f"{line(numen='99E0000002AAA')};Nantes;;",
            titles=titles,
        )
    )
    assert counts(row) == (1, 0, 0, 1, 0)
    assert errors(row) == [(3, "date_mutation", "half_a_transfer")]
    assert not ExpectedTransfer.objects.exists()


def test_a_file_of_schools_is_compared_by_uai(moulin: School, bring: Bring) -> None:
    content = (
        "UAI;Nom;Commune;Nature\n0760001N;Collège Jean-Moulin;Rouen;collège\n"
        "0760042H;École Prévert;Elbeuf;école\n"
    ).encode()
    School.objects.create(uai="0142093Z", name="Lycée", city="Caen")
    row = bring(content, Import.Kind.SCHOOLS)
    assert counts(row) == (1, 1, 0, 0, 1)
    changes = {(it.column, it.old, it.new) for it in row.lines.filter(kind=Kind.CHANGE)}
    assert changes == {
        ("nom", "Collège Jean Moulin", "Collège Jean-Moulin"),
        ("nature", "autre", "collège"),
    }


def test_a_refused_file_is_forgotten_at_once(moulin: School, bring: Bring) -> None:
    row = bring(b"Bonjour;\n99E0000001AAA;")
    assert row.state == State.REFUSED
    assert "Il manque des colonnes" in row.problem_sentence
    assert not ImportPart.objects.exists()


def test_a_file_that_was_tampered_with_is_refused(moulin: School) -> None:
    row = arrivals.receive(Import.Kind.AGENTS, "rh.csv", [agents_file(line()), b"\r\n"])
    row.parts.get(number=1).delete()
    reading.read(row.pk)
    row.refresh_from_db()
    assert (row.state, row.problem) == (State.REFUSED, "damaged")


def test_parts_of_a_file_cannot_be_exchanged(moulin: School) -> None:
    row = arrivals.receive(Import.Kind.AGENTS, "rh.csv", [agents_file(line()), b"\r\nX"])
    row.parts.filter(number=0).update(number=9)
    row.parts.filter(number=1).update(number=0)
    row.parts.filter(number=9).update(number=1)
    reading.read(row.pk)
    row.refresh_from_db()
    assert row.problem == "damaged"


def test_read_twice_the_report_is_there_once(moulin: School) -> None:
    row = arrivals.receive(Import.Kind.AGENTS, "rh.csv", [agents_file(line())])
    reading.read(row.pk)
    reading.read(row.pk)
    assert row.lines.count() == 1


def test_a_reader_that_died_is_replaced(moulin: School) -> None:
    row = arrivals.receive(Import.Kind.AGENTS, "rh.csv", [agents_file(line())])
    ImportLine.objects.create(file=row, kind=Kind.NEW, line=2, who="à moitié")
    long_ago = timezone.now() - 2 * reading.SIGN_OF_LIFE
    Import.objects.filter(pk=row.pk).update(state=State.READING, claimed_at=long_ago)
    upkeep.sweep()
    row.refresh_from_db()
    assert row.state == State.READ
    assert row.lines.get().who == "Camille Lefèvre, 99•••••••••••"


def test_a_reader_at_work_is_left_alone(moulin: School) -> None:
    row = arrivals.receive(Import.Kind.AGENTS, "rh.csv", [agents_file(line())])
    Import.objects.filter(pk=row.pk).update(state=State.READING, claimed_at=timezone.now())
    upkeep.sweep()
    row.refresh_from_db()
    assert row.state == State.READING


def test_a_file_that_nobody_confirms_is_forgotten(
    moulin: School, administrator: User, bring: Bring
) -> None:
    row = bring(agents_file(line()))
    upkeep.prune()
    assert ImportPart.objects.exists()
    Import.objects.update(created_at=timezone.now() - timedelta(hours=49))
    upkeep.prune()
    row.refresh_from_db()
    assert row.state == State.EXPIRED
    assert not ImportPart.objects.exists()
    assert not ImportLine.objects.exists()
