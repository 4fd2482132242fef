"""Writing in a real browser: formatting, pasting, quoting, recipients, by mouse and by keyboard."""

import gzip
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Response, expect

from accounts.models import Agent, School
from tests.browser.composing import chip, formatting, recipients, text_of
from tests.browser.test_mail import sign_in
from tests.people import Academy
from tests.webmail.outbox.test_compose_delivered import arrived
from tests.webmail.test_first_mail import letter, put
from webmail.message.readable import ReadableMessage
from webmail.models import OutgoingMessage, Signature

pytestmark = pytest.mark.django_db(transaction=True)

Axe = Callable[[Page], None]
PIXEL = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
WORD = """<html xmlns:w="urn:schemas-microsoft-com:office:word"><style>p{mso-style-name:x}</style><body>
<p class=MsoNormal style='mso-margin-top-alt:auto;font-family:"Calibri"'><b>Ordre du jour<o:p></o:p></b></p>
<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Bilan</p>
<p style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o</span>Assiduité</p>
<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Orientation</p>
<script>parent.__run = 1</script><img src="file:///C:/a.png" onerror="parent.__run = 1"></body></html>"""
EXCEL = """<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table><col width=64>
<tr><td class=xl65>Élève</td><td align=right>14,5</td></tr></table></html>"""
PASTE = """(place, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "texte");
  place.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
PASTE_PICTURE = """(place, encoded) => {
  const octets = Uint8Array.from(atob(encoded), (it) => it.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([octets], "image.png", { type: "image/png" }));
  place.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""
DROP = """(place, names) => {
  const data = new DataTransfer();
  for (const name of names) data.items.add(new File(["contenu"], name, { type: "text/plain" }));
  const said = { dataTransfer: data, bubbles: true, cancelable: true };
  for (const type of ["dragover", "drop"]) place.dispatchEvent(new DragEvent(type, said));
}"""
WEB_PAGE = """<div class="banner" style="position:fixed;font-family:'Comic Sans MS'" onclick="x()"><h2>Programme</h2>
<p>Le <a href="https://theatre.example/">théâtre</a>, <a href="javascript:x()">ici</a></p><script>x()</script></div>"""
MOST_SCRIPT = 40 * 1024  # octets, compressed


def open_composer(page: Page, live: str, academy: Academy, query: str = "") -> None:
    sign_in(page, live, academy.camille)
    page.goto(f"{live}{reverse('compose', args=[academy.camille.mailbox.pk])}{query}")


def last_sent(page: Page, academy: Academy) -> ReadableMessage:
    """As it reached Nadia."""
    expect(page.get_by_text("Message envoyé.")).to_be_visible()
    (message,) = arrived(academy.nadia, 1).values()
    return message


def theatre(academy: Academy) -> EmailMessage:
    """A booking, with a table and a picture in its text."""
    message = letter(academy.nadia, academy.camille, "Théâtre", "Réservé.\n")
    message.add_alternative(
        '<p>Réservé</p><table bgcolor="#eeeeee"><tr><td>17 h</td></tr></table>'
        '<p>Le plan<br><img src="cid:plan@x" alt="Plan"></p>',
        subtype="html",
    )
    html = message.get_payload()[1]  # type: ignore[index]
    html.add_related(PIXEL, "image", "png", cid="<plan@x>", filename="plan.png")  # type: ignore[union-attr]
    return message


def test_a_formatted_answer_keeps_the_quoted_table_and_its_picture(
    page: Page, live: str, academy: Academy
) -> None:
    put(academy.camille, theatre(academy))
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Théâtre").click()
    page.get_by_role("link", name="Répondre", exact=True).first.click()
    text = text_of(page)
    expect(text.locator("blockquote td")).to_have_text("17 h")
    page.frame_locator("iframe.rich").locator("img[alt=Plan]").evaluate("(it) => it.decode()")
    expect(text).to_be_focused()
    formatting(page, "Gras").click()
    page.keyboard.type("Merci.")
    expect(formatting(page, "Gras")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    sent = last_sent(page, academy)
    (html,) = [body.content for body in sent.bodies if body.is_html]
    assert "<b>Merci.</b>" in html
    assert '<table bgcolor="#eeeeee">' in html
    assert '<br><img src="cid:plan@x"' in html
    assert [file.content_id for file in sent.attachments] == ["plan@x"]


def test_word_and_excel_are_pasted_as_lists_and_tables_and_nothing_runs(
    page: Page, live: str, academy: Academy
) -> None:
    open_composer(page, live, academy)
    text = text_of(page)
    text.evaluate(PASTE, WORD)
    expect(text.locator("ul > li")).to_have_count(3)
    expect(text.locator("ul ul li")).to_have_text("Assiduité")
    expect(text.locator("b")).to_have_text("Ordre du jour")
    text.evaluate(PASTE, EXCEL)
    expect(text.locator("td").last).to_have_text("14,5")
    html = page.locator("textarea[name=html]").input_value()
    assert not any(
        word in html for word in ("mso", "Calibri", "xl65", "script", "file:", "onerror")
    )
    assert "border: 1px solid" in html
    assert page.evaluate("window.__run") is None


def test_files_are_dropped_a_screenshot_and_a_web_page_are_pasted_and_all_arrives(
    page: Page, live: str, academy: Academy
) -> None:
    open_composer(page, live, academy, f"?a={academy.nadia.address}&objet=Bilan")
    text = text_of(page)
    text.evaluate(PASTE, WEB_PAGE)
    expect(text.get_by_text("Programme")).to_be_visible()
    page.locator("form[data-compose]").evaluate(DROP, ["notes.csv", "plan.txt"])
    expect(page.locator("input.file__n")).to_have_count(2)
    text.evaluate(PASTE_PICTURE, b64encode(PIXEL).decode())
    expect(text.locator("img[alt^=capture]")).to_have_js_property("naturalWidth", 1)
    expect(page.locator("[data-saved]")).to_contain_text("Brouillon enregistré")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    sent = last_sent(page, academy)
    (html,) = [body.content for body in sent.bodies if body.is_html]
    assert "<b>Programme</b>" in html
    assert 'href="https://theatre.example/"' in html
    assert not any(word in html for word in ("fixed", "Comic", "javascript", "banner", "onclick"))
    (picture,) = [file for file in sent.attachments if file.content_id]
    assert f"cid:{picture.content_id}" in html
    named = {file.name for file in sent.attachments if not file.content_id}
    assert named == {"notes.csv", "plan.txt"}


def tab_to(page: Page, place: Locator) -> None:
    """By the Tab key, as far as it takes."""
    for _press in range(60):
        if place.evaluate("(it) => it.ownerDocument.activeElement === it"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key does not reach {place}")


def test_a_message_is_written_and_sent_in_english_by_keyboard_alone(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    sign_in(page, live, academy.camille)
    composer = reverse("compose", args=[academy.camille.mailbox.pk])
    page.goto(f"{live}{reverse('speak', args=['en'])}?next={composer}")
    frame = page.frame_locator("iframe.rich")
    expect(frame.locator("html[data-ready]")).to_be_attached()
    expect(page.get_by_role("heading", name="New message")).to_be_visible()
    tab_to(page, page.get_by_role("combobox", name="To", exact=True))
    page.keyboard.type(f"{academy.nadia.address},")
    expect(page.locator(".chip")).to_have_count(1)
    tab_to(page, page.get_by_label("Subject"))
    page.keyboard.type("Staff meeting")
    body = frame.get_by_role("textbox", name="Message text")
    expect(body).to_have_attribute("lang", "en")
    tab_to(page, frame.get_by_role("button", name="Bold"))
    page.keyboard.press("Enter")
    tab_to(page, body)
    page.keyboard.type("See you on Tuesday.")
    axe(page)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Message sent.")).to_be_visible()
    (sent,) = arrived(academy.nadia, 1).values()
    assert sent.subject == "Staff meeting"
    (html,) = [it.content for it in sent.bodies if it.is_html]
    assert 'lang="en"' in html
    assert "See you on Tuesday." in html


def test_a_text_becomes_plain_and_formatted_again_without_loss(
    page: Page, live: str, academy: Academy
) -> None:
    open_composer(page, live, academy)
    text_of(page).evaluate(PASTE, "<ul><li><b>Bilan</b></li></ul><blockquote>cité</blockquote>")
    expect(text_of(page).locator("b")).to_have_text("Bilan")
    formatting(page, "Texte brut").click()
    plain = page.get_by_label("Corps du message")
    expect(plain).to_have_value("- Bilan\n> cité")
    expect(plain).to_be_focused()
    page.get_by_role("button", name="Mise en forme").click()
    expect(text_of(page).locator("li b")).to_have_text("Bilan")
    formatting(page, "Texte brut").click()
    plain.fill("> cité\nautre")
    page.get_by_role("button", name="Mise en forme").click()
    expect(text_of(page).locator("blockquote")).to_have_text("cité")
    expect(text_of(page)).to_contain_text("autre")


def test_recipients_are_written_corrected_and_removed_by_keyboard_alone(
    page: Page, live: str, academy: Academy
) -> None:
    message = letter(academy.nadia, academy.camille, "Bonjour")
    message.replace_header("From", f"Nadia Benali <{academy.nadia.address}>")
    put(academy.camille, message)
    open_composer(page, live, academy)
    to = recipients(page)
    to.focus()
    page.keyboard.type("nad")
    expect(page.get_by_role("option", name="Nadia Benali")).to_be_visible()
    page.keyboard.press("Enter")
    expect(chip(page, "Nadia Benali")).to_be_visible()
    page.keyboard.type("publics@deuxrives.example,paul;")
    expect(page.locator(".chip--ext")).to_have_text("PUpublics@deuxrives.example")
    expect(page.locator(".chip--err")).to_contain_text("n’est pas une adresse")
    page.keyboard.press("Backspace")
    expect(page.get_by_role("button", name="Retirer paul")).to_be_focused()
    page.keyboard.press("F2")
    expect(to).to_have_value("paul")
    page.keyboard.type("paul@ac-normandie.fr")
    page.keyboard.press("Enter")
    expect(page.locator(".chip--err")).to_have_count(0)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    expect(page.locator(".chip")).to_have_count(2)
    expect(
        page.get_by_role("status").filter(has_text="publics@deuxrives.example retiré")
    ).to_be_attached()
    assert page.locator("[name=to]").input_value() == (
        f"Nadia Benali <{academy.nadia.address}>, paul@ac-normandie.fr"
    )


def test_the_staff_of_a_school_is_one_chip_until_it_is_unfolded(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    school = School.objects.create(uai="0760001N", name="Collège Jean Moulin", city="Évreux")
    for person in (academy.nadia, academy.bastien):
        Agent.objects.filter(pk=person.agent.pk).update(school=school)
    open_composer(page, live, academy)
    recipients(page).press_sequentially("moulin evreux")
    page.get_by_role("option", name="Tout le personnel : 2 personnes").click()
    expect(page.locator(".chip--group")).to_have_text("2Collège Jean Moulin, Évreux")
    axe(page)
    to = page.locator("[name=to]").input_value()
    assert academy.nadia.address in to
    assert academy.bastien.address in to
    page.get_by_role("button", name="Déplier le groupe Collège Jean Moulin").click()
    expect(page.locator(".chip")).to_have_count(2)
    expect(chip(page, "Nadia Benali")).to_be_visible()
    page.get_by_role("button", name="Retirer Bastien").click()
    expect(page.locator("[name=to]")).to_have_value(f"Nadia Benali <{academy.nadia.address}>")


def test_two_hundred_pasted_addresses_become_chips(page: Page, live: str, academy: Academy) -> None:
    open_composer(page, live, academy)
    recipients(page).focus()
    crowd = "\n".join(f"Élève {n} <p{n}@x.fr>" for n in range(200))
    recipients(page).evaluate(
        """(field, text) => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        crowd,
    )
    expect(page.locator(".chip")).to_have_count(200)
    expect(page.get_by_text("200 destinataires ajoutés")).to_be_attached()


def test_the_sender_is_chosen_in_a_menu(page: Page, live: str, academy: Academy) -> None:
    open_composer(page, live, academy, f"?a={academy.nadia.address}&objet=Bonjour")
    text_of(page).press_sequentially("Bonjour")
    page.locator("[data-senders] summary").click()
    page.get_by_role("radio", name=academy.camille.historic_address).click()
    expect(page.locator("[data-sender-shown]")).to_contain_text(academy.camille.historic_address)
    page.keyboard.press("Control+Enter")
    assert last_sent(page, academy).from_[0].address == academy.camille.historic_address


def test_the_composer_brings_little_script_and_axe_finds_nothing(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    answers: list[Response] = []

    def keep(answer: Response) -> None:
        if answer.request.resource_type == "script":
            answers.append(answer)

    page.on("response", keep)
    sign_in(page, live, academy.camille)
    of_lists = {answer.url for answer in answers}
    assert len(of_lists) > 3
    page.goto(f"{live}{reverse('compose', args=[academy.camille.mailbox.pk])}")
    formatting(page, "Lien").click()
    octets = {it.url: len(gzip.compress(it.body())) for it in answers if it.url not in of_lists}
    assert "squire" in "".join(octets)
    assert sum(octets.values()) <= MOST_SCRIPT, octets
    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    page.evaluate("Promise.all(document.getAnimations().map((it) => it.finished))")  # of colours
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_messages_are_written_in_corners_of_the_list_and_one_leaves(
    page: Page, live: str, academy: Academy
) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    open_composer(page, live, academy, "?objet=Premier")
    text_of(page).press_sequentially("Plus tard.")
    page.get_by_role("button", name="Réduire dans la liste").click()
    first = page.get_by_role("region", name="Premier")
    expect(first).to_be_visible()
    page.get_by_role("link", name="Nouveau message").first.click()
    expect(page.locator(".dock")).to_have_count(2)
    second = page.frame_locator(".dock:last-child iframe").first
    second.get_by_role("combobox", name="À").fill(academy.nadia.address)
    second.get_by_label("Objet").fill("Second")
    expect(page.get_by_role("region", name="Second")).to_be_visible()
    text = second.frame_locator("iframe.rich").get_by_role("textbox")
    text.press_sequentially("Bonjour.")
    text.press("Control+Enter")
    expect(page.locator(".dock")).to_have_count(1)
    expect(page.get_by_text("Message envoyé.")).to_be_visible()
    written = page.frame_locator(".dock iframe").frame_locator("iframe.rich").get_by_role("textbox")
    expect(written).to_have_text("Plus tard.")
    written.press("Escape")
    expect(first.get_by_role("button", name="Premier")).to_have_attribute("aria-expanded", "false")
    page.reload()
    expect(first.get_by_role("button", name="Premier")).to_have_attribute("aria-expanded", "false")
    assert [message.subject for message in OutgoingMessage.objects.all()] == ["Second"]


def test_the_signature_follows_the_sender_until_one_writes_in_it(
    page: Page, live: str, academy: Academy
) -> None:
    own = academy.camille.mailbox
    for name, address in (
        ("Caen", academy.camille.address),
        ("Rouen", academy.camille.historic_address),
    ):
        own.signatures.create(
            name=name, text=f"Camille, {name}", html=f"<i>Camille, {name}</i>",
            address=own.addresses.get(address=address),
        )  # fmt: skip
    put(academy.camille, theatre(academy))
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Théâtre").click()
    page.get_by_role("link", name="Répondre", exact=True).first.click()
    text = text_of(page)
    expect(text.locator(".pli-signature i")).to_have_text("Camille, Caen")
    page.keyboard.type("Merci.")
    choose_sender(page, academy.camille.historic_address)
    expect(text.locator(".pli-signature i")).to_have_text("Camille, Rouen")
    expect(text).to_contain_text("Merci.")
    order = text.locator(".pli-signature, blockquote").evaluate_all("(all) => all[0].className")
    assert order == "pli-signature"
    page.locator(".insert > summary").click()
    page.get_by_role("button", name="Caen").click()
    expect(text.locator(".pli-signature")).to_have_text("-- Camille, Caen")
    text.locator(".pli-signature i").click()
    page.keyboard.type("!")
    choose_sender(page, academy.camille.address)
    choose_sender(page, academy.camille.historic_address)
    expect(page.locator("[name=signed]")).to_have_value(academy.camille.historic_address)
    expect(text.locator(".pli-signature")).to_have_count(1)
    expect(text.locator(".pli-signature")).to_contain_text("!")


def choose_sender(page: Page, address: str) -> None:
    page.locator("[data-senders] summary").click()
    page.get_by_role("radio", name=address).click()
    expect(page.locator("[data-sender-shown]")).to_contain_text(address)
    expect(page.locator("[name=signed]")).to_have_value(address)


def test_a_signature_is_written_with_formatting_and_a_logo(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    sign_in(page, live, academy.camille)
    page.goto(f"{live}{reverse('signatures', args=[academy.camille.mailbox.pk])}")
    page.get_by_label("Nom", exact=True).fill("Cours")
    text = page.frame_locator("iframe.rich").get_by_role("textbox", name="Texte")
    formatting(page, "Gras").click()
    page.keyboard.type("Camille Lefèvre")
    page.frame_locator("iframe.rich").locator("[data-picture-file]").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": PIXEL}
    )
    expect(text.locator("img")).to_have_attribute("src", re.compile("^data:image/png"))
    axe(page)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("C’est enregistré.")).to_be_visible()
    kept = Signature.objects.get()
    assert "<b>Camille Lefèvre<" in kept.html
    assert "data:image/png" in kept.html
    assert kept.text.startswith("Camille Lefèvre")
