"""Acting for an agent in a real browser: on a telephone, without JavaScript, by keyboard, without barriers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Agent, School
from accounts.roles import Role
from tests.accounts.recovering import with_questions
from tests.accounts.test_signin_second_factor import code_of
from tests.people import PASSWORD, Academy, Person

Axe = Callable[[Page], None]
WHY = "Venue au secrétariat, dossier 12."
NEW = "une baleine range quatre parapluies"


@pytest.fixture
def moulin(live: str, academy: Academy) -> Academy:
    """Camille administers; Nadia is the secretary of Bastien's school."""
    school = School.objects.create(uai="0760001N", name="Collège Jean Moulin", city="Rouen")
    hold(academy.camille, Role.ADMINISTRATOR, None)
    hold(academy.nadia, Role.SECRETARY, school)
    hold(academy.bastien, Role.AGENT, school)
    return academy


def hold(person: Person, role: Role, school: School | None) -> None:
    Agent.objects.filter(pk=person.agent.pk).update(role=role, school=school)


def enter(page: Page, live: str, person: Person, password: str = PASSWORD) -> None:
    page.goto(f"{live}/gestion/agents/")
    page.get_by_label("Identifiant").fill(person.login)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def choose(page: Page, person: Person, act: str) -> None:
    """The act's page, for which the password is typed again."""
    page.get_by_role("link", name=person.agent.display_name).click()
    page.get_by_role("link", name=act).click()
    expect(page.get_by_role("heading", name="Confirmez que c’est vous")).to_be_visible()
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("heading", name=act)).to_be_visible()


def check_identity(page: Page) -> None:
    page.get_by_label("Comment avez-vous vérifié").select_option("Pièce d’identité présentée")
    page.get_by_label("J’ai vérifié que cette personne").check()
    page.get_by_label("Justification").fill(WHY)


def fits(page: Page) -> bool:
    """Whether nothing sticks out of a narrow screen."""
    return bool(page.locator("html").evaluate("it => it.scrollWidth") <= 390)


def test_a_secretary_hands_over_a_temporary_password_that_is_replaced(
    telephone: Page, live: str, moulin: Academy
) -> None:
    enter(telephone, live, moulin.nadia)
    assert fits(telephone)
    choose(telephone, moulin.bastien, "Remettre un mot de passe provisoire")
    assert fits(telephone)
    check_identity(telephone)
    telephone.get_by_role("button", name="Créer le mot de passe").click()
    password = telephone.locator("code").inner_text()
    assert fits(telephone)
    assert len(password.split()) == 4
    assert password.split()[0] not in telephone.url
    telephone.get_by_role("link", name="C’est noté").click()
    expect(telephone.get_by_text("Mot de passe provisoire jusqu’au")).to_be_visible()
    telephone.context.clear_cookies()
    enter(telephone, live, moulin.bastien, password)
    expect(telephone.get_by_role("heading", name="Choisissez votre mot de passe")).to_be_visible()
    telephone.get_by_label("Nouveau mot de passe").fill(NEW)
    telephone.get_by_role("button", name="Enregistrer et continuer").click()
    expect(telephone.get_by_role("heading", name="Préparez votre dépannage")).to_be_visible()


def test_a_code_shown_once_is_not_shown_by_a_reload(page: Page, live: str, moulin: Academy) -> None:
    with_questions(moulin.bastien)
    enter(page, live, moulin.nadia)
    choose(page, moulin.bastien, "Remettre un code de réinitialisation")
    check_identity(page)
    page.get_by_role("button", name="Créer le code").click()
    code = page.locator("code").inner_text()
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("montré qu’une fois")
    expect(page.get_by_text(code)).to_have_count(0)


