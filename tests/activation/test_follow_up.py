"""The follow-up: who is counted where, who may see it, whom a reminder reaches, what is exported."""

import csv
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import Agent, School
from accounts.week_chart import HEIGHT, WIDTH
from activation.follow_up.chart import chart_of
from activation.follow_up.course import WEEKS, Week, course_of
from activation.follow_up.figures import Figures, figures_by_school
from activation.follow_up.reminders import send, sweep
from activation.models import Journey, Letter, SchoolReminder
from audit.models import Entry
from tests.accounts.conftest import AgentMaker
from tests.activation.activating import Newcomer, go_on, imported, newcomer, proved
from tests.people import agree_to_terms

HERE = "/gestion/activations/"
REMIND = "/gestion/activations/rappels/"
Enter = Callable[..., Client]


@pytest.fixture
def enter(make_agent: AgentMaker) -> Enter:
    """``enter("alice", Role.HEAD, school)``: the browser of somebody signed in."""

    def signed_in(name: str, role: Agent.Role, school: School | None = None) -> Client:
        user = make_agent(name, role, school).user
        assert user
        agree_to_terms(user)
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def crowd(moulin: School) -> dict[str, Newcomer]:
    """One person in each state, all of one school."""
    School.objects.filter(pk=moulin.pk).update(email="ce.0760001n@ac-normandie.fr")
    now = timezone.now()
    names = ("active", "posted", "gave up", "returned", "expired")
    people = {name: newcomer(moulin) for name in names}
    imported(moulin)
    go_on(proved(people["active"]))
    proved(people["gave up"])
    Journey.objects.filter(agent=people["gave up"].agent).update(started_at=now - timedelta(days=2))
    letters = Letter.objects.all()
    letters.filter(pk=people["returned"].letter.pk).update(state=Letter.State.RETURNED)
    letters.filter(pk=people["expired"].letter.pk).update(expires_at=now - timedelta(days=1))
    return people


def figures_of(school: School) -> Figures:
    [found] = figures_by_school(School.objects.filter(pk=school.pk))
    return found.figures


def test_everyone_is_counted_once(crowd: dict[str, Newcomer], moulin: School) -> None:
    assert figures_of(moulin) == Figures(active=1, posted=1, stuck=2, expired=1, waiting=1)


def test_who_left_is_not_counted(crowd: dict[str, Newcomer], moulin: School) -> None:
    Agent.objects.filter(pk=crowd["posted"].agent.pk).update(status=Agent.Status.DEPARTED)
    assert figures_of(moulin).total == 5


def test_somebody_who_is_at_it_now_is_not_stuck(ring: None, moulin: School) -> None:
    proved(newcomer(moulin))
    assert figures_of(moulin).stuck == 0


def test_the_page_shows_the_figures_of_every_school(
    crowd: dict[str, Newcomer], enter: Enter, prevert: School
) -> None:
    newcomer(prevert)
    page = enter("anne", Agent.Role.ADMINISTRATOR).get(HERE).content.decode()
    assert "Collège Jean Moulin" in page
    assert "École Jacques Prévert" in page
    assert "2 établissements" in page


def test_a_head_sees_their_own_school_only(
    crowd: dict[str, Newcomer], enter: Enter, moulin: School, prevert: School
) -> None:
    newcomer(prevert)
    head = enter("helene", Agent.Role.HEAD, moulin)
    page = head.get(HERE).content.decode()
    assert "Collège Jean Moulin" in page
    assert "Prévert" not in page
    assert head.get(f"{HERE}{moulin.uai}/").status_code == 200
    assert head.get(f"{HERE}{prevert.uai}/").status_code == 404
    assert "Rappeler" not in page
    assert head.post(REMIND).status_code == 404
    assert head.post(REMIND, {"uai": prevert.uai}).status_code == 404


@pytest.mark.parametrize("role", [Agent.Role.AGENT, Agent.Role.SECRETARY, Agent.Role.HELPDESK])
def test_others_find_nothing(role: Agent.Role, enter: Enter, moulin: School) -> None:
    client = enter("bastien", role, moulin)
    for page in (HERE, f"{HERE}{moulin.uai}/"):
        assert client.get(page).status_code == 404
    for page in (REMIND, f"{HERE}export/"):
        assert client.post(page).status_code == 404
    assert Client().get(HERE).status_code == 302


def test_the_school_names_who_is_missing_and_why(
    crowd: dict[str, Newcomer], enter: Enter, moulin: School
) -> None:
    page = enter("anne", Agent.Role.ADMINISTRATOR).get(f"{HERE}{moulin.uai}/").content.decode()
    assert page.count("bloqué</span>") == 2
    assert page.count("courrier périmé</span>") == 1
    assert crowd["posted"].agent.display_name in page
    assert f"<b>{crowd['active'].agent.display_name}</b>" not in page


