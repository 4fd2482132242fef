"""Signing in with a real browser: hints while typing, keyboard, telephone, passkeys."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page, expect

from accounts.models import Agent, User
from tests.accounts.test_signin_second_factor import code_of
from tests.people import Academy, Person

Axe = Callable[[Page], None]


@pytest.fixture
def camille(live: str, academy: Academy) -> Person:
    return academy.camille


def asked(person: Person) -> str:
    """A page that one must be signed in for."""
    return f"/courriel/{person.mailbox.pk}/envois/"


def fill_in(page: Page, person: Person, password: str | None = None) -> None:
    page.get_by_label("Identifiant").fill(person.login)
    page.get_by_label("Mot de passe", exact=True).fill(password or person.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def test_an_agent_signs_in_with_the_keyboard_alone_and_reaches_the_page_asked_for(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    page.goto(live + asked(camille))
    axe(page)
    page.keyboard.type(camille.login)  # the cursor is there already
    page.keyboard.press("Tab")
    page.keyboard.type(camille.password)
    page.keyboard.press("Enter")
    expect(page).to_have_url(live + asked(camille))


def test_a_numen_is_recognised_while_it_is_typed(page: Page, live: str, camille: Person) -> None:
    page.goto(f"{live}/compte/connexion/")
    hint = page.get_by_text("C’est un NUMEN")
    field = page.get_by_label("Identifiant")
    field.fill("17e 98 76543")
    expect(hint).to_be_hidden()
    field.fill("17e 98 76543 abc")
    expect(hint).to_be_visible()
    field.fill(camille.login)
    expect(hint).to_be_hidden()


def test_a_password_can_be_shown_and_is_hidden_again_when_sent(
    page: Page, live: str, camille: Person
) -> None:
    page.goto(f"{live}/compte/connexion/")
    field = page.get_by_label("Mot de passe", exact=True)
    field.fill("secret")
    page.get_by_role("button", name="Afficher le mot de passe").click()
    expect(field).to_have_attribute("type", "text")
    page.get_by_label("Identifiant").fill("x")
    with page.expect_request(lambda request: request.method == "POST"):
        page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_label("Mot de passe", exact=True)).to_have_attribute("type", "password")


def test_failures_are_announced_with_advice_on_a_telephone_too(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live}/compte/connexion/")
    for _ in range(2):
        fill_in(page, camille, "faux")
        expect(page.get_by_role("alert")).to_contain_text("n’est pas le bon")
    expect(page.get_by_text("fenêtre de navigation privée")).to_be_visible()
    axe(page)
    wider = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wider


def test_the_simple_version_signs_in_and_asks_no_script(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    page.goto(f"{live}/compte/connexion/?next={asked(camille)}")
    page.get_by_role("link", name="Version simple").click()
    assert page.locator("script").count() == 0
    axe(page)
    fill_in(page, camille)
    expect(page).to_have_url(live + asked(camille))


def test_a_new_password_is_measured_while_it_is_typed(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    User.objects.filter(pk=camille.user.pk).update(must_change_password=True)
    page.goto(live + asked(camille))
    fill_in(page, camille)
    field = page.get_by_label(re.compile("Nouveau mot de passe"))
    field.press_sequentially("azertyuiop")
    expect(page.get_by_text("parmi les plus utilisés")).to_be_visible()
    axe(page)
    field.fill("une baleine range quatre parapluies")
    expect(page.get_by_text("parmi les plus utilisés")).to_have_count(0)
    field.press("Enter")
    expect(page).to_have_url(live + asked(camille))


def test_caps_lock_is_noticed(page: Page, live: str, camille: Person) -> None:
    page.goto(f"{live}/compte/connexion/")
    warning = page.get_by_text("La touche Verr. Maj. est activée")
    expect(warning).to_be_hidden()
    pressed = {"key": "A", "bubbles": True, "modifierCapsLock": True}
    page.get_by_label("Mot de passe", exact=True).evaluate(
        "(field, how) => field.dispatchEvent(new KeyboardEvent('keydown', how))", pressed
    )
    expect(warning).to_be_visible()


def test_without_javascript_a_temporary_password_is_replaced(
    page: Page, live: str, camille: Person
) -> None:
    User.objects.filter(pk=camille.user.pk).update(must_change_password=True)
    browser = page.context.browser
    assert browser
    bare = browser.new_context(java_script_enabled=False, locale="fr-FR").new_page()
    bare.goto(live + asked(camille))
    fill_in(bare, camille)
    bare.get_by_label(re.compile("Nouveau mot de passe")).fill("court")
    bare.get_by_role("button", name="Enregistrer et continuer").click()
    expect(bare.get_by_role("alert")).to_contain_text("au moins 15")
    field = bare.get_by_label(re.compile("Nouveau mot de passe"))
    field.fill("une baleine range quatre parapluies")
    bare.get_by_role("button", name="Enregistrer et continuer").click()
    expect(bare).to_have_url(live + asked(camille))


def test_an_application_is_added_and_used_without_javascript_on_a_telephone(
    telephone: Page, live: str, camille: Person
) -> None:
    page = telephone
    page.goto(f"{live}/compte/securite/")
    fill_in(page, camille)
    page.get_by_role("link", name="Ajouter une application").click()
    page.get_by_label("Mot de passe", exact=True).fill(camille.password)
    page.get_by_role("button", name="Confirmer").click()
    secret = page.locator("[translate=no]").inner_text().replace("\u00a0", "")
    page.get_by_label("Code", exact=True).fill(code_of(secret, -1))
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    sign_out(page, live)
    page.goto(live + asked(camille))
    fill_in(page, camille)
    page.get_by_label(re.compile("Code")).fill("000000")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce n’est pas le bon code")
    page.get_by_label(re.compile("Code")).fill(code_of(secret))
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Non, redemander à chaque fois").click()
    expect(page).to_have_url(live + asked(camille))


def test_the_pages_of_second_factors_have_no_barrier(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    page.goto(f"{live}/compte/securite/")
    fill_in(page, camille)
    axe(page)
    page.get_by_role("link", name="Ajouter une application").click()
    axe(page)
    page.get_by_label("Mot de passe", exact=True).fill(camille.password)
    page.get_by_role("button", name="Confirmer").click()
    axe(page)
    page.get_by_label("Code", exact=True).fill("000000")
    page.get_by_role("button", name="Activer").click()
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)


def test_an_administrator_announces_and_the_sign_in_page_shows_it(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    Agent.objects.filter(pk=camille.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    page.goto(f"{live}/gestion/annonces/")
    fill_in(page, camille)
    page.get_by_role("link", name="Nouvelle annonce").click()
    axe(page)
    page.get_by_label("Niveau").select_option("Incident en cours")
    page.get_by_label("Texte").fill("L’envoi vers l’extérieur est ralenti.")
    page.get_by_label("Jusqu’au").fill("2099-01-01T08:00")
    page.get_by_role("button", name="Publier").click()
    axe(page)
    sign_out(page, live)
    page.goto(f"{live}/compte/connexion/")
    expect(page.get_by_role("region", name="État du service")).to_contain_text("est ralenti")
    axe(page)


def with_authenticator(page: Page) -> tuple[CDPSession, str]:
    """The page gets a fingerprint reader that always says yes; its session and number."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def add_passkey(page: Page, live: str, person: Person, axe: Axe) -> None:
    page.goto(f"{live}/compte/securite/cles-d-acces/ajouter/")
    fill_in(page, person)
    page.get_by_label("Mot de passe", exact=True).fill(person.password)
    page.get_by_role("button", name="Confirmer").click()
    axe(page)
    page.get_by_label(re.compile("Nom de la clé")).fill("Mon téléphone")
    page.get_by_role("button", name="Créer la clé").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    axe(page)


