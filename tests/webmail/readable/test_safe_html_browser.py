"""The corpus in Debian's Chromium: nothing runs, nothing is asked for, nothing leaves its box.

Each of the three walls (cleaning, sandbox, policy) is taken away in turn; the other two hold.
"""

import os
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader

from tests.webmail.readable.html_corpus import BODIES, OWN_DOMAIN, Body
from tests.webmail.readable.mail_host import MailHost, Walls, running_host
from webmail.readable.safe_html import clean, frame_document

BATCH = 30
# Two bodies of several megabytes: their raw form is for the cleaner, not for a browser.
SMALL = [body for body in BODIES if body.kind != "size-encoding" or body.file.endswith(".html")]
BATCHES = [SMALL[start : start + BATCH] for start in range(0, len(SMALL), BATCH)]

EVENTS = (
    "mouseover mouseenter mousemove pointerover click dblclick focus focusin input change invalid "
    "submit reset toggle beforetoggle copy cut paste dragstart drop contextmenu wheel scroll "
    "animationstart animationend transitionend error load keydown"
)
USE_EVERYTHING = """(events) => {
  for (const frame of document.querySelectorAll('iframe')) {
    const inside = frame.contentDocument;
    if (!inside) continue;
    for (const element of inside.querySelectorAll('*'))
      for (const name of events.split(' '))
        element.dispatchEvent(new frame.contentWindow.Event(name, {bubbles: true, cancelable: true}));
    for (const element of inside.querySelectorAll('button, [type=submit], summary, details, select'))
      element.click();
    for (const form of inside.querySelectorAll('form'))
      HTMLFormElement.prototype.requestSubmit.call(form);
  }
}"""
TRACES = """() => {
  const windows = [window];
  for (const frame of document.querySelectorAll('iframe')) {
    try { if (frame.contentWindow.document) windows.push(frame.contentWindow); } catch (error) {}
  }
  const ran = windows.filter(w => w.__xss).map(w => w.location.href);
  return {ran, alerts: window.__alerts, address: location.pathname, title: document.title};
}"""
NAMES_OF_ELEMENTS = """(names) => {
  const found = [];
  for (const frame of document.querySelectorAll('iframe'))
    for (const holder of [frame.contentWindow, frame.contentDocument, window, document])
      for (const name of names) {
        const value = holder[name];
        const kind = Object.prototype.toString.call(value);
        const isForms = name === 'forms' && kind === '[object HTMLCollection]';
        if (/HTML/.test(kind) && !isForms) found.push(name + ' ' + kind);
      }
  return found;
}"""


@pytest.fixture(scope="module")
def host() -> Iterator[MailHost]:
    with running_host() as running:
        for body in SMALL:
            html = body.html
            safe = clean(html, own_domains=[OWN_DOMAIN])
            running.documents[str(body)] = (frame_document(safe), html)
        yield running


@pytest.fixture(scope="module")
def browser(host: MailHost) -> Iterator[Browser]:
    """Chromium for which every reserved name leads to the canary, and no other name exists (it asks
    its maker for updates of its own accord).
    """
    canary = f"127.0.0.1:{host.canary_port}"
    reserved = [f"MAP *.{name} {canary}" for name in ("invalid", "example", "test", "example.org")]
    rules = ", ".join([*reserved, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                *(["--no-sandbox"] if os.geteuid() == 0 else []),
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-features=OptimizationHints,MediaRouter",
                f"--host-resolver-rules={rules}",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, host: MailHost) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1000, "height": 800})
    opened = context.new_page()
    host.heard.forget()
    yield opened
    context.close()


def shown(page: Page, host: MailHost, bodies: list[Body], walls: Walls) -> dict[str, Any]:
    """Opens the bodies, does everything a reader could do, and tells what came of it."""
    page.goto(host.page([str(body) for body in bodies], walls), wait_until="load")
    page.evaluate(USE_EVERYTHING, EVENTS)
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": 400, "height": 700})
    page.wait_for_load_state("networkidle")
    return dict(page.evaluate(TRACES))


