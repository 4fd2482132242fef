"""Sending in a real browser: the seconds in which one may change one's mind, later, and what is asked."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.test_mail import sign_in
from tests.people import Academy, Person
from webmail.models import OutgoingMessage, Preferences, WritingHabits

pytestmark = pytest.mark.django_db(transaction=True)

Axe = Callable[[Page], None]


def write(page: Page, live: str, person: Person, **fields: str) -> None:
    """A plain message, typed into a new page of the composer."""
    WritingHabits.objects.update_or_create(person=person.user, defaults={"is_rich": False})
    sign_in(page, live, person)
    query = f"?a={fields.pop('to')}"
    page.goto(f"{live}{reverse('compose', args=[person.mailbox.pk])}{query}")
    page.get_by_label("Objet").fill(fields.get("subject", "Essai"))
    page.get_by_label("Corps du message").fill(fields.get("body", "Bonjour."))


def test_the_seconds_count_down_and_the_message_comes_back(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    person = academy.camille.user
    Preferences.objects.update_or_create(person=person, defaults={"undo_seconds": 30})
    write(page, live, academy.camille, to=academy.nadia.address, body="Trop vite")
    page.get_by_role("button", name="Envoyer", exact=True).click()
    timer = page.get_by_role("timer")
    expect(timer).to_contain_text("Envoi dans")
    first = timer.inner_text()
    expect(timer).not_to_have_text(first)  # it counts
    axe(page)
    page.goto(f"{live}{reverse('outbox', args=[academy.camille.mailbox.pk])}")
    expect(page.locator(".toast")).to_have_css("position", "fixed")  # at the foot, here too
    page.get_by_role("button", name="Annuler l’envoi").click()
    expect(page.get_by_label("Corps du message")).to_have_value("Trop vite")
    assert not OutgoingMessage.objects.exists()


def test_sending_later_and_a_question_on_a_telephone(
    page: Page, live: str, academy: Academy, axe: Axe
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    write(page, live, academy.camille, to=academy.nadia.address, subject="")
    page.get_by_label("Envoyer plus tard").click()
    expect(page.get_by_role("button", name="Demain matin")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Demain matin").click()
    expect(page.get_by_role("alertdialog", name="Avant d’envoyer")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Envoyer quand même").click()
    expect(page.get_by_text("Envoi programmé")).to_be_visible()
    page.goto(f"{live}{reverse('outbox', args=[academy.camille.mailbox.pk])}")
    expect(page.get_by_text("Partira le")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Modifier").click()
    expect(page.get_by_label("Corps du message")).to_have_value("Bonjour.")
