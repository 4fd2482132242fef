"""The mail screens in a real browser: with and without JavaScript, on a telephone, by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import mail_programs
from tests.browser.composing import text_of
from tests.people import Academy, Person
from tests.webmail.test_first_mail import letter, put

pytestmark = pytest.mark.django_db(transaction=True)

Axe = Callable[[Page], None]
HTML = """<html><head><script>parent.__run = 1</script></head><body>
<h1>Le Malade imaginaire</h1><p style="color:#8b1a39">Votre réservation est confirmée.</p>
<img src="https://suivi.example/pixel.png"><img src=x onerror="parent.__run = 1"></body></html>"""


def sign_in(page: Page, live: str, person: Person) -> None:
    page.goto(live)
    page.get_by_label("Identifiant").fill(person.login)
    page.get_by_label("Mot de passe", exact=True).fill(person.password)
    page.get_by_role("button", name="Se connecter").click()
    expect(page.locator("a.fold", has_text="Boîte de réception")).to_be_attached()
    page.wait_for_load_state()  # scripts too


def without_javascript(page: Page) -> Page:
    browser = page.context.browser
    assert isinstance(browser, Browser)
    return browser.new_context(java_script_enabled=False, locale="fr-FR").new_page()


def html_letter(author: Person, reader: Person, subject: str) -> None:
    message = letter(author, reader, subject)
    message.add_alternative(HTML, subtype="html")
    put(reader, message)


def test_a_mail_is_read_and_answered(page: Page, live: str, academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Sortie scolaire", "Qui vient ?\n"))
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Sortie scolaire").click()
    expect(page.get_by_text("Qui vient ?").last).to_be_visible()
    page.get_by_role("link", name="Répondre", exact=True).first.click()
    text_of(page).press_sequentially("Moi.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_text("Message envoyé.")).to_be_visible()
    page.goto("about:blank")  # what the page still asks must not bring a cookie back
    page.context.clear_cookies()
    program = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    mail_programs.wait_for(program, "Re: Sortie scolaire")
    sign_in(page, live, academy.nadia)
    page.get_by_role("link", name="Re: Sortie scolaire").click()
    expect(page.get_by_text("Moi.").last).to_be_visible()


def test_the_same_works_without_javascript(page: Page, live: str, academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Sans script", "Bonjour.\n"))
    plain = without_javascript(page)
    sign_in(plain, live, academy.camille)
    plain.get_by_role("link", name="Sans script").click()
    plain.get_by_role("link", name="Répondre", exact=True).first.click()
    plain.get_by_label("Corps du message").fill("Reçu.")
    plain.get_by_role("button", name="Envoyer").click()
    expect(plain.get_by_text("Message envoyé.")).to_be_visible()


def test_nothing_in_a_mail_runs_or_calls_home(page: Page, live: str, academy: Academy) -> None:
    html_letter(academy.nadia, academy.camille, "Théâtre")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Théâtre").click()
    frame = page.frame_locator("[data-message-frame]")
    expect(frame.get_by_role("heading", name="Le Malade imaginaire")).to_be_visible()
    expect(page.get_by_text("1 image distante bloquée")).to_be_visible()
    assert [url for url in asked if not url.startswith(live)] == []
    assert page.evaluate("window.__run") is None


def test_the_frame_is_as_high_as_its_mail(page: Page, live: str, academy: Academy) -> None:
    message = letter(academy.nadia, academy.camille, "Long")
    message.add_alternative("<p>ligne</p>" * 200, subtype="html")
    put(academy.camille, message)
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Long").click()
    frame = page.locator("[data-message-frame]")
    expect(page.frame_locator("[data-message-frame]").get_by_text("ligne").last).to_be_attached()
    page.wait_for_function("document.querySelector('[data-message-frame]').clientHeight > 2000")
    assert frame.bounding_box()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390, 320])
def test_the_screens_are_accessible_and_overflow_nowhere(
    page: Page, live: str, academy: Academy, axe: Axe, width: int, scheme: str
) -> None:
    html_letter(
        academy.nadia,
        academy.camille,
        "Théâtre des Deux-Rives et réservations exceptionnellement longues",
    )
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(live)
    check(page, axe)
    sign_in(page, live, academy.camille)
    check(page, axe)
    page.locator("[data-row]").first.click()
    check(page, axe)
    page.goto(f"{live}/courriel/{academy.camille.mailbox.pk}/ecrire/")
    check(page, axe)
    page.goto(f"{live}/courriel/{academy.camille.mailbox.pk}/envois/")
    check(page, axe)
    page.goto(f"{live}/rien/")
    check(page, axe)


def check(page: Page, axe: Axe) -> None:
    axe(page)
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1], page.url


def test_a_mail_is_opened_and_left_by_keyboard_alone(
    page: Page, live: str, academy: Academy
) -> None:
    for subject in ("Premier", "Second"):
        put(
            academy.camille,
            letter(academy.nadia, academy.camille, subject, f"Texte du {subject}\n"),
        )
    sign_in(page, live, academy.camille)
    expect(page.locator("[data-all]").first).to_be_visible()  # the scripts are there
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Premier")).to_be_visible()


def test_the_simple_version_is_remembered_and_left_again(
    page: Page, live: str, academy: Academy
) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Simple"))
    sign_in(page, live, academy.camille)
    page.locator("summary.me").click()
    page.get_by_role("link", name="Version simple").click()
    page.goto(live)
    expect(page.locator("html")).to_have_attribute("data-version", "simple")
    assert page.locator("script").count() == 0
    page.get_by_role("link", name="Simple", exact=False).first.click()
    page.get_by_role("link", name="Version complète").first.click()
    expect(page.locator("html")).not_to_have_attribute("data-version", "simple")


def test_no_page_breaks_its_own_policy(page: Page, live: str, academy: Academy) -> None:
    html_letter(academy.nadia, academy.camille, "Politique")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Politique").click()
    page.goto(f"{live}/courriel/{academy.camille.mailbox.pk}/ecrire/")
    assert [text for text in said if "Content Security Policy" in text or "Error" in text] == []


def test_a_wrong_password_says_nothing_about_the_login(
    page: Page, live: str, academy: Academy
) -> None:
    told = []
    for login in (academy.camille.login, "personne.inconnue"):
        page.goto(live)
        page.get_by_label("Identifiant").fill(login)
        page.get_by_label("Mot de passe", exact=True).fill("pas le bon mot de passe")
        page.get_by_role("button", name="Se connecter").click()
        told.append(page.get_by_role("alert").inner_text())
    assert told[0] == told[1]


def test_a_file_comes_down_as_it_went_up(page: Page, live: str, academy: Academy) -> None:
    content = bytes(range(256)) * 4096
    message = letter(academy.nadia, academy.camille, "Pièce jointe")
    message.add_attachment(content, maintype="application", subtype="pdf", filename="Été.pdf")
    put(academy.camille, message)
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Pièce jointe").first.click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger Été.pdf").click()
    assert download.value.suggested_filename == "Été.pdf"
    assert download.value.path().read_bytes() == content
