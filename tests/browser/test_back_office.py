"""The back office in a real browser: on a telephone, without JavaScript, without barriers."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Agent
from accounts.sealed.numen import keep_numen, read_numen
from audit.models import Entry
from tests.people import PASSWORD, Academy

Axe = Callable[[Page], None]
NUMEN = "17E9876543ABC"
WHY = "Demandé au téléphone par l’intéressée."


@pytest.fixture
def camille(live: str, academy: Academy) -> Academy:
    """Camille administers; Nadia has a NUMEN."""
    Agent.objects.filter(pk=academy.camille.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    keep_numen(academy.nadia.agent, read_numen(NUMEN))
    return academy


@pytest.fixture
def telephone(telephone: Page, live: str, camille: Academy) -> Page:
    """A narrow page without JavaScript, at the door of the back office."""
    enter(telephone, live, camille)
    return telephone


def enter(page: Page, live: str, academy: Academy) -> None:
    page.goto(f"{live}/gestion/")
    page.get_by_label("Identifiant").fill(academy.camille.login)
    page.get_by_label("Mot de passe", exact=True).fill(academy.camille.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", name="Gestion")).to_be_visible()


def find_nadia(page: Page) -> None:
    page.get_by_role("link", name="Agents").click()
    page.get_by_label("Nom, identifiant").fill("nadia")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Nadia Benali").click()


def act(page: Page, name: str, button: str) -> None:
    """Does it for the agent of the card, having typed the password again."""
    page.get_by_role("link", name=name).click()
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    page.get_by_label("Justification").fill(WHY)
    page.get_by_role("button", name=button).click()


def fits(page: Page) -> bool:
    """Whether nothing sticks out of a narrow screen."""
    width = page.locator("html").evaluate("it => it.scrollWidth")
    return bool(width <= 390)


def test_a_numen_is_revealed_on_a_telephone_without_javascript(telephone: Page) -> None:
    assert fits(telephone)
    find_nadia(telephone)
    assert fits(telephone)
    expect(telephone.get_by_text("17•••••••••••")).to_be_visible()
    act(telephone, "Afficher le NUMEN", "Afficher")
    expect(telephone.get_by_text(NUMEN)).to_be_visible()
    assert NUMEN not in telephone.url
    assert Entry.objects.get(event="numen_revealed").justification == WHY


def test_an_account_is_frozen_and_found_in_the_journal(telephone: Page) -> None:
    find_nadia(telephone)
    act(telephone, "Geler le compte", "Geler")
    expect(telephone.get_by_role("status")).to_contain_text("Compte gelé")
    telephone.get_by_role("link", name="Journal").click()
    entry = telephone.get_by_role("listitem").filter(has_text="Compte gelé.")
    expect(entry).to_contain_text("par Camille Lefèvre")
    expect(entry).to_contain_text(WHY)
    assert fits(telephone)


def test_the_journal_is_taken_away_as_a_file(telephone: Page, tmp_path: Path) -> None:
    telephone.get_by_role("link", name="Journal").click()
    telephone.get_by_label("Événement").select_option("Connexion.")
    with telephone.expect_download() as download:
        telephone.get_by_role("button", name="Télécharger en CSV").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.suffix == ".csv"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    assert [(row["libellé"], row["nom de l’auteur"]) for row in rows] == [
        ("Connexion.", "Camille Lefèvre")
    ]
    assert Entry.objects.get(event="audit_exported").reason == "event=signed_in"


def test_the_pages_have_no_barrier(page: Page, live: str, camille: Academy, axe: Axe) -> None:
    enter(page, live, camille)
    axe(page)
    page.get_by_role("link", name="Journal").click()
    axe(page)
    page.get_by_label("Adresse IP").fill("ici")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_text("adresse IPv4")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Retour à la gestion").click()
    page.get_by_role("link", name="Agents").click()
    axe(page)
    page.get_by_label("Nom, identifiant").fill(NUMEN)
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_role("alert")).to_contain_text("C’est un NUMEN")
    assert NUMEN not in page.content()
    axe(page)
    page.get_by_label("Nom, identifiant").fill("nadia")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Nadia Benali").click()
    axe(page)
