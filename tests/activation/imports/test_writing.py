"""Writing: what was shown and nothing else, at once or not at all."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Agent, Office, School, User
from accounts.sealed.numen import agent_with_numen, opened_numen, read_numen
from activation.imports import arrivals, reading, upkeep, writing
from activation.models import ExpectedTransfer, Import, ImportLine, ImportPart
from audit.models import Entry
from sample.academy import NORMANDIE
from sample.hr_files import sample_files
from tests.activation.imports.conftest import TITLES, Bring, agents_file, line

NUMEN = "99E0000001AAA"
State = Import.State
Write = Callable[[Import], Import]
TRANSFER_TITLES = f"{TITLES};Académie d’origine;Date de mutation;Ancienne adresse"


def people(count: int, post: str = "Secrétaire") -> bytes:
    return agents_file(*(line(f"99E{number:07d}AAA", post=post) for number in range(count)))


def everything() -> dict[int, dict[str, object]]:
    """All fields of all agents, by id."""
    return {agent.pk: dict(vars(agent), _state=None) for agent in Agent.objects.all()}


def test_what_was_shown_is_written(moulin: School, bring: Bring, write: Write) -> None:
    row = write(bring(agents_file(line(), line(numen="99E0000002AAA", born="?"))))
    assert row.state == State.DONE
    agent = Agent.objects.get()
    assert (agent.display_name, agent.school, agent.post) == (
        "Camille Lefèvre",
        moulin,
        "Secrétaire",
    )
    assert (agent.usual_name, agent.birth_date) == ("Lefèvre", date(1984, 5, 17))
    assert agent.status == Agent.Status.IMPORTED
    assert opened_numen(agent) == read_numen(NUMEN)
    assert agent_with_numen(read_numen(NUMEN)) == agent


def test_the_file_is_forgotten_once_it_is_written(
    moulin: School, bring: Bring, write: Write
) -> None:
    write(bring(agents_file(line())))
    assert not ImportPart.objects.exists()
    assert ImportLine.objects.exists()
    Import.objects.update(ended_at=timezone.now() - timedelta(days=31))
    upkeep.prune()
    assert not ImportLine.objects.exists()
    assert Import.objects.get().new == 1


def test_the_same_file_again_writes_nothing(moulin: School, bring: Bring, write: Write) -> None:
    write(bring(people(3)))
    before = list(Agent.objects.order_by("pk").values())
    again = bring(people(3))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert not again.writes_something
    write(again)
    assert list(Agent.objects.order_by("pk").values()) == before


def test_only_what_changed_is_changed(moulin: School, bring: Bring, write: Write) -> None:
    write(bring(people(3)))
    Agent.objects.update(role=Agent.Role.HEAD, status=Agent.Status.ACTIVE)
    before = everything()
    changed = people(3).replace(b"99E0000001AAA;Lef\xc3\xa8vre", b"99E0000001AAA;Lefebvre")
    write(bring(changed))
    after = everything()
    differences = [
        (field, value)
        for pk, agent in after.items()
        for field, value in agent.items()
        if value != dict(before[pk])[field]
    ]
    assert differences == [("civil_name", "Lefebvre")]


def test_a_recognised_record_gets_its_numen(moulin: School, bring: Bring, write: Write) -> None:
    camille = Agent.objects.create(
        civil_name="Lefèvre",
        usual_name="Lefèvre",
        first_name="Camille",
        birth_date=date(1984, 5, 17),
    )
    write(bring(agents_file(line())))
    assert agent_with_numen(read_numen(NUMEN)) == camille
    assert Agent.objects.count() == 1


def test_when_the_records_changed_meanwhile_nothing_is_written_and_the_file_is_read_again(
    moulin: School, bring: Bring, write: Write
) -> None:
    write(bring(people(2)))
    row = bring(people(2, post="Gestionnaire"))
    Agent.objects.filter(pk=Agent.objects.earliest("pk").pk).update(post="Infirmière")
    write(row)
    assert row.state == State.RECEIVED
    assert not Agent.objects.filter(post="Gestionnaire").exists()
    reading.read(row.pk)
    row.refresh_from_db()
    assert row.state == State.READ
    assert "Les fiches ont changé" in row.problem_sentence
    assert set(row.lines.values_list("old", flat=True)) == {"Infirmière", "Secrétaire"}
    assert write(row).state == State.DONE
    assert Agent.objects.filter(post="Gestionnaire").count() == 2


def test_someone_created_meanwhile_stops_the_writing(
    moulin: School, bring: Bring, write: Write
) -> None:
    first, second = bring(people(1)), bring(people(1))
    write(first)
    assert write(second).state == State.RECEIVED
    assert Agent.objects.count() == 1


def test_another_plan_than_the_one_shown_is_not_confirmed(moulin: School, bring: Bring) -> None:
    row = bring(agents_file(line()))
    with pytest.raises(arrivals.NotWhatWasShown):
        arrivals.confirm(row, "0" * 64, without_errors=True, by=None)
    assert Import.objects.get().state == State.READ


def test_faulty_rows_are_left_out_only_when_somebody_says_so(moulin: School, bring: Bring) -> None:
    row = bring(agents_file(line(), line(numen="?")))
    with pytest.raises(arrivals.HasErrors):
        arrivals.confirm(row, row.plan_hash, without_errors=False, by=None)
    assert Import.objects.get().state == State.READ


def test_one_file_is_written_at_a_time(moulin: School, bring: Bring, write: Write) -> None:
    first, second = bring(people(1)), bring(people(2))
    arrivals.confirm(first, first.plan_hash, without_errors=True, by=None, asks_worker=False)
    with pytest.raises(arrivals.AnotherIsWritten):
        arrivals.confirm(second, second.plan_hash, without_errors=True, by=None)
    second.refresh_from_db()
    assert second.state == State.READ


def test_a_confirmed_file_whose_worker_died_is_written_by_the_next(
    moulin: School, bring: Bring
) -> None:
    row = bring(people(2))
    arrivals.confirm(row, row.plan_hash, without_errors=True, by=None, asks_worker=False)
    upkeep.sweep()
    row.refresh_from_db()
    assert row.state == State.DONE
    assert Agent.objects.count() == 2


def test_written_twice_people_are_there_once(moulin: School, bring: Bring, write: Write) -> None:
    row = write(bring(people(2)))
    writing.write(row.pk)
    assert Agent.objects.count() == 2


def test_who_lost_the_right_meanwhile_writes_nothing(
    moulin: School, administrator: User, bring: Bring
) -> None:
    row = bring(people(1))
    arrivals.confirm(row, row.plan_hash, without_errors=True, by=administrator, asks_worker=False)
    Agent.objects.filter(user=administrator).update(role=Agent.Role.AGENT)
    writing.write(row.pk)
    row.refresh_from_db()
    assert (row.state, row.problem) == (State.REFUSED, "right_lost")
    assert not ImportPart.objects.exists()
    assert not Agent.objects.exclude(numen_key=None).exists()


def test_given_up_a_file_leaves_nothing(moulin: School, administrator: User, bring: Bring) -> None:
    row = bring(people(1))
    assert arrivals.give_up(row, administrator)
    assert not ImportPart.objects.exists()
    assert not ImportLine.objects.exists()
    assert not arrivals.give_up(row, administrator)
    writing.write(row.pk)
    assert Agent.objects.count() == 1  # the administrator


def test_the_journal_tells_who_brought_confirmed_and_what_was_written(
    moulin: School, administrator: User, bring: Bring
) -> None:
    row = arrivals.receive(Import.Kind.AGENTS, "rh.csv", [people(2)], administrator)
    reading.read(row.pk)
    row.refresh_from_db()
    arrivals.confirm(row, row.plan_hash, without_errors=False, by=administrator)
    writing.write(row.pk)
    told = [(it.event, it.actor_label) for it in Entry.objects.order_by("number")]
    assert told == [
        ("import_brought", "Claire Vatinel"),
        ("import_confirmed", "Claire Vatinel"),
        ("import_written", "Claire Vatinel"),
    ]
    assert "new 2, changed 0, unchanged 0, wrong 0" in Entry.objects.latest("number").reason


def test_an_expected_transfer_is_written_moved_and_withdrawn(
    moulin: School, bring: Bring, write: Write
) -> None:
    def file(*cells: str) -> bytes:
        return agents_file(f"{line()};{';'.join(cells)}", titles=TRANSFER_TITLES)

    write(bring(file("Nantes", "01/09/2026", "c@ac-nantes.example")))
    transfer = ExpectedTransfer.objects.get()
    assert (transfer.from_academy, transfer.on) == ("Nantes", date(2026, 9, 1))
    assert transfer.former_address == "c@ac-nantes.example"
    assert bring(file("Nantes", "01/09/2026", "c@ac-nantes.example")).unchanged == 1
    write(bring(file("Nantes", "15/09/2026", "")))
    assert ExpectedTransfer.objects.get().on == date(2026, 9, 15)
    write(bring(file("", "", "")))
    assert not ExpectedTransfer.objects.exists()


def test_a_transfer_that_served_does_not_come_back(
    moulin: School, bring: Bring, write: Write
) -> None:
    content = agents_file(f"{line()};Nantes;01/09/2026;", titles=TRANSFER_TITLES)
    write(bring(content))
    ExpectedTransfer.objects.update(used_at=timezone.now())
    assert bring(content).unchanged == 1


def test_a_transfer_serves_around_its_day(moulin: School, bring: Bring, write: Write) -> None:
    write(bring(agents_file(f"{line()};Nantes;01/09/2026;", titles=TRANSFER_TITLES)))
    transfer = ExpectedTransfer.objects.get()
    assert transfer.is_open_on(date(2026, 7, 3))
    assert not transfer.is_open_on(date(2026, 7, 2))
    assert transfer.is_open_on(date(2026, 10, 31))
    assert not transfer.is_open_on(date(2026, 11, 1))


def test_the_sample_files_are_imported_whole(db: None, bring: Bring, write: Write) -> None:
    files = {name: text.encode("utf-8-sig") for name, text in sample_files().items()}
    assert write(bring(files["schools.csv"], Import.Kind.SCHOOLS)).wrong == 0
    row = write(bring(files["agents.csv"]))
    assert (row.state, row.wrong, row.new) == (State.DONE, 0, len(NORMANDIE.agents) + 24)
    assert ExpectedTransfer.objects.count() == 2
    moulin = School.objects.get(uai="0760001N")
    assert moulin.postal_lines == ["Collège Jean Moulin", "12 rue des Tilleuls", "76000 Rouen"]
    office = Office.objects.above(moulin)
    assert office is not None
    assert office.name == "DSDEN de la Seine-Maritime"
    assert Office.objects.count() == 4


def test_a_thousand_rows_cost_no_query_each(moulin: School, bring: Bring, write: Write) -> None:
    write(bring(people(2)))
    row = bring(people(1000, post="Gestionnaire"))
    arrivals.confirm(row, row.plan_hash, without_errors=True, by=None, asks_worker=False)
    with CaptureQueriesContext(connection) as queries:
        writing.write(row.pk)
    assert len(queries) < 120
    assert Agent.objects.filter(post="Gestionnaire").count() == 1000