def test_a_departure_is_planned_and_cancelled_on_a_telephone(
    telephone: Page, live: str, moulin: Academy
) -> None:
    enter(telephone, live, moulin.camille)
    choose(telephone, moulin.bastien, "Enregistrer un départ")
    day = timezone.localdate() + timedelta(days=40)
    telephone.get_by_label("Premier jour où le compte est fermé").fill(day.isoformat())
    telephone.get_by_label("Justification").fill(WHY)
    assert fits(telephone)
    telephone.get_by_role("button", name="Enregistrer le départ").click()
    under_way = telephone.get_by_role("list", name="En cours")
    expect(under_way).to_contain_text("Part le")
    assert fits(telephone)
    telephone.get_by_role("link", name="Annuler le départ").click()
    telephone.get_by_label("Justification").fill("Le détachement est prolongé.")
    telephone.get_by_role("button", name="Annuler le départ").click()
    expect(telephone.get_by_role("status")).to_contain_text("Départ annulé")


def test_an_account_is_closed_and_opened_again_by_keyboard(
    page: Page, live: str, moulin: Academy
) -> None:
    enter(page, live, moulin.camille)
    choose(page, moulin.bastien, "Enregistrer un départ")
    page.get_by_label("Justification").focus()
    page.keyboard.type(WHY)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Compte fermé")
    page.get_by_role("link", name="Annuler un départ enregistré par erreur").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Justification").focus()
    page.keyboard.type("Erreur de fichier.")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Compte rouvert")


def test_a_role_is_given_from_the_page_of_roles(
    telephone: Page, live: str, moulin: Academy
) -> None:
    enter(telephone, live, moulin.camille)
    telephone.goto(f"{live}/gestion/roles/")
    assert fits(telephone)
    expect(telephone.get_by_role("link", name="Bastien D’Aubigny")).to_have_count(0)
    telephone.get_by_role("link", name="Donner un rôle").click()
    choose(telephone, moulin.bastien, "Changer le rôle")
    telephone.get_by_label("Rôle").select_option("assistance")
    telephone.get_by_label("Justification").fill(WHY)
    telephone.get_by_role("button", name="Enregistrer le rôle").click()
    telephone.goto(f"{live}/gestion/roles/")
    telephone.get_by_role("link", name="Assistance (1)").click()
    expect(telephone.get_by_role("link", name="Bastien D’Aubigny", exact=True)).to_be_visible()


def test_the_pages_have_no_barrier(page: Page, live: str, moulin: Academy, axe: Axe) -> None:
    with_questions(moulin.bastien)
    enter(page, live, moulin.camille)
    choose(page, moulin.bastien, "Remettre un mot de passe provisoire")
    axe(page)
    page.get_by_label("Justification").fill("non")
    page.locator("form[method=post]").last.evaluate("it => { it.noValidate = true; it.submit(); }")
    expect(page.locator(".fg__error").first).to_be_visible()
    axe(page)
    check_identity(page)
    page.get_by_role("button", name="Créer le mot de passe").click()
    expect(page.locator("code")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="C’est noté").click()
    axe(page)
    for address in ("role/", "depart/", "code/", "geler/"):
        page.goto(f"{live}/gestion/agents/{moulin.bastien.agent.pk}/{address}")
        axe(page)
    page.goto(f"{live}/gestion/roles/")
    axe(page)
    page.goto(f"{live}/gestion/technique/")
    expect(page.get_by_text("double authentification").first).to_be_visible()
    axe(page)


def test_the_technical_pages_open_after_a_code_and_have_no_barrier(
    page: Page, live: str, moulin: Academy, axe: Axe
) -> None:
    enter(page, live, moulin.camille)
    secret = generate_totp_secret()
    TOTP.activate(moulin.camille.user, secret)
    page.goto(f"{live}/gestion/technique/")
    page.get_by_role("link", name="Avec un code").click()
    page.get_by_label("Code").first.fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Administration technique")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Agents").click()
    expect(page.get_by_role("link", name="D’Aubigny")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="D’Aubigny").click()
    expect(page.get_by_text("Collège Jean Moulin")).to_be_visible()
    axe(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert fits(page)
