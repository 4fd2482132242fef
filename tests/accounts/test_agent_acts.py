"""The pages of the card: who is asked for what before something is done, and a code handed out."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Agent, HandedCode, School
from accounts.roles import Role
from accounts.sealed.numen import keep_numen, read_numen
from accounts.telling import notices
from audit.models import Entry
from tests.accounts.acting import (
    WHY,
    at_work,
    browser_of,
    filled,
    handed,
    page_for,
    secret_in,
    signs_in,
)
from tests.accounts.conftest import RingWriter
from tests.accounts.recovering import (
    NEITHER,
    NEW,
    answered,
    choose,
    link_after,
    verified_address,
    with_questions,
)
from tests.people import PASSWORD, Person, open_account

CONFIRM = reverse("account_reauthenticate")
ACTS_ASKING = ("numen", "role", "reset_code", "temporary_password", "freeze", "departure")


@pytest.fixture(autouse=True)
def _no_mail_server_is_asked(settings: Settings) -> None:
    settings.DOVEADM_URL = ""


@pytest.fixture
def camille(transactional_db: None, moulin: School, ring: RingWriter) -> Person:
    """With answers, a NUMEN, and no second proof."""
    person = with_questions(open_account("Camille", "Lefèvre", "camille.lefevre"))
    person.agent.school = moulin
    person.agent.save()
    keep_numen(person.agent, read_numen("17E9876543ABC"))
    return person


@pytest.fixture
def sophie(transactional_db: None, moulin: School) -> Client:
    """The secretary's browser."""
    return browser_of(at_work("Sophie", Role.SECRETARY, moulin))


@pytest.mark.parametrize("act", ACTS_ASKING)
def test_the_password_is_asked_again_before_anything_is_shown_or_done(
    camille: Person, act: str
) -> None:
    client = browser_of(at_work("Anne", Role.ADMINISTRATOR), confirmed=False)
    url = page_for(act, camille.agent)
    for answer in (client.get(url), client.post(url, {"justification": WHY, "role": "auditor"})):
        assert answer["Location"].startswith(CONFIRM)
    confirmed = client.post(f"{CONFIRM}?next={url}", {"password": PASSWORD, "next": url})
    assert confirmed["Location"] == url
    assert client.get(url).status_code == 200


def test_opening_an_account_again_asks_too(camille: Person) -> None:
    anne = at_work("Anne", Role.ADMINISTRATOR)
    client, url = browser_of(anne), page_for("freeze", camille.agent)
    client.post(url, filled(client, url))
    elsewhere = browser_of(anne, confirmed=False)
    assert elsewhere.get(page_for("unfreeze", camille.agent))["Location"].startswith(CONFIRM)


def test_it_is_asked_again_after_some_minutes(camille: Person, settings: Settings) -> None:
    client = browser_of(at_work("Anne", Role.ADMINISTRATOR))
    assert client.get(page_for("freeze", camille.agent)).status_code == 200
    assert settings.ACCOUNT_REAUTHENTICATION_TIMEOUT == 300
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(page_for("freeze", camille.agent))["Location"].startswith(CONFIRM)


@pytest.mark.parametrize("act", ACTS_ASKING)
def test_who_has_no_right_is_not_even_asked(camille: Person, act: str) -> None:
    client = browser_of(at_work("Eve", Role.AGENT), confirmed=False)
    assert client.get(page_for(act, camille.agent)).status_code == 404
    assert Client().get(page_for(act, camille.agent)).status_code == 302


def test_a_handed_code_is_shown_once_and_gives_a_new_password(
    sophie: Client, camille: Person
) -> None:
    url = page_for("reset_code", camille.agent)
    form = filled(sophie, url)
    answer = sophie.post(url, form)
    code = secret_in(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    again = sophie.post(url, form, follow=True).content.decode()
    assert code not in again
    assert "montré qu’une fois" in again
    browser = answered(camille)
    choose(browser, link_after(browser, NEITHER, {"code": code}))
    assert signs_in(camille.login, NEW) == "/"


def test_a_second_code_voids_the_first(sophie: Client, camille: Person) -> None:
    first = handed(sophie, "reset_code", camille.agent)
    second = handed(sophie, "reset_code", camille.agent)
    browser = answered(camille)
    assert link_after(browser, NEITHER, {"code": first}) == ""
    assert link_after(browser, NEITHER, {"code": second})


def test_the_person_is_told_of_a_code_and_the_journal_says_how_and_why(
    sophie: Client, camille: Person
) -> None:
    handed(sophie, "reset_code", camille.agent)
    entry = Entry.objects.get(event="reset_code_handed_out")
    assert (entry.actor_label, entry.subject_label) == ("Sophie Renard", "Camille Lefèvre")
    assert (entry.method, entry.justification) == ("identity document", WHY)
    notices.sweep()
    assert "Un code de réinitialisation vous a été remis" in [it.subject for it in mail.outbox]


def test_who_gets_a_role_is_told(camille: Person) -> None:
    client, url = browser_of(at_work("Anne", Role.ADMINISTRATOR)), page_for("role", camille.agent)
    client.post(url, filled(client, url, role="helpdesk"))
    notices.sweep()
    [notice] = [it for it in mail.outbox if it.subject == "Votre rôle a changé"]
    assert notice.to == [camille.address]
    assert "assistance" in notice.body


@pytest.mark.parametrize("missing", ["identity", "checked", "justification", "once"])
def test_without_a_checked_identity_no_code_is_made(
    sophie: Client, camille: Person, missing: str
) -> None:
    url = page_for("reset_code", camille.agent)
    answer = sophie.post(url, filled(sophie, url) | {missing: ""})
    assert answer.status_code == 400
    assert not HandedCode.objects.exists()


@pytest.mark.parametrize("identity", ["autre", "x" * 5000])
def test_a_check_that_is_not_on_the_list_is_refused(
    sophie: Client, camille: Person, identity: str
) -> None:
    url = page_for("reset_code", camille.agent)
    answer = sophie.post(url, filled(sophie, url) | {"identity": identity})
    assert answer.status_code == 400
    assert not HandedCode.objects.exists()


def test_no_code_for_an_agent_of_another_school(
    sophie: Client, camille: Person, prevert: School
) -> None:
    url = page_for("reset_code", camille.agent)
    form = filled(sophie, url)
    Agent.objects.filter(pk=camille.agent.pk).update(school=prevert)
    assert sophie.get(url).status_code == 404
    assert sophie.post(url, form).status_code == 404
    assert not HandedCode.objects.exists()


def test_the_help_desk_hands_out_codes_for_every_school(camille: Person) -> None:
    desk = browser_of(at_work("Hugo", Role.HELPDESK))
    assert len(handed(desk, "reset_code", camille.agent)) == 8


def test_no_code_where_it_would_open_nothing(sophie: Client, camille: Person) -> None:
    """With a verified address the code goes there; without answers no code helps."""
    url = page_for("reset_code", camille.agent)
    assert sophie.get(url).status_code == 200
    contact = verified_address(camille.user)
    assert sophie.get(url).status_code == 404
    contact.delete()
    camille.user.security_answers.all().delete()
    assert sophie.get(url).status_code == 404


def test_the_card_says_until_when_a_code_works_and_how_long_a_reset_restricts(
    sophie: Client, camille: Person
) -> None:
    handed(sophie, "reset_code", camille.agent)
    card = sophie.get(reverse("agent", args=[camille.agent.pk])).content.decode()
    assert "Code de réinitialisation valable jusqu’au" in card
