"""Two people at once in a shared mailbox: what one does, the other sees."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from mailboxes.models import Mailbox, Right
from tests.browser.test_list import row
from tests.browser.test_mail import sign_in, without_javascript
from tests.mailboxes.delegating import granted, with_responsable
from tests.people import Academy, Person
from tests.webmail.sync.indexing import message
from tests.webmail.team.test_team import note
from tests.webmail.test_first_mail import browser_of
from webmail import imap
from webmail.models import TeamNote

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def office(academy: Academy) -> Mailbox:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.SEND)
    with imap.session(academy.office_address, academy.office_address) as mail:
        mail.append("INBOX", message("Inscription", own="un@x"), [])
        mail.append("INBOX", message("Cantine", own="deux@x"), [])
    return office


def second(page: Page) -> Page:
    assert page.context.browser
    return page.context.browser.new_context(locale="fr-FR").new_page()


def open_inscription(page: Page, live: str, person: Person, office: Mailbox) -> None:
    sign_in(page, live, person)
    page.goto(f"{live}/courriel/{office.pk}/")
    row(page, "Inscription").locator("a").click()
    expect(page.get_by_role("heading", name="Inscription", exact=True)).to_be_visible()


def test_one_sees_the_other_answer_and_is_warned(
    live: str, page: Page, academy: Academy, office: Mailbox, axe: Callable[[Page], None]
) -> None:
    open_inscription(page, live, academy.nadia, office)
    other = second(page)
    open_inscription(other, live, academy.camille, office)
    here = page.locator("[data-presence]")
    expect(here).to_have_text("Camille Lefèvre lit cette conversation.")
    other.locator(".answer__p").click()
    expect(here).to_have_text("Camille Lefèvre est en train de répondre.")
    axe(page)
    page.locator(".answer__p").click()
    warning = "Camille Lefèvre est en train de répondre à ce message."
    expect(page.get_by_text(warning)).to_be_visible()
    axe(page)
    page.go_back()
    other.get_by_role("link", name="Fermer").click()
    expect(here).to_have_text("Camille Lefèvre lit cette conversation.")


def test_what_one_assigns_the_other_sees_without_asking(
    live: str, page: Page, academy: Academy, office: Mailbox, axe: Callable[[Page], None]
) -> None:
    sign_in(page, live, academy.camille)
    expect(page.locator("[data-live-events]")).to_be_attached()
    other = second(page)
    open_inscription(other, live, academy.nadia, office)
    logo = ".brand svg"  # as large in a team's mailbox as in one's own
    assert other.locator(logo).bounding_box() == page.locator(logo).bounding_box()
    other.locator(".team summary").click()
    other.locator(".team").get_by_role("button", name="Camille Lefèvre").click()
    expect(other.get_by_text("Attribuée à Camille Lefèvre").first).to_be_visible()
    expect(page.get_by_role("link", name="Pour moi 1")).to_be_visible()
    page.get_by_role("link", name="Pour moi").click()
    axe(page)
    page.get_by_role("link", name="Inscription").first.click()
    expect(page.get_by_role("link", name="Pour moi", exact=True)).to_be_visible()
    # Its script came after that of the keys.
    expect(page.get_by_role("checkbox", name="Tout sélectionner").first).to_be_visible()
    page.keyboard.press("Shift+T")
    expect(page.get_by_text("1 message traité.")).to_be_visible()
    expect(row(other, "Inscription")).to_contain_text("Traité")


def test_a_name_is_completed_in_a_note(
    live: str, page: Page, academy: Academy, office: Mailbox, axe: Callable[[Page], None]
) -> None:
    open_inscription(page, live, academy.nadia, office)
    page.get_by_text("Ajouter une note interne").click()
    field = page.get_by_role("textbox", name="Texte de la note")
    field.press_sequentially("Vois avec @lef")
    option = page.get_by_role("listbox").get_by_role("option", name="Camille Lefèvre")
    expect(option).to_be_visible()
    axe(page)
    field.press("Enter")
    expect(field).to_have_value("Vois avec @Camille Lefèvre ")
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator(".memo__t")).to_have_text("Vois avec @Camille Lefèvre")
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_all_of_it_is_there_without_javascript(
    live: str, page: Page, academy: Academy, office: Mailbox
) -> None:
    plain = without_javascript(page)
    open_inscription(plain, live, academy.nadia, office)
    plain.get_by_role("button", name="En cours").first.click()
    plain.get_by_role("button", name="Me l’attribuer").click()
    expect(plain.get_by_text("Attribuée à moi").first).to_be_visible()
    plain.get_by_text("Ajouter une note interne").click()
    plain.get_by_role("textbox", name="Texte de la note").fill("Sans script")
    plain.get_by_label("Prévenir").select_option(label="Camille Lefèvre")
    plain.get_by_role("button", name="Ajouter la note").click()
    expect(plain.locator(".memo__t")).to_have_text("Sans script")
    plain.get_by_role("link", name="En cours 1").click()
    expect(row(plain, "Inscription")).to_be_visible()
    expect(row(plain, "Cantine")).to_have_count(0)


def test_a_colleague_s_note_appears_changes_and_goes_by_itself(
    live: str, page: Page, academy: Academy, office: Mailbox
) -> None:
    open_inscription(page, live, academy.nadia, office)
    expect(page.get_by_text("Ajouter une note interne")).to_be_visible()
    here = page.locator("[data-presence]")
    second_page = second(page)
    open_inscription(second_page, live, academy.camille, office)
    expect(here).to_have_text("Camille Lefèvre lit cette conversation.")  # the page listens
    second_page.close()
    page.get_by_text("Ajouter une note interne").click()
    own = page.get_by_role("textbox", name="Texte de la note")
    own.fill("En cours de frappe")
    note(academy.camille, office, "Inscription", "Vu avec la mairie")
    expect(page.locator(".memo__t")).to_have_text("Vu avec la mairie")
    expect(own).to_have_value("En cours de frappe")
    written = TeamNote.objects.get()
    url = reverse("change_note", args=[office.pk, written.pk])
    browser_of(academy.camille).post(url, {"texte": "Vu avec le rectorat"})
    expect(page.locator(".memo__t")).to_have_text("Vu avec le rectorat")
    browser_of(academy.camille).post(url, {"supprimer": "1"})
    expect(page.locator(".memo__t")).to_have_count(0)
