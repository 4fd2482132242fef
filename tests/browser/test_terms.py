"""The conditions of use in a real browser: accepted and published without JavaScript, on a telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Agent, TermsVersion
from accounts.terms import has_accepted
from tests.people import Academy

Axe = Callable[[Page], None]


@pytest.fixture
def second_version(live: str, academy: Academy) -> TermsVersion:
    return TermsVersion.objects.create(
        number=2,
        french="# Objet\n\nUne règle nouvelle.\n\n- un\n- deux",
        english="# Purpose\n\nA new rule.\n\n- one\n- two",
    )


def sign_in(page: Page, live: str, academy: Academy, path: str) -> None:
    page.goto(live + path)
    page.get_by_label("Identifiant").fill(academy.camille.login)
    page.get_by_label("Mot de passe", exact=True).fill(academy.camille.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def fits(page: Page) -> bool:
    return bool(page.locator("html").evaluate("it => it.scrollWidth") <= 390)


def test_a_new_version_is_accepted_on_a_telephone_without_javascript(
    telephone: Page, live: str, academy: Academy, second_version: TermsVersion
) -> None:
    sign_in(telephone, live, academy, "/mina/historique/")
    expect(telephone.get_by_text("Une règle nouvelle.")).to_be_visible()
    assert fits(telephone)
    telephone.get_by_label("J’ai lu et j’accepte").check()
    telephone.get_by_role("button", name="Accepter et continuer").click()
    expect(telephone).to_have_url(f"{live}/mina/historique/")
    assert has_accepted(academy.camille.user)


def test_a_version_is_published_on_a_telephone_without_javascript(
    telephone: Page, live: str, academy: Academy
) -> None:
    Agent.objects.filter(pk=academy.camille.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    sign_in(telephone, live, academy, "/gestion/conditions/")
    telephone.get_by_role("link", name="Écrire une version").click()
    assert fits(telephone)
    field = telephone.get_by_label("Texte français")
    field.fill(field.input_value().replace("douze mois", "onze mois"))
    telephone.get_by_role("button", name="Relire avant de publier").click()
    expect(telephone.locator("ins")).to_contain_text("onze mois")
    assert fits(telephone)
    telephone.get_by_role("button", name="Reprendre le texte").click()
    expect(field).to_contain_text("onze mois")
    telephone.get_by_role("button", name="Relire avant de publier").click()
    telephone.get_by_label("J’ai relu les deux textes").check()
    telephone.get_by_role("button", name="Publier la version 2").click()
    expect(telephone.get_by_role("status")).to_contain_text("La version 2 est en vigueur.")
    assert fits(telephone)


def test_the_pages_have_no_barrier(
    page: Page, live: str, academy: Academy, second_version: TermsVersion, axe: Axe
) -> None:
    Agent.objects.filter(pk=academy.camille.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    page.goto(f"{live}/conditions/")
    axe(page)
    sign_in(page, live, academy, "/gestion/conditions/")
    axe(page)
    page.get_by_label("J’ai lu et j’accepte").check()
    page.get_by_role("button", name="Accepter et continuer").click()
    expect(page.get_by_role("heading", name="Versions publiées")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Écrire une version").click()
    axe(page)
    page.get_by_label("Texte français").fill("Une autre règle.")
    page.get_by_role("button", name="Relire avant de publier").click()
    expect(page.get_by_role("heading", name="Différences", exact=True)).to_be_visible()
    axe(page)
