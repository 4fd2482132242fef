"""All one's mailboxes as one list, and the From menu of all of them, in a real browser."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from mailboxes.models import Right
from tests.browser.test_list import ready, row, tick, toolbar
from tests.browser.test_mail import sign_in
from tests.mailboxes.delegating import lent
from tests.people import Academy
from tests.webmail.lists.test_together import in_folder, three

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_list_of_all_mailboxes_is_read_and_acted_on(
    page: Page, live: str, academy: Academy, axe: Callable[[Page], None]
) -> None:
    _client, (own, college, _exams) = three(academy)
    sign_in(page, live, academy.camille)
    pane = page.get_by_role("navigation", name="Dossiers")
    pane.get_by_role("link", name="Toutes mes boîtes").click()
    ready(page)
    for subject in ("Moi", "Inscription", "Sujets"):
        expect(row(page, subject)).to_be_visible()
    axe(page)
    row(page, "Inscription").locator("[data-row]").click()
    expect(page.get_by_role("heading", name="Inscription", level=2)).to_be_visible()
    expect(pane.get_by_role("link", name="Envoyés")).to_have_attribute(
        "href", reverse("folder", args=[college.pk, college.folders.get(special_use="sent").pk])
    )
    expect(row(page, "Sujets")).to_be_visible()
    tick(page, "Moi")
    toolbar(page, "Archiver").click()
    expect(page.get_by_text("1 message archivé.")).to_be_visible()
    expect(row(page, "Moi")).to_have_count(0)
    expect(page.get_by_role("heading", name="Inscription", level=2)).to_be_visible()
    assert in_folder(own, "Archives") == 1
    page.get_by_role("button", name="Annuler").click()
    expect(row(page, "Moi")).to_be_visible()
    # Only what one may act on can be ticked.
    assert row(page, "Sujets").locator(".cb").count() == 0
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live}{reverse('all_mail')}")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_another_mailbox_is_taken_in_the_from_menu_and_the_draft_goes_there(
    page: Page, live: str, academy: Academy, axe: Callable[[Page], None]
) -> None:
    office = lent(academy, 1, "Collège Jean Moulin", Right.SEND)
    sign_in(page, live, academy.camille)
    page.goto(f"{live}{reverse('compose', args=[academy.camille.mailbox.pk])}")
    page.get_by_label("Objet").fill("Conseil de classe")
    expect(page.get_by_text("Brouillon enregistré à")).to_be_visible()
    page.locator("[data-senders] summary").click()
    axe(page)
    page.get_by_role("radio", name="Collège Jean Moulin").click()
    page.wait_for_url(f"**/courriel/{office.pk}/brouillon/**")
    page.reload()
    expect(page.get_by_label("Objet")).to_have_value("Conseil de classe")
    expect(page.locator("[data-sender-shown]")).to_contain_text("en tant que")


def test_mailboxes_are_dragged_into_order(
    page: Page, live: str, academy: Academy, axe: Callable[[Page], None]
) -> None:
    for number, name in enumerate(("Alpha", "Bêta", "Gamma")):
        lent(academy, number, name, Right.READ)
    sign_in(page, live, academy.camille)
    page.goto(f"{live}{reverse('arrange_mailboxes')}")
    rows = page.locator(".shelf__l")
    expect(rows.nth(1)).to_have_attribute("draggable", "true")
    axe(page)
    rows.nth(3).drag_to(rows.nth(1), target_position={"x": 40, "y": 4})
    expect(page.get_by_text("Vos boîtes sont rangées.")).to_be_visible()
    expect(rows.locator("b")).to_have_text(["Ma boîte", "Gamma", "Alpha", "Bêta"])
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
