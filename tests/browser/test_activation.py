"""Activation in a real browser: with a QR code, by keyboard, on a telephone, without JavaScript."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from accounts.credentials.temporary_passwords import set_temporary_password
from accounts.models import School, User
from accounts.secrets import Password
from tests.accounts.conftest import make_agent, moulin
from tests.activation.activating import ANSWERS, CHOSEN, Newcomer, newcomer
from tests.activation.activating import expect as announce
from tests.activation.conftest import NewcomerMaker, admin, make_newcomer
from tests.activation.test_letters import posted, printed_pages
from tests.servers import RUN

__all__ = ["admin", "make_agent", "make_newcomer", "moulin"]

Axe = Callable[[Page], None]


@pytest.fixture
def ring() -> Path:
    """The site's own keys: its other processes read them too."""
    return Path(settings.KEY_RING_FILE)


@pytest.fixture
def solene(live: str) -> Newcomer:
    return newcomer()


def fits(page: Page) -> None:
    assert page.locator("html").evaluate("it => it.scrollWidth <= innerWidth")


def continues(page: Page) -> None:
    page.get_by_role("button", name="Continuer", exact=True).click()


def tab_to(page: Page, field: str) -> None:
    """Raises AssertionError when the keyboard does not get there."""
    for _ in range(20):
        if page.locator(field).evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(field)


def choose_all(page: Page, check: Callable[[Page], None] = lambda page: None) -> None:
    """From the password to the confirmation, looking at each page with ``check``."""
    expect(page.get_by_role("heading", name="Choisissez votre mot de passe")).to_be_visible()
    check(page)
    page.get_by_label(re.compile("Nouveau mot de passe")).fill(CHOSEN)
    continues(page)
    expect(page.get_by_role("heading", name="Préparez votre dépannage")).to_be_visible()
    check(page)
    for number, (question, answer) in enumerate(ANSWERS.items(), 1):
        page.locator(f"[name=question_{number}]").select_option(question)
        page.locator(f"[name=answer_{number}]").fill(answer)
    continues(page)
    expect(page.get_by_role("heading", name="Acceptez les conditions")).to_be_visible()
    check(page)
    page.get_by_label(re.compile("J’ai lu ces conditions")).check()
    page.get_by_role("button", name="Activer mon compte").click()
    expect(page.get_by_role("heading", name="Bienvenue, Solène.")).to_be_visible()
    check(page)


def open_mail(page: Page, one: Newcomer) -> None:
    page.get_by_role("link", name="Ouvrir ma messagerie").click()
    page.get_by_label("Identifiant").fill(one.login)
    page.get_by_label("Mot de passe", exact=True).fill(CHOSEN)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_text("Bienvenue dans votre messagerie").first).to_be_visible()


def test_the_qr_code_brings_the_code_and_the_letter_leads_to_the_mail(
    page: Page, live: str, solene: Newcomer, axe: Axe
) -> None:
    page.goto(f"{live}/activation/#{solene.code.replace('-', '')}")
    expect(page.get_by_label(re.compile("Votre code d’activation"))).to_have_value(solene.code)
    assert page.url == f"{live}/activation/"
    axe(page)
    page.get_by_label(re.compile("Votre NUMEN")).fill(solene.numen)
    continues(page)
    choose_all(page, axe)
    expect(page.locator("#login")).to_have_text(solene.login)
    open_mail(page, solene)


def test_a_letter_activates_on_a_telephone_without_javascript(
    telephone: Page, live: str, solene: Newcomer
) -> None:
    telephone.goto(f"{live}/compte/connexion/")
    telephone.get_by_role("link", name=re.compile("activer mon compte")).click()
    fits(telephone)
    telephone.get_by_label(re.compile("Votre NUMEN")).fill(solene.numen)
    telephone.get_by_label(re.compile("Votre code d’activation")).fill(solene.code)
    continues(telephone)
    choose_all(telephone, fits)
    open_mail(telephone, solene)


