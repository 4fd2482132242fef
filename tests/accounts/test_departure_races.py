"""Two workers, or a worker and an administrator, at the same moment, on the real database."""

from datetime import timedelta

import pytest
from django.http import Http404
from django.utils import timezone
from pytest_django import Settings

from accounts.agents.departure import cancel_departure, carry_out_due, plan_departure
from accounts.credentials.new_password import change_password
from accounts.models import Agent, Departure, User
from accounts.roles import Role
from accounts.secrets import Password
from audit.models import Entry
from audit.parties import NOWHERE
from tests.accounts.acting import WHY, at_work
from tests.accounts.test_recovery_races import at_once
from tests.people import Person, open_account

NEW = Password("quatre trompettes vertes dans le grenier")
Status = Agent.Status


@pytest.fixture
def camille(transactional_db: None, settings: Settings) -> Person:
    settings.DOVEADM_URL = ""
    return open_account("Camille", "Lefèvre", "camille.lefevre")


@pytest.fixture
def anne(camille: Person) -> User:
    """An administrator, who planned Camille's departure for a day that has come."""
    user = at_work("Anne", Role.ADMINISTRATOR).user
    tomorrow = timezone.localdate() + timedelta(days=1)
    plan_departure(user, camille.agent, tomorrow, NOWHERE, WHY)
    Departure.objects.update(leaves_on=timezone.localdate())
    return User.objects.get(pk=user.pk)


def carry_out() -> str:
    carry_out_due()
    return "done"


def test_of_four_workers_one_closes_the_account(camille: Person, anne: User) -> None:
    at_once(carry_out, carry_out, carry_out, carry_out)
    assert Agent.objects.get(pk=camille.agent.pk).status == Status.DEPARTED
    assert Entry.objects.filter(event="agent_departed").count() == 1


def test_who_cancels_while_it_is_carried_out_is_told_the_truth(camille: Person, anne: User) -> None:
    def cancel() -> str:
        try:
            cancel_departure(anne, camille.agent, NOWHERE, WHY)
        except Http404:
            return "too late"
        return "cancelled"

    answers = at_once(carry_out, cancel)
    closed = Agent.objects.get(pk=camille.agent.pk).status == Status.DEPARTED
    assert answers[1] == ("too late" if closed else "cancelled")
    assert Departure.objects.exists() is closed


def test_a_new_password_chosen_meanwhile_does_not_keep_the_account_open(
    camille: Person, anne: User
) -> None:
    def choose() -> str:
        change_password(User.objects.get(pk=camille.user.pk), NEW, NOWHERE)
        return "chosen"

    at_once(carry_out, choose)
    assert Agent.objects.get(pk=camille.agent.pk).status == Status.DEPARTED
    assert not User.objects.get(pk=camille.user.pk).is_active
