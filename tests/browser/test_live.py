"""What appears by itself in an open page, and what the reader holds meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import cache
from playwright.sync_api import APIResponse, Page, Route, expect
from pytest_django import Settings

from tests import mail_programs
from tests.browser.test_list import open_list, row, tick, toolbar
from tests.browser.test_mail import sign_in, without_javascript
from tests.foreign import cyrus
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.lists.test_acting import deliver
from tests.webmail.sync.indexing import message, program
from tests.webmail.test_push import deliver as post
from tests.webmail.test_push import wait_until_told
from webmail.tasks import sweep_indexes

pytestmark = pytest.mark.django_db(transaction=True)


def open_told(page: Page, live: str, person: Person) -> None:
    """The list, once Dovecot tells of this mailbox; the page says later if it was reloaded."""
    open_list(page, live, person)
    wait_until_told(person)
    page.evaluate("window.stayed = true")


def test_new_mail_appears_by_itself(page: Page, live: str, academy: Academy) -> None:
    deliver(academy.camille, "ancien")
    open_told(page, live, academy.camille)
    expect(page).to_have_title("Boîte de réception (1) – Académie de Normandie")
    post(academy.nadia, academy.camille, "Réunion à l’instant")
    expect(row(page, "Réunion à l’instant")).to_be_visible()
    expect(page.locator("a.fold", has_text="Boîte de réception")).to_contain_text("2")
    expect(page.locator("#compte")).to_have_text("2 non lus")
    expect(page).to_have_title("Boîte de réception (2) – Académie de Normandie")
    assert page.evaluate("window.stayed")


def test_the_first_mail_of_an_empty_folder_appears(page: Page, live: str, academy: Academy) -> None:
    sign_in(page, live, academy.camille)
    expect(page.get_by_text("Aucun message dans ce dossier.")).to_be_visible()
    wait_until_told(academy.camille)
    post(academy.nadia, academy.camille, "le premier")
    expect(row(page, "le premier")).to_be_visible()
    tick(page, "le premier")
    expect(page.get_by_text("1 sélectionnée")).to_be_visible()


def test_ticks_and_the_focus_stay_while_mail_arrives(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un", "deux", "trois")
    open_told(page, live, academy.camille)
    tick(page, "deux")
    row(page, "un").locator(".star").focus()
    post(academy.nadia, academy.camille, "quatre")
    expect(row(page, "quatre")).to_be_visible()
    expect(row(page, "deux").locator(".cb")).to_be_checked()
    expect(row(page, "quatre").locator(".cb")).not_to_be_checked()
    expect(row(page, "un").locator(".star")).to_be_focused()
    expect(page.get_by_text("1 sélectionnée")).to_be_visible()


def test_who_means_the_whole_folder_means_what_arrives_too(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, *(f"n{number}" for number in range(51)))
    open_told(page, live, academy.camille)
    page.locator("[data-all]").first.check()
    page.locator("[data-every]").check()
    post(academy.nadia, academy.camille, "entre-temps")
    expect(row(page, "entre-temps").locator(".cb")).to_be_checked()
    expect(page.locator("[data-every]")).to_be_checked()
    toolbar(page, "Archiver").click()
    expect(page.get_by_text("52 messages archivés.")).to_be_visible()


def test_the_focus_stays_on_a_button_while_mail_arrives(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    open_told(page, live, academy.camille)
    tick(page, "un")
    page.get_by_role("button", name="Archiver").focus()
    post(academy.nadia, academy.camille, "deux")
    expect(row(page, "deux")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 message archivé.")).to_be_visible()


def test_mail_arrives_beside_an_open_message_which_stays(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "ouvert", "fermé")
    open_told(page, live, academy.camille)
    row(page, "ouvert").locator("a").click()
    expect(page.get_by_role("heading", name="ouvert", exact=True)).to_be_visible()
    with program(academy.camille) as imap:
        imap.select()
        imap.uid("store", "1", "-FLAGS", "\\Seen")
    post(academy.nadia, academy.camille, "arrivé")
    expect(row(page, "arrivé")).to_be_visible()
    expect(row(page, "ouvert")).to_contain_class("row--on")
    expect(page.get_by_role("heading", name="ouvert", exact=True)).to_be_visible()
    # What the page fetches by itself reads nothing.
    with program(academy.camille) as imap:
        imap.select()
        assert b"\\Seen" not in imap.uid("fetch", "1", "(FLAGS)")[0]


def test_a_list_that_was_scrolled_on_keeps_its_older_rows(
    page: Page, live: str, academy: Academy
) -> None:
    with program(academy.camille) as imap:
        for number in range(70):
            imap.put(message(f"n{number}", own=f"{number}@example"))
    open_told(page, live, academy.camille)
    page.locator("[data-rows]").evaluate("rows => rows.scrollTo(0, rows.scrollHeight)")
    expect(page.locator(".row")).to_have_count(70)
    post(academy.nadia, academy.camille, "par-dessus")
    expect(row(page, "par-dessus")).to_be_attached()
    expect(page.locator(".row")).to_have_count(71)
    assert page.locator(".day").count() == 1
    assert page.evaluate("document.querySelector('[data-rows]').scrollTop") > 0


def test_an_answer_that_comes_late_hides_nothing_that_came_since(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "ancien")
    open_told(page, live, academy.camille)
    held: list[tuple[Route, APIResponse]] = []

    def hold_the_first(route: Route) -> None:
        if held or route.request.headers.get("x-pli-part") != "live":
            route.continue_()
        else:
            held.append((route, route.fetch()))

    page.route("**/dossier/**", hold_the_first)
    with page.expect_request(lambda it: it.headers.get("x-pli-part") == "live"):
        post(academy.nadia, academy.camille, "d’abord")
    post(academy.nadia, academy.camille, "depuis")
    expect(row(page, "depuis")).to_be_visible()
    route, late = held[0]
    route.fulfill(response=late)
    page.evaluate("fetch('/').then((answer) => answer.text())")
    expect(row(page, "depuis")).to_be_visible()


def test_what_one_browser_reads_the_other_shows_as_read_by_itself(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "commun", "autre")
    assert page.context.browser
    other = page.context.browser.new_context(locale="fr-FR").new_page()
    open_list(page, live, academy.camille)
    open_list(other, live, academy.camille)
    row(page, "commun").locator("a").click()
    expect(row(other, "commun")).not_to_contain_class("row--new")
    expect(other.locator("#compte")).to_have_text("1 non lu")
    expect(row(other, "autre")).to_contain_class("row--new")


def test_flags_of_another_mail_program_appear_with_the_beat(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "lu ailleurs")
    open_told(page, live, academy.camille)
    with program(academy.camille) as imap:
        imap.select()
        imap.uid("store", "1", "+FLAGS", "(\\Seen \\Flagged)")
    sweep_indexes()  # as the beat does every 20 seconds
    expect(row(page, "lu ailleurs")).not_to_contain_class("row--new")
    expect(row(page, "lu ailleurs").locator(".star")).to_have_attribute("aria-pressed", "true")


def test_a_page_catches_up_after_the_site_was_away(page: Page, live: str, academy: Academy) -> None:
    deliver(academy.camille, "avant")
    open_told(page, live, academy.camille)
    with RUN.without("web"):
        post(academy.nadia, academy.camille, "pendant la panne")
        theirs = mail_programs.signed_in(academy.camille.address, academy.camille.password)
        mail_programs.wait_for(theirs, "pendant la panne")
        sweep_indexes()
    expect(row(page, "pendant la panne")).to_be_visible(timeout=40_000)
    assert page.evaluate("window.stayed")


def test_a_mailbox_that_was_signed_out_elsewhere_is_shown_no_more(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    open_told(page, live, academy.camille)
    second = page.context.new_page()
    second.goto(live)
    second.locator(".account > summary").click()
    second.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_label("Identifiant")).to_be_visible()


def test_without_javascript_the_list_is_as_it_was_opened(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    plain = without_javascript(page)
    sign_in(plain, live, academy.camille)
    expect(row(plain, "un")).to_be_visible()
    expect(plain.locator("[data-notify]")).to_be_hidden()


def test_a_notification_is_shown_once_it_was_asked_for(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    page.context.grant_permissions(["notifications"], origin=live)
    # Chromium draws notifications outside of the page: this keeps what it was asked to draw.
    page.add_init_script(
        "window.drawn = []; const Real = window.Notification;"
        "window.Notification = class extends Real { constructor(title, more) {"
        " super(title, more); window.drawn.push([title, more.body]); } };"
        "Object.defineProperty(document, 'hidden', { get: () => window.away === true });"
    )
    open_told(page, live, academy.camille)
    page.locator(".account > summary").click()
    button = page.get_by_role("button", name="Notifications sur ce poste")
    expect(button).to_have_attribute("aria-pressed", "false")
    post(academy.nadia, academy.camille, "sans bruit")
    expect(row(page, "sans bruit")).to_be_attached()
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.evaluate("window.away = true")
    post(academy.nadia, academy.camille, "avec bruit")
    expect(row(page, "avec bruit")).to_be_attached()
    assert page.evaluate("window.drawn") == [[academy.nadia.address, "avec bruit"]]


def test_refused_notifications_are_explained(page: Page, live: str, academy: Academy) -> None:
    page.add_init_script("Notification.requestPermission = () => Promise.resolve('denied')")
    sign_in(page, live, academy.camille)
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Notifications sur ce poste").click()
    expect(page.get_by_text("Votre navigateur les refuse")).to_be_visible()


@contextmanager
def on_a_foreign_server(person: Person, settings: Settings) -> Iterator[None]:
    """The site, with somebody else's mail server, which takes the person's password only."""
    usual = RUN.starters["web"].keywords["environment"]
    with cyrus() as server, RUN.without("web"):
        server.add(person.address, person.password)
        settings.IMAP_PORT = server.port  # for the mail program
        foreign = {"PLI_MAIL_AUTH": "password", "PLI_IMAP_PORT": str(server.port)}
        web = RUN.start_web(RUN.state, RUN.supervisor, usual | foreign)
        try:
            yield
        finally:
            RUN.stop(web)


def test_on_a_foreign_server_mail_appears_while_the_page_is_open(
    page: Page, live: str, academy: Academy, settings: Settings
) -> None:
    camille = academy.camille
    with on_a_foreign_server(camille, settings):
        with page.expect_response("**/releve/"):
            sign_in(page, live, camille)
        expect(page.get_by_text("Aucun message dans ce dossier.")).to_be_visible()
        with program(camille) as mail:
            mail.put(message("venu de loin"))
        cache.clear()  # some seconds after the page last asked
        page.context.set_offline(True)
        page.context.set_offline(False)  # who comes back asks at once
        expect(row(page, "venu de loin")).to_be_visible()