def test_the_identifier_activates_on_a_telephone_without_javascript(
    telephone: Page, live: str, solene: Newcomer
) -> None:
    telephone.goto(f"{live}/activation/")
    telephone.get_by_role("link", name=re.compile("J’ai mon identifiant INA")).click()
    fits(telephone)
    telephone.get_by_label(re.compile("Votre identifiant INA")).fill(solene.login)
    telephone.get_by_label(re.compile("Votre code d’activation")).fill(solene.code)
    telephone.get_by_label(re.compile("date de naissance")).fill("14/03/1986")
    continues(telephone)
    choose_all(telephone, fits)


def test_the_code_goes_along_to_the_form_with_the_identifier(
    page: Page, live: str, solene: Newcomer, axe: Axe
) -> None:
    page.goto(f"{live}/activation/")
    page.get_by_label(re.compile("Votre code d’activation")).fill(solene.code)
    page.get_by_role("link", name=re.compile("J’ai mon identifiant INA")).click()
    expect(page.get_by_label(re.compile("Votre code d’activation"))).to_have_value(solene.code)
    expect(page).to_have_url(f"{live}/activation/identifiant/")
    axe(page)
    page.get_by_label(re.compile("Votre identifiant INA")).fill(solene.login)
    page.get_by_label(re.compile("date de naissance")).fill("14/03/1986")
    continues(page)
    choose_all(page)


@pytest.mark.parametrize("browser", ["page", "telephone"])
def test_an_announced_arrival_activates(
    browser: str, request: pytest.FixtureRequest, live: str, solene: Newcomer
) -> None:
    announce(solene.agent)
    page: Page = request.getfixturevalue(browser)
    page.goto(f"{live}/activation/mutation/")
    fits(page)
    page.get_by_label(re.compile("Votre NUMEN")).fill(solene.numen)
    page.get_by_label(re.compile("date de naissance")).fill("14/03/1986")
    continues(page)
    choose_all(page, fits)
    expect(page.get_by_text("moyens de secours restent fermés")).to_be_visible()


@pytest.mark.parametrize("browser", ["page", "telephone"])
def test_a_temporary_password_activates(
    browser: str, request: pytest.FixtureRequest, live: str, solene: Newcomer
) -> None:
    account = User.objects.get(username=solene.login)
    set_temporary_password(account, Password("provisoire de quatre mots"))
    page: Page = request.getfixturevalue(browser)
    page.goto(f"{live}/activation/mot-de-passe-provisoire/")
    fits(page)
    page.get_by_label(re.compile("Votre identifiant")).fill(solene.login)
    page.get_by_label("Mot de passe provisoire", exact=True).fill("provisoire de quatre mots")
    continues(page)
    choose_all(page, fits)


def test_the_whole_way_is_gone_by_keyboard(page: Page, live: str, solene: Newcomer) -> None:
    keyboard = page.keyboard
    page.goto(f"{live}/activation/")
    keyboard.type(solene.numen)  # the cursor is there already
    keyboard.press("Tab")
    keyboard.type(solene.code)
    keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/mot-de-passe/"))
    keyboard.type(CHOSEN)
    keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/questions/"))
    for number, answer in enumerate(ANSWERS.values(), 1):
        tab_to(page, f"[name=answer_{number}]")  # past the question: the one proposed will do
        keyboard.type(answer)
    keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/conditions/"))
    tab_to(page, "[name=accepted]")
    keyboard.press("Space")
    keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bienvenue, Solène.")).to_be_visible()


