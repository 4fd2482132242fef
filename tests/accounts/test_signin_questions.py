"""Security questions that are missing at sign-in."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.questions import has_registered
from audit.models import Entry
from tests.people import PASSWORD, Person, open_account

LOGIN = reverse("account_login")
QUESTIONS = reverse("account_missing_questions")
ANSWERS = ["Patapouf le chat", "Les Innocents", "Rahan des âges farouches", "Simca mille"]
CODES = ["first_pet", "first_concert", "childhood_hero", "first_car"]


@pytest.fixture
def camille(db: None, settings: Settings) -> Person:
    settings.QUESTIONS_REQUIRED = True
    return open_account("Camille", "Lefèvre", "camille.lefevre")


def password_step(client: Client, camille: Person) -> str:
    credentials = {"login": camille.login, "password": PASSWORD, "next": "/boite/"}
    return str(client.post(LOGIN, credentials)["Location"])


def typed(codes: list[str] = CODES, answers: list[str] = ANSWERS) -> dict[str, str]:
    questions = {f"question_{n}": code for n, code in enumerate(codes, 1)}
    return questions | {f"answer_{n}": answer for n, answer in enumerate(answers, 1)}


def test_who_has_no_questions_registers_them_once_and_goes_on(
    client: Client, camille: Person
) -> None:
    assert password_step(client, camille) == QUESTIONS
    assert "Préparez votre dépannage" in client.get(QUESTIONS).content.decode()
    assert client.post(QUESTIONS, typed())["Location"] == "/boite/"
    assert has_registered(camille.user)
    assert Entry.objects.filter(event="questions_changed").count() == 1
    client.post(reverse("account_logout"))
    assert password_step(client, camille) == "/boite/"


def test_where_the_academy_does_not_ask_sign_in_goes_on(
    client: Client, camille: Person, settings: Settings
) -> None:
    settings.QUESTIONS_REQUIRED = False
    assert password_step(client, camille) == "/boite/"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (["Minou", *ANSWERS[1:]], "parmi les plus fréquentes"),
        (["Lefèvre", *ANSWERS[1:]], "Votre nom ou votre identifiant"),
        ([ANSWERS[1], *ANSWERS[1:]], "la même qu’une autre"),
    ],
)
def test_a_weak_answer_is_refused_with_the_reason_and_does_not_come_back(
    client: Client, camille: Person, answers: list[str], sentence: str
) -> None:
    password_step(client, camille)
    page = client.post(QUESTIONS, typed(answers=answers)).content.decode()
    assert sentence in page
    assert not any(answer in page for answer in answers)
    assert not has_registered(camille.user)


def test_the_same_question_twice_is_refused(client: Client, camille: Person) -> None:
    password_step(client, camille)
    page = client.post(QUESTIONS, typed(codes=[CODES[1], *CODES[1:]])).content.decode()
    assert "4 questions différentes" in page


def test_a_question_that_is_not_ours_is_refused(client: Client, camille: Person) -> None:
    password_step(client, camille)
    client.post(QUESTIONS, typed(codes=["eye_colour", *CODES[1:]]))
    assert not has_registered(camille.user)


def test_the_page_is_closed_to_who_did_not_give_the_password(
    client: Client, camille: Person
) -> None:
    assert client.get(QUESTIONS)["Location"] == LOGIN
    assert client.post(QUESTIONS, typed())["Location"] == LOGIN
