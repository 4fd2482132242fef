"""Letters in a real browser: from who waits to a letter handed over, on a telephone and on a desk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import Agent, School, User
from accounts.sealed.numen import keep_numen, read_numen
from activation.codes import read_code
from activation.letters.drafting import Choice, draft_for_waiting
from activation.letters.files import download
from activation.letters.making import make_files
from activation.letters.redeeming import is_code_of, letter_by_login
from activation.letters.states import mark_posted, mark_printed
from audit.parties import NOWHERE
from tests.activation.reading import pages_of
from tests.people import Academy
from tests.servers import RUN

Axe = Callable[[Page], None]


@pytest.fixture
def camille(live: str, academy: Academy) -> Academy:
    """Camille administers; Julien and Solène wait for their letters; Nadia is the secretary."""
    moulin = School.objects.create(
        uai="0760001N",
        name="Collège Jean Moulin",
        city="Rouen",
        street="1, rue Haute",
        postal_code="76000",
        phone="02 35 00 00 00",
        email="secretariat@exemple.fr",
    )
    Agent.objects.filter(pk=academy.camille.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    Agent.objects.filter(pk=academy.nadia.agent.pk).update(role=Agent.Role.SECRETARY, school=moulin)
    for number, (first_name, name) in enumerate([("Julien", "Morel"), ("Solène", "Lecœur")]):
        newcomer = Agent.objects.create(
            first_name=first_name, usual_name=name, civil_name=name, school=moulin
        )
        keep_numen(newcomer, read_numen(f"17E987654{number}ABC"))
    return academy


def enter(page: Page, live: str, login: str, password: str) -> None:
    page.goto(f"{live}/gestion/")
    page.get_by_label("Identifiant").fill(login)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", name="Gestion")).to_be_visible()


def fits(page: Page) -> bool:
    """Whether nothing sticks out of a narrow screen."""
    return bool(page.locator("html").evaluate("it => it.scrollWidth") <= 390)


def confirm(page: Page, password: str) -> None:
    """The password again, where it is asked for."""
    if "/confirmer/" in page.url:
        page.get_by_label("Mot de passe", exact=True).fill(password)
        page.get_by_role("button", name="Confirmer").click()


def test_letters_are_drafted_printed_posted_and_handed_over_on_a_telephone_without_javascript(
    telephone: Page, live: str, camille: Academy, tmp_path: Path
) -> None:
    page, boss, secretary = telephone, camille.camille, camille.nadia
    enter(page, live, boss.login, boss.password)
    page.get_by_role("link", name="Courriers d’activation").click()
    expect(page.get_by_role("status")).to_have_text("2 personnes attendent une lettre.")
    assert fits(page)
    page.get_by_role("button", name="Préparer 2 lettres").click()
    download = page.get_by_role("link", name="Télécharger le fichier 1")
    # Without JavaScript the page renews itself every few seconds.
    expect(download).to_be_visible(timeout=60_000)
    assert fits(page)
    download.click()
    confirm(page, boss.password)
    assert fits(page)
    with page.expect_download() as had:
        page.get_by_role("button", name="Télécharger le PDF").click()
    file = tmp_path / "letters.pdf"
    had.value.save_as(file)
    julien, solene = pages_of(file.read_bytes())
    assert (julien.login, solene.login) == ("julien.morel", "solene.lecoeur")
    page.get_by_role("link", name="Retour au lot").click()
    page.get_by_role("button", name="Les lettres sont imprimées").click()
    page.get_by_role("button", name="Les lettres sont postées").click()
    expect(page.get_by_role("status")).to_contain_text("2 lettres mises à jour")
    page.get_by_label("Solène Lecœur").check()
    page.get_by_role("button", name="Revenues").click()
    assert fits(page)
    hand_over(page, live, secretary.login, secretary.password)
    letter = letter_by_login("solene.lecoeur")
    assert letter is not None
    assert is_code_of(letter, read_code(solene.code))


def hand_over(page: Page, live: str, login: str, password: str) -> None:
    page.context.clear_cookies()
    enter(page, live, login, password)
    page.get_by_role("link", name="Courriers revenus").click()
    assert fits(page)
    page.get_by_role("link", name="Remettre la lettre de Solène Lecœur").click()
    confirm(page, password)
    assert fits(page)
    page.get_by_label("Pièce d’identité présentée").select_option("Passeport")
    page.get_by_label("J’ai la personne devant moi").check()
    page.get_by_role("button", name="Remettre la lettre").click()
    expect(page.get_by_role("status")).to_contain_text("Lettre remise à Solène Lecœur")


def test_the_square_of_a_printed_page_leads_to_the_chosen_password(
    page: Page, live: str, camille: Academy, settings: Settings
) -> None:
    boss = User.objects.get(pk=camille.camille.user.pk)
    RUN.let_worker_work(wanted=False)  # it would make the same file at the same time
    batch = draft_for_waiting(boss, Choice(), NOWHERE)
    make_files(batch.pk)
    printed = pages_of(download(boss, batch.files.get(), NOWHERE))[1]
    mark_printed(boss, batch, NOWHERE)
    batch.refresh_from_db()
    mark_posted(boss, batch, timezone.localdate(), NOWHERE)
    page.goto(printed.qr_text.replace(settings.BASE_URL, live))
    expect(page.get_by_label("Votre code d’activation")).to_have_value(printed.code)
    page.get_by_label("Votre NUMEN").fill(printed.numen)
    page.get_by_role("button", name="Continuer", exact=True).click()
    expect(page.get_by_role("heading", name="Choisissez votre mot de passe")).to_be_visible()


def test_with_javascript_the_page_follows_the_work_and_no_page_has_a_barrier(
    page: Page, live: str, camille: Academy, axe: Axe
) -> None:
    boss = camille.camille
    enter(page, live, boss.login, boss.password)
    page.get_by_role("link", name="Courriers d’activation").click()
    axe(page)
    page.get_by_role("button", name="Préparer 2 lettres").click()
    axe(page)
    expect(page.get_by_role("link", name="Télécharger le fichier 1")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Télécharger le fichier 1").click()
    confirm(page, boss.password)
    axe(page)
    page.get_by_role("link", name="Retour au lot").click()
    page.get_by_role("button", name="Les lettres sont imprimées").click()
    axe(page)
    page.get_by_role("link", name="Annuler ce lot").click()
    axe(page)
    page.get_by_role("link", name="Ne rien changer").click()
    page.get_by_role("button", name="Les lettres sont postées").click()
    page.goto(f"{live}/gestion/courriers/revenus/")
    axe(page)
    page.get_by_role("button", name="Revenue ici la lettre de Julien Morel").click()
    page.get_by_role("link", name="Remettre la lettre de Julien Morel").click()
    axe(page)
    page.get_by_role("button", name="Remettre la lettre").click()
    axe(page)
    page.goto(f"{live}/gestion/courriers/personnes/")
    page.get_by_label("Nom, établissement ou référence").fill("morel")
    page.get_by_role("button", name="Chercher").click()
    expect(page.get_by_text("Julien Morel")).to_be_visible()
    axe(page)
