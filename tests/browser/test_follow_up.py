"""The follow-up of activations in a real browser: on a telephone, without JavaScript, in the dark."""

import csv
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Agent, School
from activation.models import Letter
from tests.accounts.conftest import moulin
from tests.activation.activating import go_on, newcomer, proved
from tests.mail_programs import signed_in, wait_for
from tests.people import Academy, open_account

Axe = Callable[[Page], None]
__all__ = ["moulin"]


@pytest.fixture
def camille(live: str, academy: Academy, moulin: School) -> Academy:
    """Camille administers; at the school one has activated, one is posted, one letter expired."""
    Agent.objects.filter(pk=academy.camille.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    go_on(proved(newcomer(moulin)))
    newcomer(moulin)
    late = newcomer(moulin).letter
    Letter.objects.filter(pk=late.pk).update(expires_at=timezone.now() - timedelta(days=1))
    return academy


@pytest.fixture
def telephone(telephone: Page, live: str, camille: Academy) -> Page:
    enter(telephone, live, camille)
    return telephone


def enter(page: Page, live: str, academy: Academy) -> None:
    page.goto(f"{live}/gestion/")
    page.get_by_label("Identifiant").fill(academy.camille.login)
    page.get_by_label("Mot de passe", exact=True).fill(academy.camille.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_role("link", name="Activations").click()
    expect(page.get_by_role("heading", name="Activations", exact=True)).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_and_chart_are_without_barriers(
    page: Page, live: str, camille: Academy, axe: Axe, scheme: str
) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    enter(page, live, camille)
    axe(page)
    page.get_by_text("Les nombres en tableau").click()
    rows = page.get_by_role("region", name="Nombres par semaine").get_by_role("row")
    expect(rows.nth(1)).to_contain_text(re.compile(r"3\s*1"))
    axe(page)
    page.get_by_role("link", name="Collège Jean Moulin").click()
    expect(page.get_by_role("heading", name="Comptes encore à ouvrir")).to_be_visible()
    axe(page)


def test_a_telephone_without_javascript_reads_exports_and_reminds(
    telephone: Page, camille: Academy, moulin: School
) -> None:
    secretariat = open_account("Secrétariat", "Moulin", "secretariat.moulin")
    School.objects.filter(pk=moulin.pk).update(email=secretariat.address)
    fits(telephone)
    with telephone.expect_download() as downloading:
        telephone.get_by_role("button", name="Exporter").click()
    text = Path(downloading.value.path()).read_text(encoding="utf-8-sig")
    assert list(csv.reader(text.splitlines(), delimiter=";"))[1][:2] == [moulin.uai, moulin.name]
    telephone.get_by_role("link", name="Collège Jean Moulin").click()
    fits(telephone)
    telephone.get_by_role("button", name="Rappeler le secrétariat").click()
    expect(telephone.get_by_text("1 rappel part au secrétariat")).to_be_visible()
    expect(telephone.get_by_text("Dernier rappel le")).to_be_visible()
    inbox = signed_in(secretariat.address, secretariat.password)
    wait_for(inbox, "Comptes à activer dans votre établissement")
    telephone.get_by_role("button", name="Rappeler le secrétariat").click()
    expect(telephone.get_by_text("Aucun rappel")).to_be_visible()


def fits(page: Page) -> None:
    assert page.locator("html").evaluate("it => it.scrollWidth <= innerWidth")
