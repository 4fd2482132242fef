"""Ways through the mailbox that are not straight: back to what left, without network, a telephone's folders."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_list import open_list, row, tick, toolbar
from tests.browser.test_live import open_told
from tests.people import Academy
from tests.webmail.lists.test_acting import deliver
from tests.webmail.sync.indexing import message, program
from tests.webmail.test_push import deliver as post

pytestmark = pytest.mark.django_db(transaction=True)

NO_NETWORK = "Le réseau ne répond pas"


def test_the_folders_of_a_telephone_stay_open_while_mail_arrives(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    with program(academy.camille) as imap:
        for number in range(30):
            imap.do("create", f"Dossier{number:02}")
    open_told(page, live, academy.camille)
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("link", name="Dossiers", exact=True).click()
    folders = page.get_by_role("navigation", name="Dossiers")
    expect(folders).to_be_visible()
    post(academy.nadia, academy.camille, "deux")
    expect(folders.get_by_role("link", name="Boîte de réception")).to_contain_text("2")
    expect(folders).to_be_visible()
    folders.get_by_role("link", name="Dossier29").click()
    page.get_by_role("link", name="Dossiers", exact=True).click()
    expect(folders.locator("[aria-current=page]")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(folders).not_to_be_visible()


def test_back_to_a_message_that_left_says_so_beside_the_list(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un", "deux")
    open_list(page, live, academy.camille)
    row(page, "un").locator("a").click()
    expect(page.get_by_role("heading", name="un", exact=True)).to_be_visible()
    tick(page, "un")
    page.keyboard.press("v")
    expect(page.get_by_role("button", name="Brouillons").first).to_be_focused()
    page.keyboard.press("Escape")  # closes the menu, and keeps what was picked
    expect(row(page, "un").locator(".cb")).to_be_checked()
    toolbar(page, "Archiver").click()
    expect(page.locator(".row")).to_have_count(1)
    page.go_back()
    expect(page.get_by_role("heading", name="Ce message n’est plus ici")).to_be_visible()
    expect(row(page, "deux")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("Choisissez un message")).to_be_visible()


def test_without_network_the_page_says_so_and_goes_on_where_it_was(
    page: Page, live: str, academy: Academy
) -> None:
    with program(academy.camille) as imap:
        for number in range(60):
            imap.put(message(f"n{number}", own=f"{number}@example"))
    open_list(page, live, academy.camille)
    page.context.set_offline(True)
    row(page, "n59").locator("a").click()
    expect(page.get_by_role("alert")).to_contain_text(NO_NETWORK)
    page.locator(".pager").scroll_into_view_if_needed()
    page.context.set_offline(False)
    expect(page.locator(".row")).to_have_count(60)


def test_what_could_not_be_fetched_is_fetched_when_the_network_is_back(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    open_told(page, live, academy.camille)
    page.route("**/dossier/**", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        post(academy.nadia, academy.camille, "deux")
    page.unroute("**/dossier/**")
    page.evaluate("dispatchEvent(new Event('online'))")  # as the browser says it
    expect(row(page, "deux")).to_be_visible()


def test_a_scrolled_list_stays_while_one_reads_an_old_message_and_comes_back(
    page: Page, live: str, academy: Academy
) -> None:
    with program(academy.camille) as imap:
        for number in range(120):
            imap.put(message(f"n{number}", own=f"{number}@example"))
    open_told(page, live, academy.camille)
    for shown in (100, 120):
        page.locator(".pager").scroll_into_view_if_needed()
        expect(page.locator(".row")).to_have_count(shown)
    page.set_viewport_size({"width": 390, "height": 844})
    row(page, "n3").locator("a").click()
    expect(page.get_by_role("heading", name="n3", exact=True)).to_be_visible()
    post(academy.nadia, academy.camille, "entre-temps")
    expect(page.locator(".row")).to_have_count(121)  # and the rows above n3's page stay
    page.get_by_role("link", name="Retour à la liste").click()
    expect(page.locator(".row")).to_have_count(121)
    expect(row(page, "n3")).to_be_in_viewport()
    page.locator(".filters").get_by_role("link", name="Non lus").click()
    expect(row(page, "entre-temps")).to_be_in_viewport()  # another list begins at its top