def sign_out(page: Page, live: str) -> None:
    page.goto(f"{live}/compte/deconnexion/")
    page.get_by_role("button", name="Se déconnecter").click()


def test_a_passkey_opens_the_page_asked_for_without_a_password(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    with_authenticator(page)
    add_passkey(page, live, camille, axe)
    page.goto(f"{live}/compte/securite/cles-d-acces/")
    expect(page.get_by_role("link", name="Renommer Mon téléphone")).to_be_visible()
    axe(page)
    sign_out(page, live)
    page.goto(live + asked(camille))
    page.get_by_role("button", name="Avec une clé d’accès").click()
    expect(page).to_have_url(live + asked(camille))


def test_a_passkey_is_the_second_step_after_the_password(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    with_authenticator(page)
    add_passkey(page, live, camille, axe)
    sign_out(page, live)
    page.goto(live + asked(camille))
    fill_in(page, camille)
    expect(page.get_by_role("heading", name="Deuxième étape")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Avec une clé d’accès").click()
    expect(page.get_by_role("heading", name="Se souvenir de cet appareil ?")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Oui, il est à moi seul").click()
    expect(page).to_have_url(live + asked(camille))


def test_a_browser_without_the_passkey_says_so_and_leaves_the_password(
    page: Page, live: str, camille: Person
) -> None:
    session, _number = with_authenticator(page)
    page.goto(f"{live}/compte/connexion/")
    page.get_by_role("button", name="Avec une clé d’accès").click()
    expect(page.get_by_text("La clé d’accès n’a pas répondu")).to_be_visible()
    session.detach()
    fill_in(page, camille)
    expect(page).to_have_url(re.compile("/courriel/"))