ALL_WALLS = [(Walls(), batch) for batch in BATCHES]
CLEANING_ALONE = [(Walls(sandbox=False, policy=False), batch) for batch in BATCHES]
ONE_WALL_AWAY = [(walls, SMALL[::4]) for walls in (Walls(sandbox=False), Walls(policy=False))]


@pytest.mark.parametrize(("walls", "bodies"), ALL_WALLS + CLEANING_ALONE + ONE_WALL_AWAY)
def test_cleaned_bodies_do_nothing_whatever_else_stands(
    walls: Walls, bodies: list[Body], page: Page, host: MailHost
) -> None:
    seen = shown(page, host, bodies, walls)
    assert seen == {"ran": [], "alerts": [], "address": "/page", "title": "Host"}
    assert host.heard.elsewhere == []
    assert host.asked_of_host() == []
    assert len(page.context.pages) == 1


@pytest.mark.parametrize("bodies", BATCHES, ids=lambda bodies: str(bodies[0]))
def test_without_cleaning_the_sandbox_and_the_policy_hold(
    bodies: list[Body], page: Page, host: MailHost
) -> None:
    seen = shown(page, host, bodies, Walls(cleaning=False))
    assert seen == {"ran": [], "alerts": [], "address": "/page", "title": "Host"}
    # A preconnect says nothing: no policy forbids it, and cleaning is what removes it.
    assert [said for said in host.heard.elsewhere if said] == []
    assert host.asked_of_host() == []


def test_without_any_wall_the_bodies_do_harm(page: Page, host: MailHost) -> None:
    """The control: the instruments above hear what there is to hear."""
    names = ["001-script-plain", "012-img-onerror", "021-pointer-events", "111-track-img-forms"]
    page.goto(host.page(names, Walls(False, False, False)), wait_until="load")
    page.evaluate(USE_EVERYTHING, EVENTS)
    assert len(page.evaluate(TRACES)["ran"]) == 3
    assert any(b"tracker.invalid" in said for said in host.heard.elsewhere)
    assert "/frame/x" in host.asked_of_host()


@pytest.mark.parametrize("walls", [Walls(), Walls(sandbox=False, policy=False)], ids=str)
def test_no_name_of_a_mail_reaches_the_page(page: Page, host: MailHost, walls: Walls) -> None:
    clobbering = [body for body in SMALL if body.no_clobber]
    page.goto(host.page([str(body) for body in clobbering], walls), wait_until="load")
    names = [name for body in clobbering for name in body.no_clobber]
    assert page.evaluate(NAMES_OF_ELEMENTS, names) == []


def test_a_clicked_link_opens_its_target_apart_without_opener(page: Page, host: MailHost) -> None:
    page.goto(host.page(["109-link-targets"], Walls()), wait_until="load")
    frame = page.frame_locator("iframe")
    for text in ("un", "deux", "trois"):
        with page.context.expect_page() as opened:
            frame.get_by_text(text, exact=True).click()
        assert opened.value.evaluate("window.opener") is None
        opened.value.close()
    assert "/page" in page.url
    assert all(b"Referer" not in said for said in host.heard.elsewhere)


@pytest.mark.parametrize("body", [b for b in SMALL if b.kind in {"css", "form"}], ids=str)
def test_a_mail_paints_nothing_outside_its_box(body: Body, page: Page, host: MailHost) -> None:
    """Cleaning alone again: the fragment stands in the very page, scripts and all."""
    page.goto(host.page([], Walls()), wait_until="load")
    before = surroundings(page)
    page.evaluate("html => document.querySelector('#box').innerHTML = html", clean(body.html).html)
    page.locator("#box").hover()
    assert surroundings(page) == before
    assert page.evaluate("getComputedStyle(document.querySelector('#box')).cursor") == "auto"
    assert host.heard.elsewhere == []


def surroundings(page: Page) -> bytes:
    """A picture of the page with its box covered."""
    page.mouse.move(0, 0)
    return page.screenshot(mask=[page.locator("#box")], animations="allow")


