"""The composer as a person works with it."""

from playwright.sync_api import Locator, Page, expect


def text_of(page: Page) -> Locator:
    """The text being written with its formatting, once the editor is at work."""
    frame = page.frame_locator("iframe.rich")
    expect(frame.locator("html[data-ready]")).to_be_attached()
    return frame.get_by_role("textbox", name="Corps du message")


def formatting(page: Page, name: str) -> Locator:
    """A button of the editor's toolbar."""
    return page.frame_locator("iframe.rich").get_by_role("button", name=name, exact=True)


def recipients(page: Page, field: str = "À") -> Locator:
    """The field one types recipients into, once it is at work."""
    field_in = page.get_by_role("combobox", name=field, exact=True)
    expect(field_in).to_be_visible()
    return field_in


def chip(page: Page, name: str) -> Locator:
    return page.locator(".chip").filter(has_text=name)