def test_a_mistyped_code_is_told_before_anything_is_sent(
    page: Page, live: str, solene: Newcomer, axe: Axe
) -> None:
    page.goto(f"{live}/activation/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label(re.compile("Votre NUMEN")).fill(solene.numen)
    code = page.get_by_label(re.compile("Votre code d’activation"))
    code.fill("BCDF-GHJK-LMNP-B")
    expect(page.get_by_text("Ce code contient une faute de frappe")).to_be_visible()
    axe(page)
    continues(page)
    expect(code).to_be_focused()
    assert "POST" not in sent
    code.fill(solene.code)
    expect(page.get_by_text("Ce code contient une faute de frappe")).to_be_hidden()
    continues(page)
    expect(page).to_have_url(re.compile("/mot-de-passe/"))


def test_a_refusal_says_what_to_do_next(page: Page, live: str, solene: Newcomer, axe: Axe) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live}/activation/")
    page.get_by_label(re.compile("Votre NUMEN")).fill("99E9999999ZZZ")
    page.get_by_label(re.compile("Votre code d’activation")).fill(solene.code)
    continues(page)
    expect(page.get_by_role("alert")).to_contain_text("n’ouvrent aucun compte")
    axe(page)
    fits(page)
    page.get_by_role("alert").get_by_role("link", name=re.compile("qui appeler")).click()
    expect(page.get_by_role("heading", name="Qui peut vous aider")).to_be_visible()
    axe(page)
    fits(page)


def test_the_page_goes_on_by_itself_once_the_mail_server_is_back(
    page: Page, live: str, solene: Newcomer, axe: Axe
) -> None:
    page.goto(f"{live}/activation/")
    page.get_by_label(re.compile("Votre NUMEN")).fill(solene.numen)
    page.get_by_label(re.compile("Votre code d’activation")).fill(solene.code)
    continues(page)
    page.get_by_label(re.compile("Nouveau mot de passe")).fill(CHOSEN)
    continues(page)
    for number, answer in enumerate(ANSWERS.values(), 1):
        page.locator(f"[name=answer_{number}]").fill(answer)
    continues(page)
    page.get_by_role("checkbox").check()
    with RUN.without("dovecot"):
        page.get_by_role("button", name="Activer mon compte").click()
        expect(page.get_by_role("heading", name="Votre boîte aux lettres s’ouvre")).to_be_visible()
        axe(page)
    expect(page.get_by_role("heading", name="Bienvenue, Solène.")).to_be_visible()


def test_whom_to_call_is_found_by_school_and_tells_nothing_of_people(
    page: Page, live: str, axe: Axe
) -> None:
    School.objects.create(
        uai="0760001N", name="Collège Jean Moulin", city="Rouen", phone="02 35 00 00 01"
    )
    School.objects.create(
        uai="0769999X",
        name="DSDEN de la Seine-Maritime",
        city="Rouen",
        kind=School.Kind.DSDEN,
        email="dsden76@ac-normandie.fr",
    )
    page.goto(f"{live}/activation/aide/")
    page.get_by_label(re.compile("Votre établissement")).fill("moulin rouen")
    page.get_by_role("button", name="Trouver le contact").click()
    found = page.get_by_role("region", name="Le secrétariat à joindre")
    expect(found.get_by_role("link", name="02 35 00 00 01")).to_be_visible()
    found.get_by_text("Il ne peut pas vous répondre").click()
    expect(found.get_by_role("link", name="dsden76@ac-normandie.fr")).to_be_visible()
    axe(page)
    page.get_by_label(re.compile("Votre établissement")).fill("17E9876543ABC")
    page.get_by_role("button", name="Trouver le contact").click()
    expect(page.get_by_role("alert")).to_contain_text("C’est un NUMEN")
    assert "17E" not in page.url
    assert "17E9876543ABC" not in page.content()


def test_the_square_on_page_37_of_a_batch_leads_its_owner_to_their_account(
    page: Page, live: str, make_newcomer: NewcomerMaker, admin: User
) -> None:
    for _ in range(38):
        make_newcomer("Solène", "Lecœur")
    RUN.let_worker_work(wanted=False)  # it would make the same files at the same time
    printed = printed_pages(admin, posted(admin))[36]
    RUN.let_worker_work(wanted=True)
    page.goto(printed.qr_text)
    page.get_by_label(re.compile("Votre NUMEN")).fill(printed.numen)
    continues(page)
    choose_all(page)
    expect(page.locator("#login")).to_have_text(printed.login)
