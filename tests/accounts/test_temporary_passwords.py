"""A password that the secretary hands over: whom for, how long, and what it opens."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.credentials.freezing import freeze, unfreeze
from accounts.models import Agent, School, TemporaryPassword
from accounts.passwords.passphrases import passphrase_words
from accounts.recovery.handed_codes import hand_out
from accounts.roles import Role
from accounts.tasks import close_expired_temporary_passwords
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
    secret_in,
    signs_in,
)
from tests.people import PASSWORD, Person, open_account

NEW = "une baleine range quatre parapluies"
REPLACE = reverse("account_must_change_password")
QUESTIONS = reverse("account_missing_questions")
ACTIVATE = reverse("activation_password")
WRONG = "L’identifiant ou le mot de passe n’est pas le bon."


@pytest.fixture(autouse=True)
def _no_mail_server_is_asked(settings: Settings) -> None:
    settings.DOVEADM_URL = ""


@pytest.fixture
def sophie(transactional_db: None, moulin: School) -> Person:
    """The secretary of the collège Jean Moulin."""
    return at_work("Sophie", Role.SECRETARY, moulin)


@pytest.fixture
def camille(transactional_db: None, moulin: School) -> Person:
    person = open_account("Camille", "Lefèvre", "camille.lefevre")
    Agent.objects.filter(pk=person.agent.pk).update(school=moulin)
    return person


def given(sophie: Person, camille: Person) -> str:
    return handed(browser_of(sophie), "temporary_password", camille.agent)


def test_it_is_four_french_words_shown_once(sophie: Person, camille: Person) -> None:
    client, url = browser_of(sophie), page_for("temporary_password", camille.agent)
    form = filled(client, url)
    answer = client.post(url, form)
    words = secret_in(answer.content.decode()).split()
    assert len(words) == 4
    assert set(words) <= set(passphrase_words())
    assert "no-store" in answer["Cache-Control"]
    again = client.post(url, form, follow=True).content.decode()
    assert "montré qu’une fois" in again
    assert words[0] not in again
    assert Entry.objects.filter(event="temporary_password_given").count() == 1


def test_it_leads_to_a_new_password_then_to_the_questions(sophie: Person, camille: Person) -> None:
    password = given(sophie, camille)
    assert signs_in(camille.login, PASSWORD) == ""
    client = Client()
    typed = {"login": camille.login, "password": password, "next": "/boite/"}
    assert client.post(reverse("account_login"), typed)["Location"] == REPLACE
    assert client.get("/")["Location"].startswith(reverse("account_login"))
    assert client.post(REPLACE, {"password": NEW})["Location"] == QUESTIONS
    assert signs_in(camille.login, password) == ""
    assert signs_in(camille.login, NEW) == "/"
    assert not TemporaryPassword.objects.exists()


def test_after_72_hours_it_is_a_wrong_password(sophie: Person, camille: Person) -> None:
    password = given(sophie, camille)
    left = TemporaryPassword.objects.get().expires_at - timezone.now()
    assert timedelta(hours=71) < left <= timedelta(hours=72)
    TemporaryPassword.objects.update(expires_at=timezone.now())
    page = Client().post(reverse("account_login"), {"login": camille.login, "password": password})
    assert WRONG in page.content.decode()
    refused = Entry.objects.filter(event="signed_in", result="refused").latest("number")
    assert refused.reason == "expired temporary password"


def test_at_night_an_expired_one_is_erased(sophie: Person, camille: Person) -> None:
    given(sophie, camille)
    close_expired_temporary_passwords()
    camille.user.refresh_from_db()
    assert camille.user.has_usable_password()
    TemporaryPassword.objects.update(expires_at=timezone.now())
    close_expired_temporary_passwords()
    close_expired_temporary_passwords()
    camille.user.refresh_from_db()
    assert not camille.user.has_usable_password()
    assert not TemporaryPassword.objects.exists()


def test_a_second_one_replaces_the_first(sophie: Person, camille: Person) -> None:
    first, second = given(sophie, camille), given(sophie, camille)
    assert signs_in(camille.login, first) == ""
    assert signs_in(camille.login, second) == REPLACE


def test_whoever_stands_before_the_new_password_with_the_first_one_is_sent_away(
    sophie: Person, camille: Person
) -> None:
    stranger = Client()
    first = given(sophie, camille)
    stranger.post(reverse("account_login"), {"login": camille.login, "password": first})
    second = given(sophie, camille)
    assert stranger.post(REPLACE, {"password": NEW})["Location"] == reverse("account_login")
    assert signs_in(camille.login, NEW) == ""
    assert signs_in(camille.login, second) == REPLACE


def test_what_was_open_ends(sophie: Person, camille: Person) -> None:
    theirs = browser_of(camille)
    wish = Wish("Thunderbird", reads=True, sends=True, days=None)
    application_passwords.create(camille.user, wish, NOWHERE)
    given(sophie, camille)
    assert theirs.get(reverse("mina_history")).status_code == 302
    assert not camille.user.application_passwords.exists()


def test_a_pause_after_failures_does_not_stand_in_the_way(sophie: Person, camille: Person) -> None:
    for _ in range(6):
        signs_in(camille.login, "faux")
    assert signs_in(camille.login, given(sophie, camille)) == REPLACE


def test_the_person_is_told_and_the_journal_says_how_the_identity_was_checked(
    sophie: Person, camille: Person
) -> None:
    given(sophie, camille)
    entry = Entry.objects.get(event="temporary_password_given")
    assert (entry.actor_label, entry.subject_label) == ("Sophie Renard", "Camille Lefèvre")
    assert (entry.method, entry.justification) == ("identity document", WHY)
    notices.sweep()
    [notice] = [it for it in mail.outbox if "provisoire" in it.subject]
    assert notice.to == [camille.address]
    assert "/mina/ce-n-est-pas-moi/" in notice.body


def test_the_first_one_comes_with_the_login_that_goes_with_it(
    transactional_db: None, moulin: School
) -> None:
    sophie = browser_of(at_work("Sophie", Role.SECRETARY, moulin))
    newcomer = Agent.objects.create(
        first_name="Ana", usual_name="Diaz", civil_name="Diaz", school=moulin
    )
    url = page_for("temporary_password", newcomer)
    page = sophie.post(url, filled(sophie, url)).content.decode()
    assert "ana.diaz" in page


def test_the_password_is_kept_nowhere_in_clear(sophie: Person, camille: Person) -> None:
    password = given(sophie, camille)
    notices.sweep()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            assert password not in str(cursor.fetchall()), table
    assert password not in str([it.message() for it in mail.outbox])


@pytest.mark.parametrize("missing", ["identity", "checked", "justification"])
def test_without_a_checked_identity_and_a_reason_nothing_happens(
    sophie: Person, camille: Person, missing: str
) -> None:
    client, url = browser_of(sophie), page_for("temporary_password", camille.agent)
    page = client.post(url, filled(client, url) | {missing: ""})
    assert page.status_code == 400
    assert "<code>" not in page.content.decode()
    assert signs_in(camille.login, PASSWORD) == "/"


def test_an_agent_of_another_school_does_not_exist(
    sophie: Person, camille: Person, prevert: School
) -> None:
    client, url = browser_of(sophie), page_for("temporary_password", camille.agent)
    form = filled(client, url)
    Agent.objects.filter(pk=camille.agent.pk).update(school=prevert)
    assert client.get(url).status_code == 404
    assert client.post(url, form).status_code == 404
    assert signs_in(camille.login, PASSWORD) == "/"


@pytest.mark.parametrize("role", [Role.HEAD, Role.HELPDESK, Role.ADMINISTRATOR, Role.AUDITOR])
def test_a_secretary_does_not_get_the_account_of_someone_with_other_rights(
    sophie: Person, camille: Person, role: Role
) -> None:
    Agent.objects.filter(pk=camille.agent.pk).update(role=role)
    url = page_for("temporary_password", camille.agent)
    assert browser_of(sophie).get(url).status_code == 404


@pytest.mark.parametrize("role", [Role.AGENT, Role.HEAD, Role.HELPDESK, Role.AUDITOR])
def test_nobody_but_secretaries_and_administrators_gives_one(
    camille: Person, moulin: School, role: Role
) -> None:
    eve = at_work("Eve", role, moulin)
    url = page_for("temporary_password", camille.agent)
    assert browser_of(eve).get(url).status_code == 404


def test_nobody_gives_one_to_themselves_or_to_a_closed_account(
    sophie: Person, camille: Person
) -> None:
    client = browser_of(sophie)
    assert client.get(page_for("temporary_password", sophie.agent)).status_code == 404
    freeze(camille.user, NOWHERE)
    assert client.get(page_for("temporary_password", camille.agent)).status_code == 404


def test_after_a_freeze_an_older_one_opens_nothing(sophie: Person, camille: Person) -> None:
    password = given(sophie, camille)
    freeze(camille.user, NOWHERE)
    camille.user.refresh_from_db()
    unfreeze(camille.user, NOWHERE, SYSTEM, "")
    assert signs_in(camille.login, password) == ""
    assert signs_in(camille.login, given(sophie, camille)) == REPLACE


def test_a_code_handed_out_before_is_void(sophie: Person, camille: Person) -> None:
    camille.agent.refresh_from_db()
    hand_out(sophie.user, camille.agent, NOWHERE, WHY)
    given(sophie, camille)
    assert not hasattr(type(camille.user).objects.get(pk=camille.user.pk), "handed_code")


def test_an_agent_who_never_activated_does_so_with_it(sophie: Person, moulin: School) -> None:
    nina = Agent.objects.create(
        first_name="Nina", usual_name="Roux", civil_name="Roux", school=moulin
    )
    password = handed(browser_of(sophie), "temporary_password", nina)
    assert signs_in("nina.roux", password) == ACTIVATE


def test_the_card_says_until_when_it_opens(sophie: Person, camille: Person) -> None:
    given(sophie, camille)
    card = browser_of(sophie).get(reverse("agent", args=[camille.agent.pk])).content.decode()
    assert "Mot de passe provisoire jusqu’au" in card
    TemporaryPassword.objects.update(expires_at=timezone.now())
    card = browser_of(sophie).get(reverse("agent", args=[camille.agent.pk])).content.decode()
    assert "Mot de passe provisoire expiré" in card
