"""Writing in a real browser: reloads, cuts, a dead server, an ended session, two pages, files."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Error, FilePayload, Page, expect

from tests.browser.test_mail import sign_in
from tests.browser.test_signin import add_passkey, with_authenticator
from tests.people import Academy
from tests.servers import RUN
from webmail.models import Draft, DraftFile, WritingHabits

pytestmark = pytest.mark.django_db(transaction=True)

Axe = Callable[[Page], None]
TEXT = "Chers collègues, rendez-vous mardi à 17 h 15."
SAVED = "Brouillon enregistré à"


@pytest.fixture
def sheet(page: Page, live: str, academy: Academy) -> Iterator[Page]:
    """A blank composer for plain text, whose script is at work."""
    WritingHabits.objects.create(person=academy.camille.user, is_rich=False)
    sign_in(page, live, academy.camille)
    open_sheet(page, live, academy)
    yield page
    page.context.set_offline(False)


def open_sheet(page: Page, live: str, academy: Academy) -> None:
    page.goto(f"{live}/courriel/{academy.camille.mailbox.pk}/ecrire/")
    expect(page.locator("[data-attach]")).to_be_hidden()  # the script put it away


def body(page: Page) -> str:
    return page.get_by_label("Corps du message").input_value()


@pytest.mark.parametrize("width", [1440, 390])
def test_files_are_sent_named_and_ordered_on_every_screen(
    sheet: Page, live: str, academy: Academy, axe: Axe, width: int
) -> None:
    sheet.set_viewport_size({"width": width, "height": 850})
    sheet.get_by_label("Corps du message").fill(TEXT)
    files: list[FilePayload] = [
        {"name": "Moyennes-4B-T1.ods", "mimeType": "", "buffer": b"x" * 214_000},
        {"name": "Projet-orientation.pdf", "mimeType": "application/pdf", "buffer": b"y" * 810_000},
        {"name": "trop.zip", "mimeType": "application/zip", "buffer": b"z" * (26 << 20)},
    ]
    sheet.get_by_label("Joindre des fichiers").set_input_files(files)
    expect(sheet.get_by_text("dépasse la limite de 25")).to_be_visible()
    sheet.get_by_role("button", name="Retirer trop.zip").click()
    expect(sheet.locator("input.file__n")).to_have_count(2)
    axe(sheet)
    assert sheet.evaluate("document.documentElement.scrollWidth <= innerWidth")
    sheet.get_by_role("button", name="Avancer Projet-orientation.pdf").click()
    sheet.get_by_label("Nom de la pièce jointe Moyennes-4B-T1.ods").fill("Moyennes.ods")
    expect(sheet.locator("[data-saved]")).to_contain_text(SAVED)
    sheet.get_by_role("button", name="Enregistrer le brouillon").click()
    expect(sheet.get_by_text("Brouillon enregistré.")).to_be_visible()
    names = list(DraftFile.objects.values_list("name", flat=True))
    assert names == ["Projet-orientation.pdf", "Moyennes.ods"]


def test_what_was_typed_survives_a_cut_and_a_reload(
    sheet: Page, live: str, academy: Academy
) -> None:
    sheet.get_by_label("Corps du message").fill("Avant la coupure.")
    expect(sheet.get_by_text(SAVED)).to_be_visible()
    sheet.context.set_offline(True)
    sheet.get_by_label("Corps du message").fill(TEXT)
    expect(sheet.get_by_text("gardé sur cet ordinateur")).to_be_visible()
    sheet.get_by_role("button", name="Envoyer").click()
    expect(sheet.get_by_text("rien n’est parti")).to_be_visible()
    sheet.context.set_offline(False)
    sheet.reload()
    expect(sheet.get_by_label("Corps du message")).to_have_value(TEXT)
    expect(sheet.get_by_text(SAVED)).to_be_visible()
    assert Draft.objects.get().text == TEXT


def test_ten_minutes_without_network_lose_no_character_and_no_file(
    sheet: Page, live: str, academy: Academy
) -> None:
    sheet.clock.install()
    open_sheet(sheet, live, academy)
    sheet.context.set_offline(True)
    sheet.get_by_label("Corps du message").fill(TEXT)
    sheet.get_by_label("Joindre des fichiers").set_input_files(
        {"name": "Été.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-"}
    )
    sheet.clock.fast_forward("10:00")
    expect(sheet.get_by_text("en attente du réseau")).to_be_visible()
    sheet.context.set_offline(False)
    expect(sheet.locator("input.file__n")).to_have_value("Été.pdf")
    expect(sheet.locator("[data-saved]")).to_contain_text(SAVED)
    assert Draft.objects.get().text == TEXT
    assert DraftFile.objects.get().path.read_bytes() == b"%PDF-"


def test_a_web_server_that_dies_takes_nothing_with_it(
    sheet: Page, live: str, academy: Academy
) -> None:
    with RUN.without("web"):
        sheet.get_by_label("Corps du message").fill(TEXT)
        expect(sheet.get_by_text("gardé sur cet ordinateur")).to_be_visible()
        address = sheet.url
        with pytest.raises(Error):
            sheet.reload()
    sheet.goto(address)
    expect(sheet.get_by_text(SAVED)).to_be_visible()
    assert body(sheet) == TEXT


def test_an_ended_session_is_begun_again_beside_the_composer(
    sheet: Page, live: str, academy: Academy
) -> None:
    sheet.get_by_label("Objet").fill("Avant")
    expect(sheet.get_by_text(SAVED)).to_be_visible()
    sheet.context.clear_cookies()
    sheet.get_by_label("Corps du message").fill(TEXT)
    dialog = sheet.get_by_role("dialog", name="Votre session est terminée")
    with sheet.context.expect_page() as opened:
        dialog.get_by_role("link", name="Se connecter").click()
    door = opened.value
    door.get_by_label("Identifiant").fill(academy.camille.login)
    door.get_by_label("Mot de passe", exact=True).fill(academy.camille.password)
    with door.expect_event("close"):
        door.get_by_role("button", name="Se connecter").click()
    expect(dialog).to_be_hidden()
    expect(sheet.get_by_text(SAVED)).to_be_visible()
    assert Draft.objects.get().text == TEXT


def test_an_ended_session_is_begun_again_by_passkey_alone_or_after_the_password(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    WritingHabits.objects.create(person=academy.camille.user, is_rich=False)
    reader, authenticator = with_authenticator(page)
    add_passkey(page, live, academy.camille, axe)
    (key,) = reader.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})[
        "credentials"
    ]
    open_sheet(page, live, academy)
    page.get_by_label("Joindre des fichiers").set_input_files(
        {"name": "Été.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-"}
    )
    page.get_by_label("Corps du message").fill("Premier jet.")
    expect(page.locator("input.file__n")).to_have_value("Été.pdf")
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.context.clear_cookies()
    page.get_by_label("Corps du message").fill("Deuxième jet.")
    door = open_door(page, key)
    with door.expect_event("close"):
        door.get_by_role("button", name="Avec une clé d’accès").click()
    expect(page.get_by_role("dialog", name="Votre session est terminée")).to_be_hidden()
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.context.clear_cookies()
    page.get_by_label("Corps du message").fill(TEXT)
    door = open_door(page, key)
    door.get_by_label("Identifiant").fill(academy.camille.login)
    door.get_by_label("Mot de passe", exact=True).fill(academy.camille.password)
    door.get_by_role("button", name="Se connecter").click()
    expect(door.get_by_role("heading", name="Deuxième étape")).to_be_visible()
    door.get_by_role("button", name="Avec une clé d’accès").click()
    with door.expect_event("close"):
        door.get_by_role("button", name="Non").click()
    expect(page.get_by_text(SAVED)).to_be_visible()
    draft = Draft.objects.get()
    assert draft.text == TEXT
    assert [file.name for file in draft.files.all()] == ["Été.pdf"]


def open_door(page: Page, key: dict[str, Any]) -> Page:
    """The window one signs in again in, with the same fingerprint reader."""
    dialog = page.get_by_role("dialog", name="Votre session est terminée")
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Se connecter").click()
    reader, authenticator = with_authenticator(opened.value)
    reader.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": key})
    return opened.value


def test_of_two_pages_one_chooses_and_loses_nothing(
    sheet: Page, live: str, academy: Academy, axe: Axe
) -> None:
    sheet.get_by_label("Corps du message").fill("Ensemble")
    expect(sheet.get_by_text(SAVED)).to_be_visible()
    other = sheet.context.new_page()
    other.goto(sheet.url)
    expect(other.locator("[data-attach]")).to_be_hidden()
    sheet.get_by_label("Corps du message").fill("Le premier")
    expect(sheet.get_by_text(SAVED)).to_be_visible()
    expect(sheet.locator("[name=version]")).to_have_value("2")
    other.get_by_label("Corps du message").fill("Le second")
    dialog = other.get_by_role("dialog", name="Deux textes")
    expect(dialog.get_by_text("Le premier")).to_be_visible()
    axe(other)
    dialog.get_by_role("button", name="Garder les deux").click()
    expect(other.get_by_text(SAVED)).to_be_visible()
    assert set(Draft.objects.values_list("text", flat=True)) == {"Le premier", "Le second"}


def test_signing_out_leaves_nothing_written_in_the_browser(
    sheet: Page, live: str, academy: Academy
) -> None:
    sheet.context.set_offline(True)
    sheet.get_by_label("Corps du message").fill(TEXT)
    expect(sheet.get_by_text("gardé sur cet ordinateur")).to_be_visible()
    assert "pli-draft" in sheet.evaluate("Object.keys(localStorage).join()")
    sheet.context.set_offline(False)
    sheet.locator("summary.me").click()
    sheet.get_by_role("button", name="Se déconnecter").click()
    expect(sheet.get_by_label("Identifiant")).to_be_visible()
    assert sheet.evaluate("Object.keys(localStorage).join()") == ""
