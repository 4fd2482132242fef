"""Someone leaves: on the day, before it, after it, and by mistake."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.agents.departure import plan_departure
from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.credentials.freezing import freeze, unfreeze
from accounts.models import Agent, Departure, FreezeLink, School
from accounts.roles import Role
from accounts.tasks import carry_out_departures
from accounts.telling import notices
from audit.models import Entry
from audit.parties import NOWHERE, SYSTEM
from tests.accounts.acting import (
    WHY,
    at_work,
    browser_of,
    filled,
    handed,
    page_for,
    signs_in,
)
from tests.accounts.conftest import AgentMaker
from tests.accounts.recovering import PERSONAL, verified_address, with_questions
from tests.people import PASSWORD, Person, open_account

REPLACE = reverse("account_must_change_password")
Status = Agent.Status


@pytest.fixture(autouse=True)
def _no_mail_server_is_asked(settings: Settings) -> None:
    settings.DOVEADM_URL = ""


@pytest.fixture
def admin(transactional_db: None) -> Client:
    return browser_of(at_work("Anne", Role.ADMINISTRATOR))


@pytest.fixture
def camille(transactional_db: None) -> Person:
    return with_questions(open_account("Camille", "Lefèvre", "camille.lefevre"))


def do(client: Client, act: str, agent: Agent, **more: str) -> str:
    url = page_for(act, agent)
    return client.post(url, filled(client, url, **more), follow=True).content.decode()


def leaves(client: Client, person: Person, days: int = 0) -> str:
    day = timezone.localdate() + timedelta(days=days)
    return do(client, "departure", person.agent, leaves_on=day.isoformat())


def let_days_pass(days: int) -> None:
    for departure in Departure.objects.all():
        departure.leaves_on -= timedelta(days=days)
        if departure.carried_out_at:
            departure.carried_out_at -= timedelta(days=days)
        departure.save()


def status_of(person: Person) -> str:
    return Agent.objects.get(pk=person.agent.pk).status


def card_of(client: Client, person: Person) -> str:
    return client.get(reverse("agent", args=[person.agent.pk])).content.decode()


def events() -> list[str]:
    found = Entry.objects.filter(event__regex="depart|taken_back").order_by("number")
    return list(found.values_list("event", flat=True))


def test_who_leaves_today_is_signed_out_and_cannot_come_back(
    admin: Client, camille: Person
) -> None:
    theirs = browser_of(camille)
    assert "Compte fermé" in leaves(admin, camille)
    assert theirs.get(reverse("mina_history")).status_code == 302
    assert signs_in(camille.login, PASSWORD) == ""
    assert status_of(camille) == Status.DEPARTED
    assert events() == ["departure_planned", "agent_departed"]


def test_answers_and_application_passwords_are_erased(admin: Client, camille: Person) -> None:
    wish = Wish("Thunderbird", reads=True, sends=True, days=None)
    application_passwords.create(camille.user, wish, NOWHERE)
    leaves(admin, camille)
    camille.user.refresh_from_db()
    assert not camille.user.security_answers.exists()
    assert not camille.user.application_passwords.exists()
    assert not camille.user.has_usable_password()


def test_the_person_is_told_at_the_personal_address_too(admin: Client, camille: Person) -> None:
    verified_address(camille.user)
    leaves(admin, camille)
    notices.sweep()
    told = [it for it in mail.outbox if it.subject == "Votre compte est fermé"]
    assert {it.to[0] for it in told} == {camille.address, PERSONAL}
    assert not FreezeLink.objects.exists()


def test_a_departure_to_come_changes_nothing_before_its_day(admin: Client, camille: Person) -> None:
    assert "Départ enregistré" in leaves(admin, camille, days=3)
    assert "Part le" in card_of(admin, camille)
    carry_out_departures()
    assert signs_in(camille.login, PASSWORD) == "/"
    notices.sweep()
    [notice] = [it for it in mail.outbox if it.subject == "Votre départ est enregistré"]
    assert "Le compte ferme le" in notice.body


def test_on_its_day_it_is_carried_out_once(admin: Client, camille: Person) -> None:
    leaves(admin, camille, days=3)
    let_days_pass(3)
    carry_out_departures()
    carry_out_departures()
    assert status_of(camille) == Status.DEPARTED
    assert events() == ["departure_planned", "agent_departed"]
    assert Entry.objects.get(event="agent_departed").actor_label == "Pli"


def test_a_day_that_was_missed_is_made_up_for(admin: Client, camille: Person) -> None:
    leaves(admin, camille, days=3)
    let_days_pass(10)
    carry_out_departures()
    assert status_of(camille) == Status.DEPARTED


def test_planning_again_changes_the_day(admin: Client, camille: Person) -> None:
    leaves(admin, camille, days=3)
    leaves(admin, camille, days=30)
    let_days_pass(10)
    carry_out_departures()
    assert status_of(camille) == Status.ACTIVE


def test_a_planned_departure_is_cancelled(admin: Client, camille: Person) -> None:
    leaves(admin, camille, days=3)
    assert "Départ annulé" in do(admin, "departure_cancel", camille.agent)
    assert not Departure.objects.exists()
    assert signs_in(camille.login, PASSWORD) == "/"
    assert admin.get(page_for("departure_cancel", camille.agent)).status_code == 404


@pytest.mark.parametrize("typed", ["", "hier", "2001-09-01"])
def test_a_day_that_is_past_or_none_is_refused(admin: Client, camille: Person, typed: str) -> None:
    page = do(admin, "departure", camille.agent, leaves_on=typed)
    assert "fg__error" in page
    assert not Departure.objects.exists()


def test_a_departure_by_mistake_is_undone(admin: Client, camille: Person, moulin: School) -> None:
    Agent.objects.filter(pk=camille.agent.pk).update(school=moulin, role=Role.HELPDESK)
    leaves(admin, camille)
    assert "Parti le" in card_of(admin, camille)
    assert "Remettez un mot de passe provisoire" in do(admin, "take_back", camille.agent)
    assert status_of(camille) == Status.ACTIVE
    assert signs_in(camille.login, PASSWORD) == ""
    assert Agent.objects.get(pk=camille.agent.pk).role == Role.AGENT
    password = handed(admin, "temporary_password", camille.agent)
    client = Client()
    client.post(reverse("account_login"), {"login": camille.login, "password": password})
    chosen = client.post(REPLACE, {"password": "une baleine range quatre parapluies"})
    assert chosen["Location"] == reverse("account_missing_questions")


def test_after_six_months_it_is_not_undone_any_more(admin: Client, camille: Person) -> None:
    leaves(admin, camille)
    let_days_pass(182)
    assert admin.get(page_for("take_back", camille.agent)).status_code == 200
    let_days_pass(1)
    assert admin.get(page_for("take_back", camille.agent)).status_code == 404


def test_who_was_frozen_comes_back_frozen(admin: Client, camille: Person) -> None:
    do(admin, "freeze", camille.agent)
    leaves(admin, camille)
    do(admin, "take_back", camille.agent)
    assert status_of(camille) == Status.FROZEN
    assert signs_in(camille.login, PASSWORD) == ""


def test_who_never_activated_can_leave_too(admin: Client, make_agent: AgentMaker) -> None:
    newcomer = make_agent("nina")
    user = newcomer.user
    Agent.objects.filter(pk=newcomer.pk).update(status=Status.IMPORTED, user=None)
    assert user
    user.delete()
    do(admin, "departure", newcomer, leaves_on=timezone.localdate().isoformat())
    assert Agent.objects.get(pk=newcomer.pk).status == Status.DEPARTED
    do(admin, "take_back", newcomer)
    assert Agent.objects.get(pk=newcomer.pk).status == Status.IMPORTED


def test_who_left_has_no_right_and_can_be_given_none(admin: Client, camille: Person) -> None:
    leaves(admin, camille)
    for act in ("role", "freeze", "temporary_password", "reset_code", "departure"):
        assert admin.get(page_for(act, camille.agent)).status_code == 404


def test_a_link_of_an_older_notice_does_not_touch_who_left(admin: Client, camille: Person) -> None:
    freeze(camille.user, NOWHERE)
    leaves(admin, camille)
    camille.user.refresh_from_db()
    freeze(camille.user, NOWHERE)
    assert status_of(camille) == Status.DEPARTED
    with pytest.raises(Http404):
        unfreeze(camille.user, NOWHERE, SYSTEM, WHY)
    assert signs_in(camille.login, PASSWORD) == ""


def test_a_second_factor_outlives_the_departure(admin: Client, camille: Person) -> None:
    """Whoever is taken back must show it, as before."""
    Authenticator.objects.create(user=camille.user, type=Authenticator.Type.TOTP, data={})
    leaves(admin, camille)
    do(admin, "take_back", camille.agent)
    password = handed(admin, "temporary_password", camille.agent)
    assert signs_in(camille.login, password) == reverse("mfa_authenticate")


def test_nobody_closes_their_own_account(admin: Client) -> None:
    anne = Agent.objects.get(first_name="Anne")
    assert admin.get(page_for("departure", anne)).status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_administrators_let_people_leave(camille: Person, moulin: School, role: Role) -> None:
    Agent.objects.filter(pk=camille.agent.pk).update(school=moulin)
    eve = at_work("Eve", role, moulin)
    assert browser_of(eve).get(page_for("departure", camille.agent)).status_code == 404
    camille.agent.refresh_from_db()
    with pytest.raises(Http404):
        plan_departure(eve.user, camille.agent, timezone.localdate(), NOWHERE, WHY)