@pytest.mark.parametrize("name", ["001-script-plain", "076-meta-refresh-remote"])
def test_the_frame_opened_by_itself_is_sandboxed_too(name: str, page: Page, host: MailHost) -> None:
    """Its policy carries the sandbox: without it, nothing would forbid the refresh."""
    page.goto(f"{host.url}/frame/{name}?cleaning=0&policy=1", wait_until="networkidle")
    assert page.locator("p").is_visible()
    assert page.evaluate("window.__xss") is None
    assert host.heard.elsewhere == []


def open_alone(page: Page, host: MailHost, document: str) -> None:
    """Opens a frame's document under its policy."""
    host.documents["alone"] = (document, "")
    page.goto(f"{host.url}/frame/alone?cleaning=1&policy=1", wait_until="load")


def test_agreed_pictures_come_from_our_picture_path_only(page: Page, host: MailHost) -> None:
    mail = (
        "<style>h1{background-image:url(http://a.tracker.invalid/1)}</style><h1>Lettre</h1>"
        '<img src="http://b.tracker.invalid/2" alt="Photo"><img src="cid:logo" alt="Logo">'
    )
    safe = clean(
        mail, inline={"logo": "/pictures/logo"}, image_url=lambda url: f"/pictures/{url[-1]}"
    )
    open_alone(page, host, frame_document(safe))
    assert sorted(host.asked_of_host()) == ["/pictures/1", "/pictures/2", "/pictures/logo"]
    assert page.evaluate("[...document.images].every(image => image.naturalWidth === 1)")
    assert host.heard.elsewhere == []


def test_a_blocked_picture_shows_its_text(page: Page, host: MailHost) -> None:
    open_alone(page, host, frame_document(clean('<img src="//a.tracker.invalid/1" alt="Photo">')))
    picture = page.get_by_alt_text("Photo")
    assert picture.is_visible()
    assert (picture.bounding_box() or {"width": 0})["width"] > 20


NEWSLETTER = (
    '<body bgcolor="#eeeeee"><center><table width="640" style="width:640px" bgcolor="#ffffff"><tr>'
    '<td width="320" style="padding:20px">Le conseil d’administration se réunira jeudi.</td>'
    '<td width="320"><img src="cid:logo" width="600" height="80" alt="Logo"></td>'
    "</tr></table></center>" + "<p>Une ligne de plus.</p>" * 120 + "<p>Dernière ligne.</p>"
)


def test_a_wide_mail_fits_a_phone(page: Page, host: MailHost) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    open_alone(page, host, frame_document(clean(NEWSLETTER, inline={"logo": "/pictures/logo"})))
    assert page.evaluate("document.querySelector('.pli-mail').scrollWidth") <= 360


def test_a_hebrew_mail_that_does_not_say_so_is_read_from_the_right(
    page: Page, host: MailHost
) -> None:
    for text, direction in (("<p>שלום נדיה, תודה.</p>", "rtl"), ("<p>Bonjour.</p>", "ltr")):
        open_alone(page, host, frame_document(clean(text)))
        found = page.evaluate("getComputedStyle(document.querySelector('p')).direction")
        assert found == direction


def test_a_long_mail_is_printed_to_its_last_line(page: Page, host: MailHost) -> None:
    open_alone(page, host, frame_document(clean(NEWSLETTER)))
    printed = PdfReader(BytesIO(page.pdf()))
    assert len(printed.pages) > 1
    assert "Dernière ligne." in printed.pages[-1].extract_text()


def test_a_mail_stands_on_a_light_sheet_until_the_reader_wants_it_dark(
    page: Page, host: MailHost
) -> None:
    colour = "getComputedStyle(document.documentElement).backgroundColor"
    page.emulate_media(color_scheme="dark")
    safe = clean("<style>@media (prefers-color-scheme:dark){p{color:#fff}}</style><p>Bonjour")
    open_alone(page, host, frame_document(safe))
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.querySelector('p')).color") == "rgb(28, 28, 28)"
    open_alone(page, host, frame_document(safe, adapt_dark=True))
    assert page.evaluate(colour) == "rgb(22, 22, 22)"
