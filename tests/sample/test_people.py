"""The rows that the sample makes, by the product's own functions."""

import pytest

from accounts.models import Agent, School, User
from mailboxes.models import Mailbox
from sample import people
from sample.academy import NORMANDIE

pytestmark = pytest.mark.django_db


def test_every_agent_is_known_with_school_post_and_role() -> None:
    people.create_people(NORMANDIE)
    camille = Agent.objects.get(user__username="camille.lefevre")
    assert (camille.display_name, camille.role) == ("Camille Lefèvre", Agent.Role.SECRETARY)
    assert camille.school == School.objects.get(uai="0760001N")
    assert Agent.objects.count() == len(NORMANDIE.agents)


def test_historic_addresses_still_receive() -> None:
    people.create_people(NORMANDIE)
    mailbox = Mailbox.objects.get(addresses__address="camille.lefevre@ac-rouen.fr")
    assert mailbox.address == "camille.lefevre@ac-normandie.fr"


def test_someone_who_has_not_activated_has_neither_account_nor_mailbox() -> None:
    people.create_people(NORMANDIE)
    fanny = Agent.objects.get(first_name="Fanny")
    assert fanny.user is None
    assert fanny.status == Agent.Status.IMPORTED
    assert not Mailbox.objects.filter(addresses__address__startswith="fanny.").exists()


def test_an_account_opens_only_when_its_mail_is_there() -> None:
    people.create_people(NORMANDIE)
    agent = NORMANDIE.agent("nadia.perrin")
    assert not people.is_open(agent)
    people.open_account(agent)
    user = User.objects.get(username="nadia.perrin")
    assert people.is_open(agent)
    assert user.check_password(agent.password or "")
    assert user.agent.status == Agent.Status.ACTIVE


def test_doing_it_twice_changes_nothing() -> None:
    people.create_people(NORMANDIE)
    before = people.reference_date(NORMANDIE), Agent.objects.count(), Mailbox.objects.count()
    people.create_people(NORMANDIE)
    people.check_site(NORMANDIE)
    after = people.reference_date(NORMANDIE), Agent.objects.count(), Mailbox.objects.count()
    assert before == after


def test_a_reset_gives_back_the_printed_password() -> None:
    people.create_people(NORMANDIE)
    agent = NORMANDIE.agent("nadia.perrin")
    people.open_account(agent)
    user = User.objects.get(username="nadia.perrin")
    user.set_password("autre phrase de passe")
    user.save()
    people.close_accounts(NORMANDIE)
    user.refresh_from_db()
    assert user.check_password(agent.password or "")
    assert not people.is_open(agent)


def test_a_site_with_accounts_of_its_own_is_left_alone() -> None:
    User.objects.create_user("vraie.personne", "une phrase de passe bien longue")
    with pytest.raises(people.NotTheSampleSite):
        people.check_site(NORMANDIE)
