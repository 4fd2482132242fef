"""Remote pictures in a real browser: before consent nobody hears of it, after it only the site does."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_mail import sign_in, without_javascript
from tests.people import Academy
from tests.webmail.conversations.picture_host import PictureHost, picture_host
from tests.webmail.conversations.test_pictures import picture_letter

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def host() -> Iterator[PictureHost]:
    with picture_host() as running:
        yield running


def test_a_picture_is_seen_after_consent_and_never_asked_by_the_browser(
    page: Page, live: str, academy: Academy, host: PictureHost, axe: Callable[[Page], None]
) -> None:
    picture_letter(academy.nadia, academy.camille, host.url("/pixel.gif"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, live, academy.camille)
    page.get_by_role("link", name="Album").click()
    expect(page.frame_locator("[data-message-frame]").get_by_text("Voyez")).to_be_visible()
    assert host.paths == []
    axe(page)
    page.get_by_role("button", name="Afficher", exact=True).click()
    picture = page.frame_locator("[data-message-frame]").locator("img")
    expect(picture).to_have_attribute("src", re.compile("/image/distante/"))
    page.wait_for_function(
        "document.querySelector('iframe').contentDocument?.images[0]?.naturalWidth > 0"
    )
    assert [path for path, _fields in host.heard] == ["/pixel.gif"]
    assert [url for url in asked if not url.startswith(live)] == []


def test_the_same_without_javascript_and_the_list_of_senders(
    page: Page, live: str, academy: Academy, host: PictureHost, axe: Callable[[Page], None]
) -> None:
    picture_letter(academy.nadia, academy.camille, host.url("/pixel.gif"))
    plain = without_javascript(page)
    sign_in(plain, live, academy.camille)
    plain.get_by_role("link", name="Album").click()
    plain.get_by_role("button", name="Toujours pour cet expéditeur").click()
    expect(plain.get_by_text("s’afficheront toujours")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, live, academy.camille)
    page.goto(f"{live}/reglages/images/")
    axe(page)
    page.get_by_role("button", name="Retirer").click()
    expect(page.get_by_text("Aucun expéditeur pour l’instant")).to_be_visible()
    axe(page)
