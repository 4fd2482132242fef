"""Attached files, wide and dark mails, and paper, in a real browser."""

from collections.abc import Callable
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from sample.documents import pdf
from sample.pictures import png_chart
from sample.sounds import wav_bell
from tests.browser.test_mail import check, sign_in
from tests.people import Academy
from tests.webmail.conversations.test_attached import enclosing
from tests.webmail.test_first_mail import letter, put

pytestmark = pytest.mark.django_db(transaction=True)

Axe = Callable[[Page], None]
FRAME = "[data-message-frame]"


def test_files_are_looked_at_with_nothing_but_the_browser(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    message = letter(academy.nadia, academy.camille, "Documents")
    bell = wav_bell(seconds=30)  # more than comes with the message
    message.add_attachment(bell, maintype="audio", subtype="x-wav", filename="cloche.wav")
    message.add_attachment(
        png_chart([3, 5]), maintype="image", subtype="png", filename="courbe.png"
    )
    message.add_attachment(
        pdf("Dossier", ["Acte I"]), maintype="application", subtype="pdf", filename="dossier.pdf"
    )
    message.add_attachment(b"MZ", maintype="application", subtype="x", filename="facture.exe")
    put(academy.camille, message)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Documents").first.click()
    page.get_by_role("link", name="cloche.wav", exact=True).click()
    page.wait_for_function("() => document.querySelector('audio').duration > 29")
    with page.expect_response(lambda answer: "/vue/" in answer.url) as answered:
        page.evaluate("document.querySelector('audio').currentTime = 28")
    assert answered.value.status == 206
    page.wait_for_function("() => document.querySelector('audio').currentTime > 27")
    check(page, axe)
    page.go_back()
    page.get_by_role("link", name="courbe.png", exact=True).click()
    page.wait_for_function("() => document.querySelector('.look img').naturalWidth > 0")
    page.go_back()
    page.get_by_role("link", name="dossier.pdf", exact=True).click()
    # The viewer is a page of the browser's own, inside the document's.
    page.wait_for_function("() => document.querySelector('.look__pdf').contentWindow !== null")
    expect(page.locator(".look__pdf")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="facture.exe").click()
    expect(page.get_by_role("link", name="Télécharger quand même")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    check(page, axe)
    assert [text for text in said if "Content Security Policy" in text] == []


def test_an_enclosed_message_is_read_on_a_telephone(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    put(academy.camille, enclosing(academy, "message"))
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Pour information").first.click()
    page.get_by_role("link", name="Le message joint.eml", exact=True).click()
    expect(page.get_by_role("heading", name="Le message joint")).to_be_visible()
    expect(page.frame_locator(FRAME).get_by_text("Texte du dedans")).to_be_visible()
    check(page, axe)


WIDE = (
    "<p>Début</p><table width=1400><tr>"
    + "<td nowrap>Colonne très large</td>" * 7
    + "</tr></table>"
)
QUOTE = (
    '<div class="gmail_quote">Le lundi :<blockquote>'
    + "<p>Mot cité</p>" * 9
    + "</blockquote></div>"
)


def test_a_wide_mail_fits_a_telephone_and_its_quote_unfolds(
    page: Page, live: str, academy: Academy
) -> None:
    message = letter(academy.nadia, academy.camille, "Tableau")
    message.add_alternative(WIDE + QUOTE, subtype="html")
    put(academy.camille, message)
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Tableau").first.click()
    mail = page.frame_locator(FRAME)
    expect(mail.get_by_text("Début")).to_be_visible()
    page.wait_for_function(
        f"() => document.querySelector('{FRAME}').contentDocument.querySelector('.pli-mail').style.zoom"
    )
    size = page.locator(FRAME).bounding_box()
    assert size
    expect(mail.get_by_text("Mot cité").first).to_be_hidden()
    mail.get_by_text("Texte cité").click()
    expect(mail.get_by_text("Mot cité").last).to_be_visible()
    page.wait_for_function(
        f"() => document.querySelector('{FRAME}').clientHeight > {size['height'] + 50}"
    )


def test_a_mail_keeps_its_colours_on_a_dark_page_until_one_asks(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    message = letter(academy.nadia, academy.camille, "Couleurs")
    message.add_alternative('<p>Bonjour <a href="https://x.example/">ici</a></p>', subtype="html")
    put(academy.camille, message)
    page.emulate_media(color_scheme="dark")
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Couleurs").first.click()
    mail = page.frame_locator(FRAME)
    expect(mail.locator("html")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(mail.locator(".pli-mail")).to_have_css("filter", "none")
    page.get_by_role("button", name="Adapter au mode sombre").click()
    expect(page.get_by_role("button", name="Couleurs d’origine")).to_be_visible()
    expect(mail.locator("html")).to_have_css("background-color", "rgb(22, 22, 22)")
    expect(mail.locator(".pli-mail")).not_to_have_css("filter", "none")
    check(page, axe)
    page.emulate_media(color_scheme="light")
    expect(mail.locator(".pli-mail")).to_have_css("filter", "none")


def test_a_long_mail_is_whole_on_paper(page: Page, live: str, academy: Academy) -> None:
    message = letter(academy.nadia, academy.camille, "Compte rendu")
    lines = "".join(f"<p>Point numéro {number}</p>" for number in range(1, 121))
    message.add_alternative(f"{lines}{WIDE}", subtype="html")
    put(academy.camille, message)
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Compte rendu").first.click()
    expect(page.locator(FRAME)).to_be_visible()
    page.goto(f"{page.url.partition('?')[0]}imprimer/")
    paper = PdfReader(BytesIO(page.pdf(format="A4", prefer_css_page_size=True)))
    words = " ".join(sheet.extract_text() for sheet in paper.pages)
    assert "Compte rendu" in words
    assert academy.nadia.address in words
    assert [number for number in range(1, 121) if f"Point numéro {number}" not in words] == []
    assert words.count("Colonne") == 7  # none beyond the edge
