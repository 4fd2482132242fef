"""The directory in a real browser: on a telephone, without JavaScript, without barriers."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Agent, School
from tests.people import Academy

Axe = Callable[[Page], None]


@pytest.mark.parametrize("scripts", [True, False], ids=["page", "bare"])
def test_a_colleague_is_found_and_written_to_on_a_telephone(
    page: Page, live: str, academy: Academy, axe: Axe, *, scripts: bool
) -> None:
    school = School.objects.create(uai="0760001N", name="Collège Jean Moulin", city="Rouen")
    Agent.objects.filter(pk=academy.nadia.agent.pk).update(school=school, post="Infirmière")
    browser = page.context.browser
    assert browser
    telephone = browser.new_context(
        java_script_enabled=scripts, locale="fr-FR", viewport={"width": 390, "height": 800}
    ).new_page()
    telephone.goto(f"{live}/annuaire/")
    telephone.get_by_label("Identifiant").fill(academy.camille.login)
    telephone.get_by_label("Mot de passe", exact=True).fill(academy.camille.password)
    telephone.get_by_role("button", name="Se connecter", exact=True).click()
    telephone.get_by_label("Nom, fonction, établissement").fill("infirmière rouen")
    telephone.get_by_role("button", name="Chercher").click()
    expect(telephone.get_by_text("Nadia Benali")).to_be_visible()
    if scripts:
        axe(telephone)
    telephone.get_by_role("link", name="Collège Jean Moulin").click()
    expect(telephone.get_by_role("heading", name="Collège Jean Moulin")).to_be_visible()
    assert telephone.evaluate("document.documentElement.scrollWidth") <= 390
    telephone.get_by_role("link", name="Écrire à Nadia Benali").click()
    # With its script the composer shows recipients one by one, and carries them in the same field.
    expect(telephone.locator("[name=to]")).to_have_value(re.compile(academy.nadia.address))
