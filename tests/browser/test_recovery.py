"""Getting back into an account with a real browser: telephone, no JavaScript, no barrier."""

import re
import time
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from imaplib import IMAP4_SSL
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from audit.models import Entry
from tests.accounts.recovering import (
    ANSWERS,
    NEW,
    texted_code,
    verified_phone,
    with_questions,
)
from tests.browser.test_signin import add_passkey, sign_out, with_authenticator
from tests.mail_programs import PATIENCE_SECONDS, signed_in, wait_for
from tests.people import Academy, Person

Axe = Callable[[Page], None]

MESSAGES = Path(settings.SMS_FILE)


@pytest.fixture
def camille(live: str, academy: Academy) -> Person:
    return with_questions(academy.camille)


def continues(page: Page) -> None:
    page.get_by_role("button", name="Continuer", exact=True).click()


def fits(page: Page) -> None:
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def name_and_answer(page: Page, live: str, person: Person, check: Axe | None = None) -> None:
    page.goto(f"{live}/compte/connexion/")
    page.get_by_role("link", name="Mot de passe oublié ?").click()
    if check:
        check(page)
    page.get_by_label("Identifiant").fill(person.login)
    continues(page)
    if check:
        check(page)
    for code, text in ANSWERS.items():
        field = page.locator(f"[name={code}]")
        if field.count():
            field.fill(text)
    continues(page)


def sign_in(page: Page, person: Person, password: str) -> None:
    page.get_by_label("Identifiant").fill(person.login)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter", exact=True).click()


def link_in(inbox: IMAP4_SSL) -> str:
    """The link that cancels, as the notice in the real mailbox holds it."""
    inbox.select("INBOX", readonly=True)
    answer = inbox.fetch("1", "(BODY.PEEK[])")[1][0]
    assert isinstance(answer, tuple)
    letter = message_from_bytes(answer[1], policy=default).get_body(("plain",))
    assert letter
    found = re.search(r"https?://\S+/annuler/\S+/", letter.get_content())
    assert found
    return found[0]


def test_a_forgotten_password_is_replaced_on_a_telephone_without_javascript(
    telephone: Page, live: str, camille: Person
) -> None:
    verified_phone(camille.user)
    name_and_answer(telephone, live, camille, fits)
    fits(telephone)
    telephone.get_by_role("button", name=re.compile("Par SMS")).click()
    fits(telephone)
    telephone.get_by_label("Code à six chiffres").fill("000")
    continues(telephone)
    expect(telephone.get_by_role("alert")).to_contain_text("pas le bon code")
    telephone.get_by_label("Code à six chiffres").fill(texted_code(MESSAGES))
    continues(telephone)
    fits(telephone)
    telephone.get_by_label(re.compile("Nouveau mot de passe")).fill(NEW)
    telephone.get_by_role("button", name="Changer le mot de passe").click()
    expect(telephone.get_by_text("Connectez-vous avec le nouveau")).to_be_visible()
    sign_in(telephone, camille, NEW)
    expect(telephone).to_have_url(re.compile("/courriel/"))


