"""The logbook of a mailbox, its figures, and rights in many mailboxes, in a browser."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import Agent
from mailboxes.models import LogbookEntry
from tests.browser.test_mail import sign_in
from tests.people import Academy
from tests.webmail.team.test_logbook import act
from tests.webmail.team.test_logbook_programs import shared

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_logbook_and_its_figures_are_for_everybody(
    live: str, page: Page, academy: Academy, axe: Callable[[Page], None]
) -> None:
    office = shared(academy, messages=3)
    act(academy.camille, office, "star", 1)
    act(academy.camille, office, "delete", 2)
    sign_in(page, live, academy.nadia)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(live + reverse("logbook", args=[office.pk]))
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Restaurer").click()
    expect(page.get_by_text("Le message est restauré.")).to_be_visible()
    assert LogbookEntry.objects.filter(deed="restored", person=academy.nadia.user).exists()
    page.goto(live + reverse("mailbox_activity", args=[office.pk]))
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_rights_in_ticked_mailboxes_are_given_after_a_look(
    live: str, page: Page, academy: Academy, axe: Callable[[Page], None]
) -> None:
    office = shared(academy)
    Agent.objects.filter(pk=academy.bastien.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    sign_in(page, live, academy.bastien)
    page.goto(f"{live}{reverse('functional_mailboxes')}?q={office.address}")
    axe(page)
    page.get_by_role("checkbox", name=f"Choisir {office.name}").check()
    page.get_by_role("button", name="Accès aux boîtes cochées").click()
    page.get_by_role("combobox", name="Que faire").select_option("revoke")
    page.get_by_label("Personnes").fill(academy.camille.login)
    page.get_by_label("Justification").fill("Demande de la principale")
    axe(page)
    page.get_by_role("button", name="Vérifier").click()
    axe(page)
    page.get_by_role("button", name="Confirmer pour 1 boîte").click()
    expect(page.get_by_text("1 accès changé")).to_be_visible()
    axe(page)
