"""Django's administration: three doors, and nothing behind them that must not be seen."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Agent, School
from accounts.roles import Role
from accounts.sealed.numen import keep_numen, read_numen
from accounts.technical import technical_site
from audit.models import Entry
from tests.accounts.acting import at_work, browser_of
from tests.accounts.conftest import RingWriter
from tests.accounts.test_signin_second_factor import code_of
from tests.people import PASSWORD, Person

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

HOME = reverse("admin:index")
LOGIN = reverse("account_login")
NUMEN = "17E9876543ABC"
# A flag, and what everyone reads in the banner.
NO_SECRETS = {"must_change_password", "text"}
NEVER_SHOWN = re.compile("password$|hash|sealed|index|numen|token|secret|text$|html|pepper|proof")


@pytest.fixture(autouse=True)
def _no_mail_server_is_asked(settings: Settings) -> None:
    settings.DOVEADM_URL = ""


@pytest.fixture
def anne(transactional_db: None, ring: RingWriter, moulin: School) -> Person:
    person = at_work("Anne", Role.ADMINISTRATOR, moulin)
    keep_numen(person.agent, read_numen(NUMEN))
    return person


def with_factor(person: Person, *, asked: bool = True) -> Client:
    """Signed in with password and code; with ``asked`` false, the code was not asked."""
    secret = generate_totp_secret()
    if not asked:
        client = browser_of(person)
        TOTP.activate(person.user, secret)
        return client
    TOTP.activate(person.user, secret)
    client = browser_of(person, confirmed=False)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    client.post(reverse("mfa_trust"), {"action": "dont_trust"})
    return client


def pages() -> "Iterator[tuple[str, ModelAdmin[Model]]]":
    """``("accounts_agent", its page)`` for each kind of rows that is shown."""
    for app in apps.get_app_configs():
        for model in filter(technical_site.is_registered, app.get_models()):
            yield f"{app.label}_{model.__name__.lower()}", technical_site.get_model_admin(model)


def test_an_administrator_with_a_second_factor_reads_the_data(anne: Person) -> None:
    client = with_factor(anne)
    home = client.get(HOME)
    assert home.status_code == 200
    agents = client.get(reverse("admin:accounts_agent_changelist"))
    assert "Renard" in agents.content.decode()
    assert "no-store" in agents["Cache-Control"]
    assert Entry.objects.filter(event="technical_pages_opened").count() == 1


def test_without_a_second_factor_a_page_says_what_to_do(anne: Person) -> None:
    answer = browser_of(anne).get(HOME)
    assert answer.status_code == 403
    assert "Activer la double authentification" in answer.content.decode()


def test_a_factor_that_this_session_did_not_show_is_asked_for(anne: Person) -> None:
    client = with_factor(anne, asked=False)
    answer = client.get(HOME)
    assert answer.status_code == 403
    assert "Avec un code" in answer.content.decode()
    assert client.get(reverse("admin:accounts_agent_changelist")).status_code == 403


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_for_the_others_it_does_not_exist(
    anne: Person, ring: RingWriter, moulin: School, role: Role
) -> None:
    client = with_factor(at_work("Eve", role, moulin))
    assert client.get(HOME).status_code == 404
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 404


def test_a_role_taken_away_closes_the_pages_at_once(anne: Person) -> None:
    client = with_factor(anne)
    assert client.get(HOME).status_code == 200
    Agent.objects.filter(pk=anne.agent.pk).update(role=Role.AGENT)
    assert client.get(HOME).status_code == 404


def test_who_is_not_signed_in_is_asked_to(db: None) -> None:
    assert Client().get(HOME)["Location"].startswith(LOGIN)


def test_every_page_opens_and_shows_no_secret(anne: Person) -> None:
    client = with_factor(anne)
    agent = Agent.objects.get(pk=anne.agent.pk)
    secrets = [NUMEN, str(agent.numen_index), anne.user.password, PASSWORD]
    shown = ""
    for name, page in pages():
        listed = client.get(reverse(f"admin:{name}_changelist"))
        assert listed.status_code == 200
        shown += listed.content.decode()
        for row in page.get_queryset(HttpRequest())[:1]:
            answer = client.get(reverse(f"admin:{name}_change", args=[row.pk]))
            assert answer.status_code == 200
            shown += answer.content.decode()
    assert "anne.renard" in shown
    assert [secret for secret in secrets if secret in shown] == []


def test_no_page_lists_a_field_that_holds_a_secret() -> None:
    for _name, page in pages():
        named = [*map(str, page.fields or ()), *map(str, page.list_display)]
        assert [it for it in named if NEVER_SHOWN.search(it) and it not in NO_SECRETS] == []
    assert not technical_site.is_registered(Authenticator)


@pytest.mark.parametrize("lookup", ["password__startswith", "credential_epoch__gt"])
def test_a_hash_cannot_be_guessed_by_filtering(anne: Person, lookup: str) -> None:
    url = reverse("admin:accounts_user_changelist")
    answer = with_factor(anne).get(url, {lookup: "2000-01-01"})
    assert answer.status_code == 400


def test_nothing_can_be_changed_added_or_removed(anne: Person) -> None:
    client = with_factor(anne)
    change = reverse("admin:accounts_agent_change", args=[anne.agent.pk])
    assert client.post(change, {"first_name": "Autre"}).status_code == 403
    assert client.post(f"{change}../delete/").status_code in {403, 404}
    delete = reverse("admin:accounts_agent_delete", args=[anne.agent.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:accounts_agent_add")).status_code == 403
    assert Agent.objects.get(pk=anne.agent.pk).first_name == "Anne"


@pytest.mark.parametrize("page", ["login/", "password_change/", "autocomplete/"])
def test_what_has_a_page_elsewhere_is_not_served_twice(anne: Person, page: str) -> None:
    assert with_factor(anne).get(HOME + page).status_code == 404
