"""Announcements: who writes them, and who sees them when."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, Announcement, User
from accounts.roles import Role
from audit.models import Entry
from tests.accounts.conftest import AgentMaker

LIST, NEW = reverse("announcements"), reverse("announcement_new")
LOGIN = reverse("account_login")
TEXT = "L’agenda est en lecture seule."


@pytest.fixture
def admin(make_agent: AgentMaker) -> User:
    user = make_agent("admin", Role.ADMINISTRATOR).user
    assert user
    return user


def announce(by: User, text: str = TEXT, level: int = 1, starts: int = -1, ends: int = 1) -> int:
    """An announcement from ``starts`` to ``ends`` hours from now."""
    now = timezone.now()
    return Announcement.objects.create(
        text=text,
        level=level,
        starts_at=now + timedelta(hours=starts),
        ends_at=now + timedelta(hours=ends),
        written_by=by,
    ).pk


def sign_in_page() -> str:
    return Client().get(LOGIN).content.decode()


def typed(hours: int) -> str:
    return (timezone.localtime() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def form(**changes: str) -> dict[str, str]:
    return {"text": TEXT, "level": "3", "starts_at": typed(-1), "ends_at": typed(2)} | changes


def test_everyone_sees_what_an_administrator_announces(client: Client, admin: User) -> None:
    client.force_login(admin)
    assert client.post(NEW, form())["Location"] == LIST
    assert TEXT in client.get(LIST).content.decode()
    assert TEXT in sign_in_page()
    assert "Incident en cours" in sign_in_page()
    assert Entry.objects.get(event="announcement_published").reason == TEXT


def test_an_announcement_is_shown_neither_before_nor_after_its_time(admin: User) -> None:
    announce(admin, "trop tôt", starts=1, ends=2)
    announce(admin, "trop tard", starts=-2, ends=-1)
    page = sign_in_page()
    assert "trop tôt" not in page
    assert "trop tard" not in page


def test_the_most_urgent_announcement_is_shown(admin: User) -> None:
    announce(admin, "une information", level=1)
    announce(admin, "un incident", level=3, starts=-5)
    announce(admin, "une maintenance", level=2)
    assert "un incident" in sign_in_page()
    assert "une information" not in sign_in_page()


def test_a_withdrawn_announcement_leaves_every_page_at_once(client: Client, admin: User) -> None:
    pk = announce(admin)
    client.force_login(admin)
    withdraw = reverse("announcement_withdraw", args=[pk])
    assert client.post(withdraw)["Location"] == LIST
    assert TEXT not in sign_in_page()
    assert "retirée le" in client.get(LIST).content.decode()
    assert Entry.objects.filter(event="announcement_withdrawn").count() == 1
    assert client.post(withdraw).status_code == 404


def test_an_announcement_is_corrected(client: Client, admin: User) -> None:
    pk = announce(admin)
    client.force_login(admin)
    edit = reverse("announcement", args=[pk])
    assert TEXT in client.get(edit).content.decode()
    assert client.post(edit, form(text="C’est réparé."))["Location"] == LIST
    assert "C’est réparé." in sign_in_page()
    assert Entry.objects.filter(event="announcement_changed").count() == 1


def test_an_announcement_that_ends_before_it_starts_is_refused(client: Client, admin: User) -> None:
    client.force_login(admin)
    page = client.post(NEW, form(ends_at=typed(-2))).content.decode()
    assert "La fin doit venir après le début." in page
    assert not Announcement.objects.exists()


def test_what_an_administrator_writes_is_text_not_markup(client: Client, admin: User) -> None:
    client.force_login(admin)
    client.post(NEW, form(text="<script>alert(1)</script>"))
    assert "<script>alert" not in sign_in_page()
    assert "&lt;script&gt;alert" in sign_in_page()


@pytest.mark.parametrize("role", sorted(set(Agent.Role) - {Agent.Role.ADMINISTRATOR}))
def test_nobody_else_may_announce(client: Client, make_agent: AgentMaker, role: Role) -> None:
    admin, eve = make_agent("admin", Role.ADMINISTRATOR).user, make_agent("eve", role).user
    assert admin
    assert eve
    pk = announce(admin)
    client.force_login(eve)
    for address in (LIST, NEW, reverse("announcement", args=[pk])):
        assert client.get(address).status_code == 404
    assert client.post(NEW, form(text="faux")).status_code == 404
    assert client.post(reverse("announcement_withdraw", args=[pk])).status_code == 404
    assert TEXT in sign_in_page()


def test_who_is_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    assert client.get(LIST)["Location"].startswith(LOGIN)
