"""A known and an unknown identity take the same time, over two hundred tries.

The tries are taken in pairs, each in another order, so that what else the machine does weighs on
both alike; medians forget what happened once.
"""

import time
from collections.abc import Callable
from statistics import median

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Throttle
from audit.models import Entry
from tests.accounts.recovering import QUESTIONS, START, questions_in, with_questions
from tests.people import Person, open_account

PAIRS = 100  # two hundred tries
FEWER_PAIRS = 25  # where each try hashes three answers
# Of the whole: one Argon2 verification left out would be more than a half.
NOTICEABLE = 0.15

Try = Callable[[str], object]


@pytest.fixture
def camille(db: None) -> Person:
    return with_questions(open_account("Camille", "Lefèvre", "camille.lefevre"))


def difference(attempt: Try, known: str, pairs: int = PAIRS) -> float:
    """How much longer the known one takes, as a share of the time of either; less than 0: shorter."""
    attempt(known), attempt("personne")  # what is done once is not measured
    strangers = (f"personne.numero{number}" for number in range(pairs))
    took = [_pair(attempt, known, stranger, n % 2 == 0) for n, stranger in enumerate(strangers)]
    longer = median(mine - theirs for mine, theirs in took)
    return longer / median(theirs for _, theirs in took)


def _pair(attempt: Try, known: str, stranger: str, known_first: bool) -> tuple[float, float]:
    order = [known, stranger] if known_first else [stranger, known]
    took = {login: _seconds(attempt, login) for login in order}
    return took[known], took[stranger]


def _seconds(attempt: Try, login: str) -> float:
    Throttle.objects.all().delete()  # nobody has to wait: the work itself is measured
    started = time.perf_counter()
    attempt(login)
    return time.perf_counter() - started


def test_a_wrong_password_takes_as_long_for_a_name_that_nobody_has(camille: Person) -> None:
    def sign_in(login: str) -> None:
        page = Client().post(reverse("account_login"), {"login": login, "password": "faux"})
        assert "pas le bon" in page.content.decode()

    assert abs(difference(sign_in, camille.login)) < NOTICEABLE
    assert Entry.objects.filter(reason="wrong password").count() == PAIRS + 1


def test_the_questions_come_as_fast_for_a_name_that_nobody_has(camille: Person) -> None:
    def name(login: str) -> None:
        page = Client().post(START, {"login": login}, follow=True)
        assert len(questions_in(page.content.decode())) == 3

    assert abs(difference(name, camille.login)) < NOTICEABLE


def test_wrong_answers_take_as_long_for_a_name_that_nobody_has(camille: Person) -> None:
    def answer(login: str) -> None:
        client = Client()
        page = client.post(START, {"login": login}, follow=True).content.decode()
        typed = dict.fromkeys(questions_in(page), "Une tout autre réponse")
        assert client.post(QUESTIONS, typed).status_code == 200

    assert abs(difference(answer, camille.login, FEWER_PAIRS)) < NOTICEABLE
