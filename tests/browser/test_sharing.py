"""Who may use a mailbox, as seen: with axe, on a telephone, and in the pane beside one's own mailbox."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from audit.parties import NOWHERE
from mailboxes.delegating import granting
from mailboxes.models import Right
from tests.browser.test_mail import sign_in
from tests.mailboxes.delegating import granted, with_responsable
from tests.people import Academy

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_head_gives_a_right_and_the_other_finds_the_mailbox(
    live: str, page: Page, academy: Academy, axe: Callable[[Page], None]
) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.bastien, Right.READ, last=5)
    sign_in(page, live, academy.nadia)
    page.goto(f"{live}/mina/boites/{office.pk}/")
    axe(page)
    page.get_by_role("textbox", name="Personne").fill(academy.camille.login)
    page.get_by_text("Lire, classer et envoyer", exact=True).click()
    page.get_by_role("button", name="Donner l’accès").click()
    expect(page.get_by_text("Camille Lefèvre a maintenant accès à la boîte.")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live}/mina/boites/")
    axe(page)
    page.context.clear_cookies()
    sign_in(page, live, academy.camille)
    pane = page.get_by_role("navigation", name="Dossiers")
    pane.get_by_role("link", name=office.name).click()
    expect(pane.get_by_role("link", name=office.name)).to_have_attribute("aria-current", "true")
    axe(page)


def test_a_right_shows_in_an_open_page_and_its_end_closes_the_page_of_the_mailbox(
    live: str, page: Page, academy: Academy
) -> None:
    office = with_responsable(academy)
    sign_in(page, live, academy.camille)
    pane = page.get_by_role("navigation", name="Dossiers")
    expect(pane.get_by_role("link", name="Boîte de réception")).to_be_visible()
    page.evaluate("window.stayed = true")
    delegation = granted(academy.nadia, office, academy.camille, Right.READ)
    expect(pane.get_by_role("link", name=office.name)).to_be_visible(timeout=5000)
    assert page.evaluate("window.stayed")
    pane.get_by_role("link", name=office.name).click()
    expect(pane.get_by_role("link", name=office.name)).to_have_attribute("aria-current", "true")
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    expect(page.get_by_role("heading", name="Cette page n’existe pas")).to_be_visible(timeout=5000)
    expect(page.get_by_text(office.name)).to_have_count(0)