def test_an_unknown_school_is_a_missing_page(enter: Enter) -> None:
    anne = enter("anne", Agent.Role.ADMINISTRATOR)
    assert anne.get(f"{HERE}0769999Z/").status_code == 404
    assert anne.post(REMIND, {"uai": "0769999Z"}).status_code == 404


def test_schools_are_found_by_name_town_and_code(
    crowd: dict[str, Newcomer], enter: Enter, prevert: School
) -> None:
    newcomer(prevert)
    anne = enter("anne", Agent.Role.ADMINISTRATOR)
    for typed in ("dieppe", "prévert", prevert.uai.lower()):
        page = anne.get(HERE, {"q": typed}).content.decode()
        assert "École Jacques Prévert" in page
        assert "Collège Jean Moulin" not in page
    assert "Aucun établissement" in anne.get(HERE, {"q": "x\x00yz"}).content.decode()


def test_a_reminder_tells_numbers_and_no_name(
    crowd: dict[str, Newcomer], enter: Enter, moulin: School
) -> None:
    anne = enter("anne", Agent.Role.ADMINISTRATOR)
    page = anne.post(REMIND, {"uai": moulin.uai}, follow=True).content.decode()
    assert "1 rappel part" in page
    send(SchoolReminder.objects.get().pk)
    [message] = mail.outbox
    assert message.to == ["ce.0760001n@ac-normandie.fr"]
    assert "2 personnes sont bloquées" in message.body
    assert not any(one.agent.usual_name in message.body for one in crowd.values())
    assert not any(one.login in message.body for one in crowd.values())
    [entry] = Entry.objects.filter(event="school_reminded")
    assert entry.subject_id == f"school:{moulin.uai}"


def test_a_school_is_reminded_once_a_day(crowd: dict[str, Newcomer], enter: Enter) -> None:
    anne = enter("anne", Agent.Role.ADMINISTRATOR)
    anne.post(REMIND)
    page = anne.post(REMIND, follow=True).content.decode()
    assert "Aucun rappel" in page
    sweep()
    sweep()
    assert len(mail.outbox) == 1
    SchoolReminder.objects.update(on=timezone.localdate() - timedelta(days=1))
    anne.post(REMIND)
    sweep()
    assert len(mail.outbox) == 2


def test_a_school_that_does_not_exist_is_not_reminded(enter: Enter) -> None:
    admin = enter("boss", Agent.Role.ADMINISTRATOR)
    for uai in ("", "0760001\x00", "0769999Z"):
        assert admin.post(REMIND, {"uai": uai}).status_code == 404


def test_no_reminder_leaves_without_address_or_without_anybody_missing(
    enter: Enter, ring: None, moulin: School, prevert: School
) -> None:
    newcomer(moulin)
    School.objects.filter(pk=prevert.pk).update(email="ce.0760042h@ac-normandie.fr")
    go_on(proved(newcomer(prevert)))
    enter("anne", Agent.Role.ADMINISTRATOR).post(REMIND)
    assert not SchoolReminder.objects.exists()


def test_the_export_runs_no_formula_and_is_journalled(
    crowd: dict[str, Newcomer], enter: Enter, moulin: School
) -> None:
    School.objects.filter(pk=moulin.pk).update(name='=HYPERLINK("http://x";"y")')
    answer = enter("anne", Agent.Role.ADMINISTRATOR).post(f"{HERE}export/")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[1][0] == moulin.uai
    assert rows[1][1].startswith("'=")
    assert rows[1][3:] == ["6", "1", "1", "2", "1", "1"]
    assert Entry.objects.filter(event="activations_exported").count() == 1


def test_the_course_counts_this_week(crowd: dict[str, Newcomer], moulin: School) -> None:
    weeks = course_of(School.objects.filter(pk=moulin.pk))
    assert len(weeks) == WEEKS
    assert (weeks[-1].posted, weeks[-1].activated) == (5, 1)
    assert all(week.posted == week.activated == 0 for week in weeks[:-1])
    assert {week.start.weekday() for week in weeks} == {0}


@pytest.mark.parametrize("highest", [0, 1, 7, 40, 41, 999, 45_000])
def test_the_drawing_stays_in_its_frame(highest: int) -> None:
    monday = date(2026, 9, 7)
    weeks = [Week(monday + timedelta(days=7 * n), highest, highest // (n + 1)) for n in range(26)]
    chart = chart_of(weeks)
    assert all(0 <= bar.x <= WIDTH - chart.bar_width for bar in chart.bars)
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in chart.bars)
    assert chart.lines[-1].number >= highest
    assert [month.start.month for month in chart.months] == [9, 10, 11, 12, 1, 2, 3]


def test_nothing_happened_yet_draws_an_empty_frame(enter: Enter) -> None:
    page = enter("anne", Agent.Role.ADMINISTRATOR).get(HERE).content.decode()
    assert "Personne n’est encore importé" in page
    assert "<svg" in page
