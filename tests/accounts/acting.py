"""Acting for an agent from their card, as a browser without JavaScript does it."""

import re

from django.test import Client
from django.urls import reverse

from accounts.models import Agent, School
from accounts.roles import Role
from tests.people import PASSWORD, Person, open_account

WHY = "Demandé par le secrétariat, dossier 12."
LOGIN = reverse("account_login")
CHECKED = {"identity": "identity document", "checked": "on", "justification": WHY}
ONCE = re.compile(r'name="once" value="([0-9a-f]+)"')
SECRET = re.compile(r"<code>([^<]+)</code>")


def at_work(name: str, role: Role, school: School | None = None) -> Person:
    """Someone with an account, a password and this role."""
    person = open_account(name, "Renard", f"{name.lower()}.renard")
    Agent.objects.filter(pk=person.agent.pk).update(role=role, school=school)
    person.agent.refresh_from_db()
    return person


def browser_of(person: Person, *, confirmed: bool = True) -> Client:
    """Signed in, and having typed the password again unless told otherwise."""
    client = Client()
    client.post(LOGIN, {"login": person.login, "password": PASSWORD})
    if confirmed:
        client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def page_for(act: str, agent: Agent) -> str:
    return reverse(f"agent_{act}", args=[agent.pk])


def filled(client: Client, url: str, **more: str) -> dict[str, str]:
    """The form of that page, with a checked identity and a reason."""
    once = ONCE.search(client.get(url).content.decode())
    return {**CHECKED, **({"once": once[1]} if once else {}), **more}


def secret_in(page: str) -> str:
    found = SECRET.search(page)
    assert found, page
    return found[1]


def handed(client: Client, act: str, agent: Agent) -> str:
    """The secret that this act shows."""
    url = page_for(act, agent)
    return secret_in(client.post(url, filled(client, url)).content.decode())


def signs_in(login: str, password: str) -> str:
    """Where this password leads; "" when the page comes back."""
    return Client().post(LOGIN, {"login": login, "password": password}).get("Location", "")
