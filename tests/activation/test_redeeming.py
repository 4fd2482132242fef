"""A letter is found by its owner's NUMEN or identifier, and opens one account once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Agent
from accounts.sealed.numen import opened_numen, read_numen
from accounts.secrets import Numen
from activation.codes import new_code
from activation.letters.redeeming import (
    close_letters_of,
    is_code_of,
    letter_by_login,
    letter_by_numen,
    redeem,
)
from activation.models import Letter
from tests.activation.conftest import LetterPoster, NewcomerMaker

State = Letter.State


def numen_of(agent: Agent) -> Numen:
    numen = opened_numen(agent)
    assert numen
    return numen


def test_a_posted_letter_is_found_and_opens_with_its_code(
    make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    julien = make_newcomer()
    letter, code = post_letter(julien)
    for found in (letter_by_numen(numen_of(julien)), letter_by_login("julien.morel")):
        assert found == letter
        assert is_code_of(found, code)
        assert not is_code_of(found, new_code())
    assert redeem(letter.pk)
    assert not redeem(letter.pk)
    assert letter_by_numen(numen_of(julien)) is None


def test_who_is_unknown_has_no_letter_and_no_code_fits(ring: object, db: None) -> None:
    assert letter_by_numen(read_numen("17E9999999ZZZ")) is None
    assert letter_by_login("personne.inconnue") is None
    assert not is_code_of(None, new_code())


@pytest.mark.parametrize(
    "state", [State.DRAFTED, State.PRINTED, State.RETURNED, State.VOIDED, State.EXPIRED]
)
def test_a_letter_that_is_not_in_its_owners_hands_opens_nothing(
    make_newcomer: NewcomerMaker, post_letter: LetterPoster, state: Letter.State
) -> None:
    julien = make_newcomer()
    letter, _code = post_letter(julien)
    closed = timezone.now() if state not in Letter.OPEN else None
    Letter.objects.filter(pk=letter.pk).update(state=state, ended_at=closed)
    assert letter_by_numen(numen_of(julien)) is None
    assert letter_by_login("julien.morel") is None
    assert not redeem(letter.pk)


def test_a_letter_works_until_its_last_day_and_no_longer(
    make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    julien = make_newcomer()
    letter, _code = post_letter(julien)
    mine = Letter.objects.filter(pk=letter.pk)
    assert letter.expires_at
    days = (timezone.localtime(letter.expires_at).date() - timezone.localdate()).days
    assert days == 30
    mine.update(expires_at=timezone.now() + timedelta(seconds=30))
    assert letter_by_numen(numen_of(julien)) == letter
    mine.update(expires_at=timezone.now())
    assert letter_by_numen(numen_of(julien)) is None
    assert not redeem(letter.pk)


@pytest.mark.parametrize("status", [Agent.Status.ACTIVE, Agent.Status.DEPARTED])
def test_who_has_an_account_or_has_left_has_no_usable_letter(
    make_newcomer: NewcomerMaker, post_letter: LetterPoster, status: Agent.Status
) -> None:
    julien = make_newcomer()
    post_letter(julien)
    Agent.objects.filter(pk=julien.pk).update(status=status)
    assert letter_by_numen(numen_of(julien)) is None
    assert letter_by_login("julien.morel") is None


def test_an_account_opened_otherwise_closes_the_letter(
    make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    julien = make_newcomer()
    letter, _code = post_letter(julien)
    assert close_letters_of(julien) == 1
    letter.refresh_from_db()
    assert letter.get_void_display() == "compte ouvert autrement"
    assert not redeem(letter.pk)


def test_the_database_refuses_a_second_open_letter(
    make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    julien = make_newcomer()
    post_letter(julien)
    with pytest.raises(IntegrityError), transaction.atomic():
        post_letter(julien)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_use_one_letter_at_once_one_wins(
    transactional_db: None, make_newcomer: NewcomerMaker, post_letter: LetterPoster
) -> None:
    letter, _code = post_letter(make_newcomer())
    start = Barrier(6)

    def use(_: int) -> bool:
        start.wait()
        try:
            return redeem(letter.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(use, range(6))) == [False] * 5 + [True]
