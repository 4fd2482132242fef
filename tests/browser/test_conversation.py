"""A conversation in a real browser: unfolding in place, counting as read after a while, and without script."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_mail import check, sign_in, without_javascript
from tests.people import Academy, Person
from tests.webmail.conversations.test_invitations import invitation
from tests.webmail.conversations.test_unsubscribing import mail
from tests.webmail.sync.indexing import message, program
from webmail.models import Preferences

pytestmark = pytest.mark.django_db(transaction=True)

Axe = Callable[[Page], None]


def talk(person: Person) -> None:
    with program(person) as imap:
        imap.put(message("Sortie", own="1@x", text="Qui vient ?"), flags="\\Seen", days_ago=3)
        own = message("Re: Sortie", own="2@x", answers=["1@x"], sender=person.address, text="Moi.")
        imap.put(own, folder="Envoyés", flags="\\Seen", days_ago=2)
        imap.put(message("Re: Sortie", own="3@x", answers=["1@x", "2@x"], text="Merci !"))


def test_the_next_message_is_a_key_away_where_it_takes_the_place_of_the_list(
    page: Page, live: str, academy: Academy
) -> None:
    with program(academy.camille) as imap:
        for days, subject in enumerate(("Récent", "Ancien"), 1):
            imap.put(message(subject, own=f"{days}@x", text=subject), days_ago=days)
    Preferences.objects.create(person=academy.camille.user, pane=Preferences.Pane.OFF)
    sign_in(page, live, academy.camille)
    expect(page.locator("[data-all]").first).to_be_visible()  # the scripts are there
    page.locator("[data-row]").first.click()
    for key, subject in (("j", "Ancien"), ("k", "Récent")):
        expect(page.locator(f"[data-open={key}]")).to_be_visible()
        page.keyboard.press(key)
        expect(page.locator(".plain")).to_have_text(subject)


def test_messages_unfold_in_place_and_count_as_read_after_a_while(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    talk(academy.camille)
    Preferences.objects.create(person=academy.camille.user, read_after=10)
    sign_in(page, live, academy.camille)
    page.clock.install()
    page.locator("[data-row]").click()
    expect(page.locator(".plain")).to_have_text("Merci !")
    expect(page.locator("#dossiers a.fold", has_text="Boîte de réception")).to_contain_text("1")
    page.get_by_role("link", name="Qui vient ?").last.click()
    expect(page.locator(".plain").first).to_have_text("Qui vient ?")
    expect(page.locator(".msg summary.msg__h").first).to_be_focused()
    check(page, axe)
    page.clock.run_for(10_000)
    expect(page.locator(".msg--new")).to_have_count(0)
    expect(page.locator("#dossiers a.fold", has_text="Boîte de réception")).not_to_contain_text("1")
    page.get_by_role("button", name="Tout replier").click()
    expect(page.locator(".plain:visible")).to_have_count(0)


@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_what_stands_around_a_message_is_accessible_and_overflows_nowhere(
    page: Page, live: str, academy: Academy, axe: Axe, width: int, scheme: Literal["dark", "light"]
) -> None:
    """The invitation, the request for a receipt, the cautions, and the pages behind the menu."""
    subject = invitation(academy)
    letter = mail(ways="<https://lettre-a-l-adresse-tres-longue.example/desabonnement>")
    with program(academy.camille) as imap:
        imap.put(b"Disposition-Notification-To: a@lettre.example\r\n" + letter)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name=subject).click()
    expect(page.get_by_role("button", name="Accepter")).to_be_visible()
    check(page, axe)
    inbox = page.url.rpartition("message/")[0]
    page.goto(inbox)
    page.get_by_role("link", name="La lettre").click()
    expect(page.get_by_text("demande un accusé de lecture")).to_be_visible()
    page.get_by_text("Pourquoi cet avis").first.click()
    check(page, axe)
    message_page = page.url
    for name in ("en-tetes/", "rediriger/", "desabonnement/"):
        page.goto(message_page + name)
        check(page, axe)
    page.goto(f"{live}/reglages/")
    check(page, axe)


def test_a_telephone_without_javascript_reads_the_whole_conversation(
    page: Page, live: str, academy: Academy
) -> None:
    talk(academy.camille)
    plain = without_javascript(page)
    plain.set_viewport_size({"width": 390, "height": 844})
    sign_in(plain, live, academy.camille)
    plain.locator("[data-row]").click()
    expect(plain.locator(".plain")).to_have_text("Merci !")
    plain.get_by_role("link", name="Tout déplier").click()
    expect(plain.locator(".plain")).to_have_text(["Qui vient ?", "Moi.", "Merci !"])
    plain.locator("summary.msg__h").first.click()
    expect(plain.locator(".plain:visible")).to_have_count(2)
