"""The address book in a real browser: on a telephone, without JavaScript, from a mail, in the composer."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from directory.contacts import keeping
from directory.contacts.cards import Card, Value
from tests.directory.test_cards import PHONE
from tests.people import Academy, Person
from tests.webmail.test_first_mail import letter, put

Axe = Callable[[Page], None]


def sign_in(page: Page, url: str, person: Person) -> None:
    page.goto(url)
    page.get_by_label("Identifiant").fill(person.login)
    page.get_by_label("Mot de passe", exact=True).fill(person.password)
    page.get_by_role("button", name="Se connecter", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["page", "bare"])
def test_a_book_is_kept_on_a_telephone(
    page: Page, live: str, academy: Academy, axe: Axe, tmp_path: Path, *, scripts: bool
) -> None:
    browser = page.context.browser
    assert browser
    telephone = browser.new_context(
        java_script_enabled=scripts, locale="fr-FR", viewport={"width": 390, "height": 800}
    ).new_page()
    sign_in(telephone, f"{live}/contacts/", academy.camille)
    file = tmp_path / "contacts.vcf"
    file.write_text(PHONE, encoding="utf-8")
    telephone.get_by_role("link", name="Importer un fichier").click()
    telephone.get_by_label("Fichier vCard").set_input_files(file)
    telephone.get_by_role("button", name="Importer").click()
    expect(telephone.get_by_text("1 contact ajouté.")).to_be_visible()
    telephone.get_by_role("link", name="Nouveau contact").click()
    telephone.get_by_label("Nom", exact=True).fill("Paul Martin")
    telephone.get_by_label("Adresse 1", exact=True).fill("paul")
    telephone.get_by_role("button", name="Enregistrer").click()
    expect(telephone.get_by_text("« paul » n’est pas une adresse.")).to_be_visible()
    if scripts:
        axe(telephone)
    telephone.get_by_label("Adresse 1", exact=True).fill("paul@example.org")
    telephone.get_by_role("button", name="Enregistrer").click()
    expect(telephone.get_by_role("link", name="Paul Martin", exact=True)).to_be_visible()
    assert telephone.evaluate("document.documentElement.scrollWidth") <= 390
    if scripts:
        axe(telephone)
    telephone.get_by_role("link", name="Paul Martin", exact=True).click()
    telephone.get_by_role("button", name="Supprimer ce contact").click()
    telephone.get_by_role("button", name="Annuler").click()
    expect(telephone.get_by_role("link", name="Paul Martin", exact=True)).to_be_visible()


def test_a_card_of_a_mail_becomes_a_contact_that_the_composer_offers(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    message = letter(academy.nadia, academy.camille, "Ma carte")
    message.add_attachment(PHONE.encode(), maintype="text", subtype="vcard", filename="anne.vcf")
    put(academy.camille, message)
    paul = Card("Paul", addresses=(Value("EMAIL", "paul@example.org"),), groups=("Chefs d’été",))
    keeping.save(academy.camille.user, paul)
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Ma carte").click()
    page.get_by_role("link", name="Ajouter aux contacts").click()
    page.get_by_role("button", name="Ajouter aux contacts").click()
    expect(page.get_by_role("heading", name="Mme Anne Marie Dupont")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Ajouter").click()
    expect(page.get_by_text("est dans vos contacts")).to_be_visible()
    page.get_by_role("link", name="Ma messagerie").click()
    page.get_by_role("link", name="Nouveau message").first.click()
    field = page.get_by_role("combobox", name="À")
    field.press_sequentially("dupont")
    page.get_by_role("option", name="anne@example.org").click()
    field.press_sequentially("chefs d’ét")
    page.get_by_role("option", name="Chefs d’été").click()
    both = re.compile("anne@example.org.*paul@example.org")
    expect(page.locator("[name=to]")).to_have_value(both)
