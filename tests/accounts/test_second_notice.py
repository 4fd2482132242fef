"""A reset is told at two addresses at least, whatever the person has given."""

import json
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from accounts.credentials.new_password import reset_password
from accounts.models import Agent, Notice, School
from accounts.recovery.checks import (
    recovery_makes_sense,
    text_messages_can_leave,
    text_messages_reach_people,
)
from accounts.secrets import Password
from accounts.telling import notices
from audit.parties import Origin
from tests.accounts.recovering import NEW, PERSONAL, verified_address, verified_phone
from tests.people import Person, open_account

SOMEWHERE = Origin("192.0.2.7")


@pytest.fixture(autouse=True)
def messages(settings: Settings, tmp_path: Path) -> Path:
    settings.DOVEADM_URL = ""
    settings.SMS_GATEWAY, settings.SMS_FILE = "file", str(tmp_path / "sms.txt")
    return tmp_path / "sms.txt"


@pytest.fixture
def school(db: None) -> School:
    return School.objects.create(uai="0760001N", name="Collège Jean Moulin", city="Rouen")


@pytest.fixture
def camille(school: School) -> Person:
    return at_work("camille", school)


def at_work(name: str, school: School, role: Agent.Role = Agent.Role.AGENT) -> Person:
    person = open_account(name.title(), "Lefèvre", f"{name}.lefevre")
    Agent.objects.filter(pk=person.agent.pk).update(school=school, role=role)
    return person


def reset(person: Person) -> None:
    person.user.refresh_from_db()
    reset_password(person.user, Password(NEW), SOMEWHERE, "questions, wait", "flow")


def told() -> set[str]:
    return set(Notice.objects.values_list("recipient", flat=True))


def test_a_personal_address_is_the_second_one(camille: Person, school: School) -> None:
    at_work("sylvie", school, Agent.Role.SECRETARY)
    verified_address(camille.user)
    verified_phone(camille.user)
    reset(camille)
    assert told() == {camille.address, PERSONAL}


def test_else_the_telephone_is_told_with_the_link_that_freezes(
    camille: Person, school: School, messages: Path, client: Client
) -> None:
    at_work("sylvie", school, Agent.Role.SECRETARY)
    verified_phone(camille.user)
    reset(camille)
    assert told() == {camille.address, "+33612345678"}
    sms = Notice.objects.get(channel="sms")
    notices.send(sms.pk)
    message = json.loads(messages.read_text())
    assert message["to"] == "+33612345678"
    assert "réinitialisé" in message["text"]
    link = message["text"].rpartition(" ")[2]
    client.post(link[link.index("/mina/") :])
    camille.user.refresh_from_db()
    assert not camille.user.is_active
    sms.refresh_from_db()
    assert (sms.state, sms.text) == (Notice.State.SENT, "")


def test_a_text_message_waits_while_the_gateway_is_away(
    camille: Person, settings: Settings
) -> None:
    verified_phone(camille.user)
    reset(camille)
    sms = Notice.objects.get(channel="sms")
    settings.SMS_FILE = "/nowhere/sms.txt"
    notices.send(sms.pk)
    sms.refresh_from_db()
    assert sms.state == Notice.State.QUEUED
    assert sms.text


def test_else_the_secretaries_of_the_school_are_asked_to_check(
    camille: Person, school: School, prevert: School
) -> None:
    sylvie = at_work("sylvie", school, Agent.Role.SECRETARY)
    solange = at_work("solange", school, Agent.Role.SECRETARY)
    at_work("hubert", school, Agent.Role.HEAD)
    at_work("ailleurs", prevert, Agent.Role.SECRETARY)
    reset(camille)
    assert told() == {camille.address, sylvie.address, solange.address}
    notices.sweep()
    letter = next(one for one in mail.outbox if one.to == [sylvie.address])
    assert "Camille Lefèvre" in letter.subject
    assert "de vive voix" in letter.body
    assert "/ce-n-est-pas-moi/" not in letter.body


def test_without_secretary_the_head_is_asked(camille: Person, school: School) -> None:
    head = at_work("hubert", school, Agent.Role.HEAD)
    closed = at_work("sylvie", school, Agent.Role.SECRETARY)
    Agent.objects.filter(pk=closed.agent.pk).update(status=Agent.Status.DEPARTED)
    reset(camille)
    assert told() == {camille.address, head.address}


def test_a_secretary_is_not_her_own_witness(school: School) -> None:
    sylvie = at_work("sylvie", school, Agent.Role.SECRETARY)
    head = at_work("hubert", school, Agent.Role.HEAD)
    reset(sylvie)
    assert told() == {sylvie.address, head.address}


def test_a_telephone_that_no_message_reaches_is_no_address(
    camille: Person, school: School, settings: Settings
) -> None:
    sylvie = at_work("sylvie", school, Agent.Role.SECRETARY)
    verified_phone(camille.user)
    settings.SMS_GATEWAY = ""
    reset(camille)
    assert told() == {camille.address, sylvie.address}


def test_each_is_told_in_their_own_language(camille: Person, school: School) -> None:
    sylvie = at_work("sylvie", school, Agent.Role.SECRETARY)
    sylvie.user.language = "en"
    sylvie.user.save()
    with translation.override("fr"):
        reset(camille)
    hers = Notice.objects.get(recipient=sylvie.address)
    assert "Hello" in hers.text
    assert "Bonjour" in Notice.objects.get(recipient=camille.address).text


def test_the_site_does_not_start_with_text_messages_that_cannot_leave(settings: Settings) -> None:
    assert text_messages_can_leave(None) == []
    settings.SMS_GATEWAY = "http"
    assert [fault.id for fault in text_messages_can_leave(None)] == [
        "accounts.E040",
        "accounts.E041",
    ]
    settings.SMS_URL, settings.SMS_KEY = "https://sms.exemple.fr/", "clé"
    assert text_messages_can_leave(None) == []


def test_a_site_that_writes_text_messages_to_a_file_is_told_so(settings: Settings) -> None:
    assert [advice.id for advice in text_messages_reach_people(None)] == ["accounts.W040"]
    settings.SMS_GATEWAY = ""
    assert text_messages_reach_people(None) == []


def test_the_site_does_not_start_with_numbers_with_which_nobody_gets_back_in(
    settings: Settings,
) -> None:
    assert recovery_makes_sense(None) == []
    settings.HANDED_CODE_HOURS, settings.RECOVERY_CODE_TRIES = 0, 50
    assert [fault.id for fault in recovery_makes_sense(None)] == ["accounts.E045", "accounts.E046"]
