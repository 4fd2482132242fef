"""Someone leaves, as the mail servers and mail programs see it."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.agents.departure import plan_departure, take_back
from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.credentials.new_password import change_password
from accounts.credentials.temporary_passwords import give_temporary_password
from accounts.models import Agent, Departure
from accounts.roles import Role
from accounts.secrets import Password
from audit.models import Entry
from audit.parties import NOWHERE
from mailboxes.models import Mailbox
from mailboxes.tasks import close_mailboxes_of_departed
from tests.mail_programs import signed_in
from tests.mailboxes.test_application_passwords import reads_with, sends_with
from tests.mailboxes.test_kick import NEW, PATIENCE_SECONDS, ends
from tests.mailboxes.test_lookup import accepted
from tests.people import Academy

WHY = "Mutation dans une autre académie."


@pytest.fixture
def nadia_administers(academy: Academy) -> Academy:
    academy.nadia.agent.role = Role.ADMINISTRATOR
    academy.nadia.agent.save()
    return academy


def leaves(academy: Academy) -> None:
    """Bastien leaves; Camille stays, to write to him."""
    today = timezone.localdate()
    plan_departure(academy.nadia.user, academy.bastien.agent, today, NOWHERE, WHY)


def let_days_pass(days: int) -> None:
    departure = Departure.objects.get()
    assert departure.carried_out_at
    departure.carried_out_at -= timedelta(days=days)
    departure.save()


def test_open_connections_end_within_five_seconds(nadia_administers: Academy) -> None:
    bastien = nadia_administers.bastien
    connection = signed_in(bastien.address, bastien.password)
    started = time.monotonic()
    leaves(nadia_administers)
    assert ends(connection)
    assert time.monotonic() - started < PATIENCE_SECONDS


def test_neither_password_opens_mail_programs_any_more(nadia_administers: Academy) -> None:
    bastien = nadia_administers.bastien
    wish = Wish("Téléphone", reads=True, sends=True, days=None)
    of_program = application_passwords.create(bastien.user, wish, NOWHERE).reveal()
    assert reads_with(bastien, of_program)
    leaves(nadia_administers)
    for password in (bastien.password, of_program):
        assert not reads_with(bastien, password)
        assert not sends_with(bastien, password)


def test_the_mailbox_receives_for_three_months_then_refuses(nadia_administers: Academy) -> None:
    academy = nadia_administers
    leaves(academy)
    let_days_pass(89)
    close_mailboxes_of_departed()
    assert accepted(academy, academy.bastien.address)
    let_days_pass(1)
    close_mailboxes_of_departed()
    close_mailboxes_of_departed()
    assert not accepted(academy, academy.bastien.address)
    assert not accepted(academy, academy.bastien.historic_address)
    assert Entry.objects.filter(event="mailbox_closed").count() == 1


def test_an_academy_chooses_how_long_it_receives(
    nadia_administers: Academy, settings: Settings
) -> None:
    settings.DEPARTED_MAILBOX_DAYS = 0
    leaves(nadia_administers)
    close_mailboxes_of_departed()
    assert not accepted(nadia_administers, nadia_administers.bastien.address)


def test_who_is_taken_back_receives_and_reads_again(nadia_administers: Academy) -> None:
    academy, bastien = nadia_administers, nadia_administers.bastien
    leaves(academy)
    let_days_pass(90)
    close_mailboxes_of_departed()
    take_back(academy.nadia.user, bastien.agent, NOWHERE, WHY)
    assert accepted(academy, bastien.address)
    agent = Agent.objects.get(pk=bastien.agent.pk)
    password = give_temporary_password(academy.nadia.user, agent, NOWHERE, WHY)
    assert not reads_with(bastien, password.reveal())
    assert agent.user
    agent.user.refresh_from_db()
    change_password(agent.user, NEW, NOWHERE)
    assert reads_with(bastien, NEW.reveal())


def test_a_mailbox_that_was_closed_before_stays_closed(nadia_administers: Academy) -> None:
    academy = nadia_administers
    Mailbox.objects.filter(pk=academy.bastien.mailbox.pk).update(is_active=False)
    leaves(academy)
    let_days_pass(90)
    close_mailboxes_of_departed()
    take_back(academy.nadia.user, academy.bastien.agent, NOWHERE, WHY)
    assert not Mailbox.objects.get(pk=academy.bastien.mailbox.pk).is_active


def test_a_temporary_password_opens_no_mail_program_until_it_is_replaced(
    nadia_administers: Academy,
) -> None:
    academy, camille = nadia_administers, nadia_administers.camille
    connection = signed_in(camille.address, camille.password)
    given = give_temporary_password(academy.nadia.user, camille.agent, NOWHERE, WHY)
    assert ends(connection)
    for password in (given.reveal(), camille.password):
        assert not reads_with(camille, password)
        assert not sends_with(camille, password)
    camille.user.refresh_from_db()
    change_password(camille.user, Password("quatre trompettes vertes au grenier"), NOWHERE)
    assert not reads_with(camille, given.reveal())
    assert reads_with(camille, "quatre trompettes vertes au grenier")
    assert sends_with(camille, "quatre trompettes vertes au grenier")
