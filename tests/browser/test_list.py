"""The list in a real browser: acting and taking back, by mouse, by keyboard, by hand alone, on a telephone."""

import gzip

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.test_mail import Axe, check, sign_in, without_javascript
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.lists.test_acting import deliver, on_server
from tests.webmail.sync.indexing import message, program
from webmail.imap import session
from webmail.lists import labels
from webmail.models import Folder, Preferences

pytestmark = pytest.mark.django_db(transaction=True)

MOST_REQUESTS = 12
MOST_OCTETS = 60_000  # compressed, without fonts


def ready(page: Page) -> None:
    expect(page.locator("[data-all]").first).to_be_visible()


def open_list(page: Page, live: str, person: Person) -> None:
    sign_in(page, live, person)
    ready(page)


def row(page: Page, subject: str) -> Locator:
    subject_of_it = page.locator(".row__sub").get_by_text(subject, exact=True)
    return page.locator(".row", has=subject_of_it)


def tick(page: Page, *subjects: str) -> None:
    for subject in subjects:
        row(page, subject).hover()
        row(page, subject).locator(".cb").check()


def toolbar(page: Page, name: str) -> Locator:
    return page.locator(".bar--sel").get_by_role("button", name=name, exact=True)


def test_rows_are_archived_and_come_back(page: Page, live: str, academy: Academy) -> None:
    deliver(academy.camille, "un", "deux", "trois")
    open_list(page, live, academy.camille)
    tick(page, "un", "deux")
    expect(page.get_by_text("2 sélectionnées")).to_be_visible()
    toolbar(page, "Archiver").click()
    expect(page.get_by_text("2 messages archivés.")).to_be_visible()
    expect(page.locator(".row")).to_have_count(1)
    page.goto(f"{live}{reverse('preferences')}")  # the offer goes along
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("C’est annulé.")).to_be_visible()
    page.goto(live)
    expect(page.locator(".row")).to_have_count(3)


