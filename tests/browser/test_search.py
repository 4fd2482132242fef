"""The search box in a real browser: as one types, without JavaScript, by keyboard, on a telephone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_list import open_list, row, tick, toolbar
from tests.browser.test_mail import Axe, check, sign_in, without_javascript
from tests.people import Academy, Person
from tests.webmail.lists.test_acting import deliver
from tests.webmail.sync.indexing import message, program

pytestmark = pytest.mark.django_db(transaction=True)


def bring_mail(person: Person) -> None:
    deliver(person, "Réunion de rentrée", "Cantine", "Conseil de classe")
    with program(person) as imap:
        imap.do("create", "Projets")
        imap.put(
            message("Réunion du projet", own="p@example", sender="Zoé <zoe@example.fr>"),
            folder="Projets",
        )


def test_the_list_follows_what_one_types(page: Page, live: str, academy: Academy) -> None:
    bring_mail(academy.camille)
    open_list(page, live, academy.camille)
    page.evaluate("window.stayed = true")
    page.keyboard.press("/")
    expect(page.get_by_label("Rechercher dans le courrier")).to_be_focused()
    page.keyboard.type("reun", delay=30)
    expect(page.locator(".row")).to_have_count(2)
    expect(row(page, "Réunion du projet")).to_be_visible()
    page.keyboard.type(" rentree", delay=30)
    expect(page.locator(".row")).to_have_count(1)
    expect(page.get_by_label("Rechercher dans le courrier")).to_be_focused()
    assert "q=reun+rentree" in page.url
    assert page.evaluate("window.stayed")
    page.reload()
    expect(row(page, "Réunion de rentrée")).to_be_visible()
    page.go_back()
    expect(page.locator(".row")).to_have_count(3)


def test_what_is_found_is_archived_and_taken_back(page: Page, live: str, academy: Academy) -> None:
    bring_mail(academy.camille)
    open_list(page, live, academy.camille)
    page.get_by_label("Rechercher dans le courrier").fill("objet:projet")
    expect(page.locator(".row")).to_have_count(1)
    tick(page, "Réunion du projet")
    toolbar(page, "Archiver").click()
    expect(page.get_by_text("1 message archivé.")).to_be_visible()
    page.get_by_role("button", name="Annuler", exact=True).click()
    expect(page.get_by_text("C’est annulé.")).to_be_visible()
    expect(row(page, "Réunion du projet")).to_be_visible()
    row(page, "Réunion du projet").locator("a").click()
    expect(page.get_by_role("heading", name="Réunion du projet")).to_be_visible()
    expect(row(page, "Réunion du projet")).to_contain_class("row--on")


def test_an_open_result_of_another_folder_stays_while_others_are_put_away(
    page: Page, live: str, academy: Academy
) -> None:
    bring_mail(academy.camille)
    open_list(page, live, academy.camille)
    page.get_by_label("Rechercher dans le courrier").fill("reun")
    row(page, "Réunion du projet").locator("a").click()
    opened = page.get_by_role("heading", name="Réunion du projet")
    expect(opened).to_be_visible()
    row(page, "Réunion de rentrée").locator(".star").click()
    expect(page.get_by_text("1 message suivi.")).to_be_visible()
    tick(page, "Réunion de rentrée")
    toolbar(page, "Archiver").click()
    expect(page.get_by_text("1 message archivé.")).to_be_visible()
    expect(opened).to_be_visible()
    expect(row(page, "Réunion du projet")).to_contain_class("row--on")


def test_people_are_proposed(page: Page, live: str, academy: Academy) -> None:
    bring_mail(academy.camille)
    open_list(page, live, academy.camille)
    box = page.get_by_label("Rechercher dans le courrier")
    box.press_sequentially("rentrée de:nad", delay=30)
    option = page.locator("#correspondants option")
    expect(option.first).to_have_attribute("value", "rentrée de:nadia@ac-normandie.fr")


def test_without_javascript_a_form_searches(page: Page, live: str, academy: Academy) -> None:
    bring_mail(academy.camille)
    plain = without_javascript(page)
    sign_in(plain, live, academy.camille)
    plain.get_by_label("Rechercher dans le courrier").fill("réunion")
    plain.get_by_role("button", name="Rechercher").click()
    expect(plain.locator(".row")).to_have_count(2)
    plain.locator(".found").get_by_role("link", name="Boîte de réception").click()
    expect(plain.locator(".row")).to_have_count(1)
    plain.get_by_role("link", name="Quitter la recherche").click()
    expect(plain.locator(".row")).to_have_count(3)


@pytest.mark.parametrize(("size", "scheme"), [(1440, "light"), (390, "dark"), (320, "light")])
@pytest.mark.parametrize("version", ["complete", "simple"])
def test_results_are_accessible_and_overflow_nowhere(
    page: Page, live: str, academy: Academy, axe: Axe, size: int, scheme: str, version: str
) -> None:
    bring_mail(academy.camille)
    page.set_viewport_size({"width": size, "height": 844})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    sign_in(page, live, academy.camille)
    page.goto(f"{live}/version/{version}/")
    page.get_by_label("Rechercher dans le courrier").fill("réunion classe:4B avant:demain")
    page.get_by_label("Rechercher dans le courrier").press("Enter")
    expect(page.get_by_text("n’a pas été compris")).to_be_visible()
    check(page, axe)
    page.get_by_label("Rechercher dans le courrier").fill("réunion")
    page.get_by_label("Rechercher dans le courrier").press("Enter")
    expect(row(page, "Réunion du projet")).to_be_visible()
    check(page, axe)
