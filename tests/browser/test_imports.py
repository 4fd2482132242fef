"""Importing staff in a real browser: with and without JavaScript, on a telephone, without barriers."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Agent, School
from audit.models import Entry
from tests.activation.imports.conftest import agents_file, line
from tests.people import Academy

Axe = Callable[[Page], None]


@pytest.fixture
def camille(live: str, academy: Academy) -> Academy:
    """Camille administers; there is one school."""
    Agent.objects.filter(pk=academy.camille.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    School.objects.create(uai="0760001N", name="Collège Jean Moulin", city="Rouen")
    return academy


@pytest.fixture
def telephone(telephone: Page, live: str, camille: Academy) -> Page:
    """A narrow page without JavaScript, at the imports."""
    enter(telephone, live, camille)
    return telephone


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two newcomers and a row whose UAI lost its zero."""
    path = tmp_path / "agents.csv"
    newcomers = (line(), line(numen="99E0000002AAA", name="Hébert", first="Anne"))
    path.write_bytes(agents_file(*newcomers, line(numen="99E0000003AAA", uai="760001N")))
    return path


def enter(page: Page, live: str, academy: Academy) -> None:
    page.goto(f"{live}/gestion/")
    page.get_by_label("Identifiant").fill(academy.camille.login)
    page.get_by_label("Mot de passe", exact=True).fill(academy.camille.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.get_by_role("link", name="Imports").click()


def bring(page: Page, file: Path) -> None:
    page.get_by_role("radio", name="Agents").check()
    page.get_by_label("Fichier CSV").set_input_files(file)
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("heading", name=file.name)).to_be_visible()


def fits(page: Page) -> bool:
    width = page.locator("html").evaluate("it => it.scrollWidth")
    return bool(width <= 390)


def test_a_file_is_imported_while_the_page_follows_by_itself(
    page: Page, live: str, camille: Academy, file: Path, axe: Axe
) -> None:
    enter(page, live, camille)
    axe(page)
    bring(page, file)
    confirm = page.get_by_role("region", name="Importer")
    expect(confirm).to_be_visible()
    expect(page.get_by_text("Est-ce 0760001N")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Nouveaux 2").click()
    expect(page.get_by_text("Anne Hébert, 99•••••••••••")).to_be_visible()
    assert not Agent.objects.filter(first_name="Anne").exists()
    page.get_by_label("Laisser de côté la ligne en erreur").check()
    page.get_by_role("button", name="Importer").click()
    expect(page.get_by_text("Confirmé par Camille Lefèvre.")).to_be_visible()
    axe(page)
    anne = Agent.objects.get(first_name="Anne")
    assert anne.school is not None
    assert anne.school.uai == "0760001N"
    assert "0000002" not in page.content()


def test_the_same_on_a_telephone_without_javascript(
    telephone: Page, file: Path, tmp_path: Path
) -> None:
    assert fits(telephone)
    bring(telephone, file)
    until(telephone, "à vérifier")
    assert fits(telephone)
    with telephone.expect_download() as download:
        telephone.get_by_role("button", name="Télécharger en CSV").click()
    report = tmp_path / "report.csv"
    download.value.save_as(report)
    with report.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    assert [(it["ligne"], it["nature"]) for it in rows] == [
        ("4", "erreur"), ("2", "nouveau"), ("3", "nouveau"),
    ]  # fmt: skip
    telephone.get_by_label("Laisser de côté la ligne en erreur").check()
    telephone.get_by_role("button", name="Importer").click()
    until(telephone, "importé")
    assert fits(telephone)
    assert Agent.objects.filter(first_name="Anne").exists()
    assert Entry.objects.filter(event="import_written").count() == 1


def test_a_workbook_is_refused_with_what_to_do(telephone: Page, tmp_path: Path) -> None:
    workbook = tmp_path / "agents.xlsx"
    workbook.write_bytes(b"PK\x03\x04" + bytes(200))
    telephone.get_by_role("radio", name="Agents").check()
    telephone.get_by_label("Fichier CSV").set_input_files(workbook)
    telephone.get_by_role("button", name="Lire le fichier").click()
    expect(telephone.get_by_role("alert")).to_contain_text("C’est un classeur")
    assert fits(telephone)


def test_departures_are_chosen_by_who_is_there(
    page: Page, live: str, camille: Academy, file: Path, axe: Axe
) -> None:
    enter(page, live, camille)
    imported(page, file, "Laisser de côté la ligne en erreur")
    file.write_bytes(agents_file(line(post="Gestionnaire")))
    page.get_by_role("link", name="Retour aux imports").click()
    imported(page, file)
    page.get_by_role("link", name="Choisir les départs").click()
    page.get_by_label("Mot de passe", exact=True).fill(camille.camille.password)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("group", name="Qui est parti")).to_be_visible()
    axe(page)
    page.get_by_role("checkbox", name="Anne Hébert").check()
    page.get_by_label("Justification").fill("Absente du fichier de novembre.")
    page.get_by_role("button", name="Enregistrer les départs").click()
    expect(page.get_by_text("1 départ enregistré.")).to_be_visible()
    assert Agent.objects.get(first_name="Anne").status == Agent.Status.DEPARTED


def imported(page: Page, file: Path, accepting: str = "") -> None:
    bring(page, file)
    until(page, "à vérifier")
    if accepting:
        page.get_by_label(accepting).check()
    page.get_by_role("button", name="Importer").click()
    until(page, "importé")


def until(page: Page, state: str) -> None:
    """Without JavaScript the page comes again by itself, every few seconds."""
    expect(page.locator(".row2 .tag").get_by_text(state, exact=True)).to_be_visible()