def test_the_offer_to_take_back_goes_after_its_time(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    page.clock.install()
    open_list(page, live, academy.camille)
    row(page, "un").get_by_role("button").click()
    expect(page.locator("[data-toast]")).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.fast_forward(12_000)
    expect(page.locator("[data-toast]")).to_have_count(0)


def test_all_that_the_list_shows_is_acted_on(page: Page, live: str, academy: Academy) -> None:
    with program(academy.camille) as imap:
        for number in range(60):
            imap.put(message(f"n{number}", own=f"{number}@example"))
    open_list(page, live, academy.camille)
    expect(page.locator(".every")).not_to_be_visible()
    page.locator("[data-all]").first.check()
    expect(page.get_by_text("Agir sur les 60 messages du dossier")).to_be_visible()
    page.locator("[data-every]").check()
    toolbar(page, "Archiver").click()
    expect(page.get_by_text("60 messages archivés.")).to_be_visible()
    expect(page.get_by_text("Aucun message dans ce dossier.")).to_be_visible()
    assert on_server(academy.camille, "Archives") == 60


def test_older_mail_follows_by_itself(page: Page, live: str, academy: Academy) -> None:
    with program(academy.camille) as imap:
        for number in range(120):
            imap.put(message(f"n{number}", own=f"{number}@example"))
    open_list(page, live, academy.camille)
    for shown in (50, 100, 120):
        expect(page.locator(".row")).to_have_count(shown)
        page.locator("[data-rows]").hover()
        page.mouse.wheel(0, 50_000)
    assert page.locator(".day").count() == 1
    row(page, "n3").locator("a").click()
    expect(page.get_by_role("heading", name="n3", exact=True)).to_be_visible()
    expect(page.locator(".row")).to_have_count(120)  # the list stays as it was
    page.reload()
    expect(page.get_by_role("heading", name="n3", exact=True)).to_be_visible()
    expect(row(page, "n3")).to_be_visible()


def test_the_keyboard_walks_ticks_archives_and_takes_back(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un", "deux", "trois")
    open_list(page, live, academy.camille)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(row(page, "deux").locator(".cb")).to_be_checked()
    page.keyboard.press("e")
    expect(page.get_by_text("1 message archivé.")).to_be_visible()
    expect(row(page, "un").locator("a")).to_be_focused()  # the next one
    page.keyboard.press("s")
    expect(row(page, "un").locator(".star")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("1 message suivi.")).to_be_visible()
    page.keyboard.press("z")
    expect(page.get_by_text("C’est annulé.")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("a")
    expect(page.get_by_role("link", name="deux")).to_be_visible()
    ready(page)
    page.keyboard.press("?")
    page.get_by_role("dialog").get_by_role("button", name="Fermer").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("c")
    expect(page.get_by_role("heading", name="Nouveau message")).to_be_visible()


def test_shortcuts_steal_nothing_and_can_be_switched_off(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    open_list(page, live, academy.camille)
    page.keyboard.press("j")
    page.keyboard.press("Control+e")
    page.keyboard.press("Alt+x")
    expect(page.locator(".cb:checked")).to_have_count(0)
    page.locator(".sorts > summary").click()
    page.locator("#jour").focus()
    page.keyboard.press("x")
    page.keyboard.press("Escape")
    expect(page.locator(".cb:checked")).to_have_count(0)
    Preferences.objects.create(person=academy.camille.user, with_shortcuts=False)
    page.reload()
    ready(page)
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(row(page, "un")).to_be_visible()
    expect(page.locator(":focus")).to_have_count(0)


def test_everything_is_reached_by_tab_and_enter(page: Page, live: str, academy: Academy) -> None:
    deliver(academy.camille, "un")
    open_list(page, live, academy.camille)
    row(page, "un").locator(".cb").focus()
    page.keyboard.press("Space")
    page.locator(".bar--sel [data-all]").focus()
    page.keyboard.press("Tab")
    expect(toolbar(page, "Archiver")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 message archivé.")).to_be_visible()


def test_arrows_lead_through_rows_folders_and_menus_without_any_letter(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un", "deux", "trois")
    Preferences.objects.create(person=academy.camille.user, with_shortcuts=False)
    open_list(page, live, academy.camille)
    row(page, "trois").locator(".cb").focus()
    page.keyboard.press("ArrowDown")
    expect(row(page, "deux").locator(".cb")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_text("1 sélectionnée")).to_be_visible()
    page.keyboard.press("End")
    expect(row(page, "un").locator(".cb")).to_be_focused()
    page.locator(".bar--sel .menu > summary").first.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".bar--sel .menu[open] button").last).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 message déplacé")).to_be_visible()
    page.locator("a.fold", has_text="Boîte de réception").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Brouillons – Académie de Normandie")


def test_what_one_browser_reads_the_other_sees_read(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "commun")
    assert page.context.browser
    other = page.context.browser.new_context(locale="fr-FR").new_page()
    open_list(page, live, academy.camille)
    open_list(other, live, academy.camille)
    expect(row(other, "commun")).to_contain_class("row--new")
    row(page, "commun").locator("a").click()
    expect(row(page, "commun")).not_to_contain_class("row--new")
    other.locator("[data-refresh]").click()
    expect(row(other, "commun")).not_to_contain_class("row--new")


def test_what_another_browser_does_shows_by_itself_and_ticks_stay(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "gardé", "rangé")
    assert page.context.browser
    other = page.context.browser.new_context(locale="fr-FR").new_page()
    open_list(page, live, academy.camille)
    open_list(other, live, academy.camille)
    tick(page, "gardé")
    tick(other, "rangé")
    toolbar(other, "Archiver").click()
    expect(page.locator(".row")).to_have_count(1)
    expect(row(page, "gardé").locator(".cb")).to_be_checked()
    expect(page.get_by_text("1 sélectionnée")).to_be_visible()


def test_a_failure_puts_the_rows_back_and_says_why(page: Page, live: str, academy: Academy) -> None:
    deliver(academy.camille, "un")
    open_list(page, live, academy.camille)
    tick(page, "un")
    with RUN.without("dovecot"):
        toolbar(page, "Supprimer").click()
        expect(page.get_by_role("alert")).to_contain_text("ne répond pas")
        expect(row(page, "un")).to_be_visible()


def test_a_row_is_dragged_to_a_folder(page: Page, live: str, academy: Academy) -> None:
    deliver(academy.camille, "un", "deux")
    open_list(page, live, academy.camille)
    row(page, "un").locator("a").drag_to(page.locator("a.fold", has_text="Archives"))
    expect(page.get_by_text("1 message déplacé vers «\u00a0Archives\u00a0».")).to_be_visible()
    expect(page.locator(".row")).to_have_count(1)


def test_a_message_opens_beside_the_list_and_back_leads_back(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un", "deux")
    open_list(page, live, academy.camille)
    address = page.url
    page.evaluate("window.stayed = true")
    row(page, "un").locator("a").click()
    expect(page.get_by_role("heading", name="un", exact=True)).to_be_visible()
    expect(row(page, "un")).to_contain_class("row--on")
    assert "/message/" in page.url
    tick(page, "deux")
    toolbar(page, "Archiver").click()
    expect(page.get_by_text("1 message archivé.")).to_be_visible()
    expect(page.get_by_role("heading", name="un", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="un", exact=True)).to_have_count(0)
    assert page.url == address
    assert page.evaluate("window.stayed")


def test_the_edge_of_the_list_moves_by_keyboard_and_is_remembered(
    page: Page, live: str, academy: Academy
) -> None:
    open_list_of_one(page, live, academy.camille)
    before = width(page)
    edge = page.get_by_role("separator", name="Largeur de la liste")
    edge.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/largeur/")):
        page.keyboard.press("ArrowRight")
    assert width(page) > before
    page.reload()
    ready(page)
    assert width(page) > before


def open_list_of_one(page: Page, live: str, person: Person) -> None:
    deliver(person, "un")
    open_list(page, live, person)


def width(page: Page) -> int:
    found = page.evaluate("document.getElementById('liste').clientWidth")
    assert isinstance(found, int)
    return found


@pytest.mark.parametrize("version", ["complete", "simple"])
def test_without_javascript_rows_are_put_away_and_come_back(
    page: Page, live: str, academy: Academy, version: str
) -> None:
    deliver(academy.camille, "un", "deux")
    label = labels.create(academy.camille.mailbox, "Urgent", "5")
    plain = without_javascript(page)
    sign_in(plain, live, academy.camille)
    plain.goto(f"{live}/version/{version}/")
    tick(plain, "un")
    toolbar(plain, "Archiver").click()
    expect(plain.get_by_text("1 message archivé.")).to_be_visible()
    plain.get_by_role("button", name="Annuler").click()
    expect(plain.locator(".row")).to_have_count(2)
    tick(plain, "deux")
    bar = plain.locator(".bar--sel")
    if version == "simple":
        bar.get_by_role("button", name="Étiqueter").click()
    else:
        bar.locator("summary", has_text="Étiqueter").click()
        bar.get_by_role("button", name=label.name, exact=True).click()
    expect(row(plain, "deux").locator(".tag")).to_have_text("Urgent")
    plain.goto(f"{live}{reverse('folders', args=[academy.camille.mailbox.pk])}")
    plain.get_by_label("Nouveau dossier").fill("Projets")
    plain.get_by_role("button", name="Créer").first.click()
    expect(plain.get_by_text("est créé")).to_be_visible()


def test_without_javascript_one_leafs_through_pages(
    page: Page, live: str, academy: Academy
) -> None:
    with program(academy.camille) as imap:
        for number in range(55):
            imap.put(message(f"n{number}", own=f"{number}@example"))
    plain = without_javascript(page)
    sign_in(plain, live, academy.camille)
    plain.get_by_role("link", name="Plus anciens").click()
    expect(plain.locator(".row")).to_have_count(5)
    plain.get_by_role("link", name="Plus récents").click()
    expect(plain.locator(".row")).to_have_count(50)


def test_a_first_visit_is_light(page: Page, live: str, academy: Academy) -> None:
    with program(academy.camille) as imap:
        for number in range(60):
            imap.put(message(f"Réunion numéro {number}", own=f"{number}@example"))
    sign_in(page, live, academy.camille)
    assert page.context.browser
    fresh = page.context.browser.new_context(
        locale="fr-FR", storage_state=page.context.storage_state()
    )
    first, loaded = fresh.new_page(), list[Response]()

    def note(answer: Response) -> None:
        loaded.append(answer)

    first.on("response", note)
    first.goto(page.url)
    ready(first)
    first.wait_for_load_state()
    assert len(loaded) <= MOST_REQUESTS, [answer.url for answer in loaded]
    # Fonts are kept for a year; the stream of news never ends.
    counted = [it for it in loaded if not it.url.endswith((".woff2", "/nouveautes/"))]
    octets = sum(len(gzip.compress(answer.body())) for answer in counted)
    assert octets <= MOST_OCTETS


LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft und mehr"
ARABIC = "اجتماع أولياء الأمور يوم الجمعة المقبل في الساعة الخامسة مساءً بقاعة الاجتماعات"


@pytest.mark.parametrize(("size", "scheme"), [(1440, "light"), (390, "dark"), (320, "light")])
@pytest.mark.parametrize("version", ["complete", "simple"])
def test_the_pages_of_the_list_are_accessible_and_overflow_nowhere(
    page: Page, live: str, academy: Academy, axe: Axe, size: int, scheme: str, version: str
) -> None:
    label = labels.create(academy.camille.mailbox, "Conseils de classe", "7")
    deliver(academy.camille, LONG, ARABIC, "court")
    with session(academy.camille.address, academy.camille.address) as mail:
        mail.select("INBOX", readonly=False)
        mail.add_flags([1], [label.keyword, "\\Flagged"])
        mail.create_folder("Dossier au nom vraiment très long pour une colonne étroite")
    page.set_viewport_size({"width": size, "height": 844})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    sign_in(page, live, academy.camille)
    page.goto(f"{live}/version/{version}/")
    check(page, axe)
    row(page, "court").locator(".cb").check(force=True)
    check(page, axe)
    if version == "complete" and size < 1000:  # where menus are wide, they lie over the filters
        for menu in page.locator(".bar--sel details > summary").all():
            menu.click()
            check(page, axe)
        page.keyboard.press("Escape")
    mailbox = academy.camille.mailbox.pk
    for view in ("preferences", "shortcuts"):
        page.goto(live + reverse(view))
        check(page, axe)
    page.goto(live + reverse("folders", args=[mailbox]))
    page.evaluate("for (const it of document.querySelectorAll('main details')) it.open = true")
    check(page, axe)


def test_an_empty_folder_says_so(page: Page, live: str, academy: Academy, axe: Axe) -> None:
    sign_in(page, live, academy.camille)
    trash = Folder.objects.get(mailbox=academy.camille.mailbox, special_use="trash")
    page.goto(f"{live}{reverse('folder', args=[academy.camille.mailbox.pk, trash.pk])}")
    expect(page.get_by_text("Aucun message dans ce dossier.")).to_be_visible()
    check(page, axe)


def test_the_foot_of_a_telephone_s_screen_leads_on_without_a_script(
    page: Page, live: str, academy: Academy
) -> None:
    deliver(academy.camille, "un")
    plain = without_javascript(page)
    plain.set_viewport_size({"width": 360, "height": 740})
    sign_in(plain, live, academy.camille)
    foot = plain.get_by_role("navigation", name="Rubriques")
    write = plain.get_by_role("link", name="Nouveau message").last
    for subject in ("Courrier", "Annuaire", "Réglages"):
        foot.get_by_role("link", name=subject).click()
        expect(foot.locator("[aria-current]")).to_have_text(subject)
        expect(foot).to_be_in_viewport(ratio=1)
    foot.get_by_role("link", name="Courrier").click()
    expect(write).to_be_in_viewport(ratio=1)
    row(plain, "un").locator("a").click()
    expect(foot).to_be_in_viewport(ratio=1)
    plain.set_viewport_size({"width": 1280, "height": 800})
    expect(foot).to_be_hidden()