def test_every_step_is_free_of_barriers_and_the_new_password_is_measured(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    verified_phone(camille.user)
    name_and_answer(page, live, camille, axe)
    axe(page)
    page.get_by_role("button", name=re.compile("Par SMS")).click()
    expect(page.get_by_label("Code à six chiffres")).to_be_visible()
    axe(page)
    page.get_by_label("Code à six chiffres").fill("000")
    continues(page)
    expect(page.get_by_role("alert")).to_be_visible()
    axe(page)
    page.get_by_label("Code à six chiffres").fill(texted_code(MESSAGES))
    continues(page)
    page.get_by_label(re.compile("Nouveau mot de passe")).press_sequentially("azerty")
    expect(page.get_by_text("en faut au moins 15")).to_be_visible()
    axe(page)
    page.get_by_label(re.compile("Nouveau mot de passe")).fill(NEW)
    expect(page.get_by_text("Très solide")).to_be_visible()


def test_a_wait_is_begun_and_cancelled(page: Page, live: str, camille: Person, axe: Axe) -> None:
    name_and_answer(page, live, camille)
    axe(page)
    page.get_by_role("button", name="Commencer l’attente").click()
    expect(page.get_by_role("heading", name="Votre demande attend")).to_be_visible()
    axe(page)
    inbox = signed_in(camille.address, camille.password)
    wait_for(inbox, "Nouveau mot de passe demandé")
    page.goto(link_in(inbox))
    axe(page)
    page.get_by_role("button", name="Annuler cette demande").click()
    expect(page.get_by_role("heading", name="La demande est annulée")).to_be_visible()
    axe(page)


def test_wrong_answers_are_announced_without_a_barrier(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    page.goto(f"{live}/mina/mot-de-passe-oublie/")
    page.keyboard.type("nemo.personne")  # the cursor is there already
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Vos questions de secours")).to_be_visible()
    for field in page.locator("input[maxlength='100']").all():
        field.focus()
        page.keyboard.type("patate")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("n’est pas la bonne")
    axe(page)


def test_recovery_contacts_and_questions_are_kept_on_a_telephone(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live}/mina/secours/")
    sign_in(page, camille, camille.password)
    axe(page)
    page.get_by_role("link", name=re.compile("Ajouter : téléphone")).click()
    page.get_by_label("Mot de passe", exact=True).fill(camille.password)
    page.get_by_role("button", name="Confirmer").click()
    axe(page)
    page.get_by_label(re.compile("Numéro de mobile")).fill("06 12")
    page.get_by_role("button", name="Envoyer le code").click()
    expect(page.get_by_role("alert")).to_contain_text("Ce n’est pas un numéro de mobile")
    axe(page)
    page.get_by_label(re.compile("Numéro de mobile")).fill("06 12 34 56 78")
    page.get_by_role("button", name="Envoyer le code").click()
    axe(page)
    page.get_by_label("Code à six chiffres").fill(texted_code(MESSAGES))
    page.get_by_role("button", name="Vérifier").click()
    expect(page.get_by_text("+33 ••• 78").first).to_be_visible()
    axe(page)
    fits(page)
    page.goto(f"{live}/mina/questions/")
    axe(page)
    fits(page)


def test_a_forgotten_identifier_reaches_the_telephone_through_the_worker(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    verified_phone(camille.user)
    page.goto(f"{live}/mina/identifiant-oublie/")
    axe(page)
    page.get_by_label("Adresse personnelle ou mobile").fill("06 12 34 56 78")
    page.get_by_role("button", name="Envoyer mon identifiant").click()
    expect(page.get_by_text("C’est noté")).to_be_visible()
    axe(page)
    wait_for_text_message(f"votre identifiant est {camille.login}.")


def wait_for_text_message(text: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (MESSAGES.exists() and text in MESSAGES.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, f"« {text} » did not arrive"


def test_answers_and_a_passkey_open_an_account_that_has_no_application(
    page: Page, live: str, camille: Person, axe: Axe
) -> None:
    with_authenticator(page)
    add_passkey(page, live, camille, axe)
    sign_out(page, live)
    name_and_answer(page, live, camille)
    expect(page.get_by_role("heading", name="Deuxième vérification")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Avec une clé d’accès").click()
    page.get_by_label(re.compile("Nouveau mot de passe")).fill(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    reset = Entry.objects.get(event="password_reset", result="success")
    assert reset.method == "questions, passkey"


def tab_to(page: Page, target: Locator) -> None:
    """Presses Tab as often as it takes, as someone without a mouse does."""
    for _ in range(40):
        if target.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The keyboard does not get there.")


def test_a_password_is_reset_with_the_keyboard_alone(
    page: Page, live: str, camille: Person
) -> None:
    verified_phone(camille.user)
    page.goto(f"{live}/compte/connexion/")
    tab_to(page, page.get_by_role("link", name="Mot de passe oublié ?"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Identifiant"))
    page.keyboard.type(camille.login)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Continuer", exact=True)).to_be_visible()
    for code, text in ANSWERS.items():
        if page.locator(f"[name={code}]").count():
            tab_to(page, page.locator(f"[name={code}]"))
            page.keyboard.type(text)
    page.keyboard.press("Enter")
    send = page.get_by_role("button", name=re.compile("Par SMS au"))
    tab_to(page, send)
    page.keyboard.press("Enter")
    field = page.get_by_label(re.compile("Code"))
    expect(field).to_be_visible()
    tab_to(page, field)
    page.keyboard.type(texted_code(MESSAGES))
    page.keyboard.press("Enter")
    field = page.get_by_label(re.compile("Nouveau mot de passe"))
    expect(field).to_be_visible()
    tab_to(page, field)
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    tab_to(page, page.get_by_label("Identifiant"))
    page.keyboard.type(camille.login)
    tab_to(page, page.get_by_label("Mot de passe", exact=True))
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/courriel/"))
