"""What people do to get back into their account, as a browser without JavaScript does it."""

import json
import re
from pathlib import Path

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RecoveryContact, User
from accounts.passwords import person_of
from accounts.questions import register_answers
from accounts.recovery.phone_numbers import read_phone_number
from accounts.secrets import Answer
from tests.people import Person

START = reverse("mina_forgotten_password")
QUESTIONS = reverse("mina_reset_questions")
CONTACT = reverse("mina_reset_contact")
FACTOR = reverse("mina_reset_factor")
NEITHER = reverse("mina_reset_neither")
HELD = reverse("mina_reset_held")
NEW = "quatre trompettes vertes dans le grenier"
PERSONAL = "camille@exemple.fr"
MOBILE = "06 12 34 56 78"
ANSWERS = {
    "first_pet": "Patapouf le chat",
    "first_concert": "Les Innocents",
    "childhood_hero": "Rahan des âges farouches",
    "first_car": "Simca mille",
}


def with_questions(person: Person) -> Person:
    answers = {code: Answer(text) for code, text in ANSWERS.items()}
    register_answers(person.user, answers, person_of(person.user))
    return person


def verified_address(user: User, value: str = PERSONAL) -> RecoveryContact:
    return _verified(user, RecoveryContact.Kind.ADDRESS, value)


def verified_phone(user: User) -> RecoveryContact:
    return _verified(user, RecoveryContact.Kind.PHONE, read_phone_number(MOBILE))


def name(client: Client, login: str) -> str:
    return client.post(START, {"login": login}, follow=True).content.decode()


def questions_in(page: str) -> list[str]:
    return re.findall(r'<input[^>]* name="([a-z_]+)"[^>]* maxlength="100"', page)


def answer(client: Client, answers: dict[str, str] | None = None) -> str:
    """Where the answers lead; the questions' own page when they do not."""
    response = client.post(QUESTIONS, answers or ANSWERS, follow=True)
    return str(response.request["PATH_INFO"])


def answered(person: Person) -> Client:
    """A browser from which the person named themselves and answered right."""
    client = Client()
    name(client, person.login)
    answer(client)
    return client


def ask_code(client: Client, contact: RecoveryContact) -> str:
    return client.post(CONTACT, {"contact": contact.pk}, follow=True).content.decode()


def mailed_code() -> str:
    return _digits(str(mail.outbox[-1].body))


def texted_code(messages: Path) -> str:
    return _digits(json.loads(messages.read_text().splitlines()[-1])["text"])


def link_after(client: Client, page: str, typed: dict[str, str]) -> str:
    """The link to the new password; "" when the proof was refused."""
    response = client.post(page, typed)
    return response.headers.get("Location", "")


def choose(client: Client, link: str, password: str = NEW) -> str:
    return client.post(link, {"password": password}, follow=True).content.decode()


def _verified(user: User, kind: RecoveryContact.Kind, value: str) -> RecoveryContact:
    now = timezone.now()
    return RecoveryContact.objects.create(user=user, kind=kind, value=value, verified_at=now)


def _digits(text: str) -> str:
    found = re.search(r"\b[0-9]{6}\b", text)
    assert found
    return found[0]
