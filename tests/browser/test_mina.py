"""MINA in a real browser: the meter, a new application password, a telephone, no JavaScript."""

from collections.abc import Callable
from functools import partial
from queue import Queue

import pytest
from django.urls import reverse
from playwright.sync_api import Page, Route, expect

from accounts.telling.freeze_links import new_freeze_link
from tests.mail_programs import signed_in
from tests.people import Academy, Person

Axe = Callable[[Page], None]
NEW = "quatre trompettes vertes dans le grenier"
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def camille(live: str, academy: Academy) -> Person:
    return academy.camille


def enter(page: Page, url: str, person: Person) -> None:
    """Signs in on the way to ``url``, and confirms the password where it asks for it again."""
    page.goto(url)
    if page.get_by_role("link", name="Me connecter").is_visible():
        page.get_by_role("link", name="Me connecter").click()
    page.get_by_label("Identifiant").fill(person.login)
    page.get_by_label("Mot de passe", exact=True).fill(person.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    if "/confirmer/" in page.url:
        page.get_by_label("Mot de passe", exact=True).fill(person.password)
        page.keyboard.press("Enter")
    expect(page).to_have_url(url)


def mina(live: str, path: str = "") -> str:
    return f"{live}{reverse('mina')}{path}"


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize(
    "path", ["", "mot-de-passe/", "applications/", "historique/", "mes-donnees/", "sessions/"]
)
def test_each_page_is_accessible_and_fits_a_telephone(
    page: Page, live: str, camille: Person, axe: Axe, path: str
) -> None:
    enter(page, mina(live, path), camille)
    axe(page)
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    assert not is_too_wide(page)
    axe(page)


def test_the_page_of_a_notice_is_accessible(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    token = new_freeze_link(camille.user).reveal()
    page.goto(mina(live, f"ce-n-est-pas-moi/{token}/"))
    axe(page)
    page.get_by_role("button", name="Geler mon compte").click()
    expect(page.get_by_text("Votre compte est gelé")).to_be_visible()
    axe(page)


def test_the_simple_version_holds_all_of_it(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    enter(page, mina(live), camille)
    page.get_by_role("link", name="Version simple").click()
    expect(page.get_by_role("link", name="Version complète")).to_be_visible()
    expect(page.get_by_role("heading", name="Mes sessions ouvertes")).to_be_visible()
    axe(page)


def test_the_meter_follows_what_is_typed(page: Page, live: str, camille: Person, axe: Axe) -> None:
    enter(page, mina(live, "mot-de-passe/"), camille)
    field = page.get_by_label("Nouveau mot de passe")
    meter = page.get_by_role("meter")
    expect(meter).to_be_hidden()
    field.fill("azertyuiop")
    expect(page.get_by_text("parmi les plus utilisés")).to_be_visible()
    axe(page)
    field.fill(NEW)
    expect(page.get_by_text("parmi les plus utilisés")).to_be_hidden()
    expect(page.get_by_text("olide", exact=False).first).to_be_visible()


def test_the_meter_knows_what_was_typed_before_its_script_came(
    page: Page, live: str, camille: Person
) -> None:
    late: Queue[Route] = Queue()
    enter(page, mina(live, "mot-de-passe/"), camille)
    page.route("**/password-strength*.js", partial(Queue.put, late))
    with page.expect_request("**/password-strength*.js"):
        page.reload(wait_until="commit")
    page.get_by_label("Nouveau mot de passe").fill("azertyuiop")
    expect(page.get_by_role("meter")).to_be_hidden()
    late.get(timeout=1).continue_()
    expect(page.get_by_text("parmi les plus utilisés")).to_be_visible()


def test_the_password_changes_with_the_keyboard_alone(
    page: Page, live: str, camille: Person
) -> None:
    enter(page, mina(live, "mot-de-passe/"), camille)
    expect(page.get_by_label("Nouveau mot de passe")).to_be_focused()
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Votre mot de passe est changé")).to_be_visible()
    signed_in(camille.address, NEW).logout()


def test_an_application_password_made_here_opens_a_mail_program(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    enter(page, mina(live, "applications/"), camille)
    page.get_by_label("Nom", exact=False).first.fill("Thunderbird")
    page.get_by_role("button", name="Créer").click()
    made = page.locator("[data-made]")
    expect(made).to_be_visible()
    axe(page)
    signed_in(camille.address, made.text_content() or "").logout()
    page.get_by_role("button", name="Révoquer Thunderbird").click()
    expect(page.get_by_text("« Thunderbird » est révoqué")).to_be_visible()


def test_all_of_it_works_without_javascript(page: Page, live: str, camille: Person) -> None:
    context = page.context.browser.new_context(java_script_enabled=False, locale="fr-FR")  # type: ignore[union-attr]
    plain = context.new_page()
    enter(plain, mina(live, "mot-de-passe/"), camille)
    plain.get_by_label("Nouveau mot de passe").fill("azertyuiop")
    plain.get_by_role("button", name="Changer le mot de passe").click()
    expect(plain.get_by_text("parmi les plus utilisés")).to_be_visible()
    plain.get_by_label("Nouveau mot de passe").fill(NEW)
    plain.get_by_role("button", name="Changer le mot de passe").click()
    expect(plain.get_by_text("Votre mot de passe est changé")).to_be_visible()
    context.close()
