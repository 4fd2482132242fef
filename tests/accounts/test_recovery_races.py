"""Two browsers, one link or one code, at the same moment, on the real database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import Reset
from audit.models import Entry
from tests.accounts.recovering import (
    CONTACT,
    NEITHER,
    answered,
    ask_code,
    choose,
    link_after,
    mailed_code,
    verified_address,
    with_questions,
)
from tests.people import Person, open_account

PHRASES = ["quatre trompettes vertes dans le grenier", "une baleine range quatre parapluies"]


@pytest.fixture
def camille(transactional_db: None, settings: Settings, tmp_path: Path) -> Person:
    settings.DOVEADM_URL = ""
    return with_questions(open_account("Camille", "Lefèvre", "camille.lefevre"))


def at_once(*acts: Callable[[], str]) -> list[str]:
    start = Barrier(len(acts))

    def act(one: Callable[[], str]) -> str:
        start.wait()
        try:
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


def test_of_two_browsers_that_redeem_one_link_one_wins(camille: Person) -> None:
    contact = verified_address(camille.user)
    client = answered(camille)
    ask_code(client, contact)
    link = link_after(client, CONTACT, {"code": mailed_code()})
    pages = at_once(*(lambda phrase=phrase: choose(Client(), link, phrase) for phrase in PHRASES))
    won = ["Connectez-vous avec le nouveau" in page for page in pages]
    assert sorted(won) == [False, True]
    assert "Ce lien ne sert plus" in pages[won.index(False)]
    camille.user.refresh_from_db()
    assert camille.user.check_password(PHRASES[won.index(True)])
    assert Entry.objects.filter(event="password_reset").count() == 1


def test_one_code_typed_in_two_browsers_gives_one_link(camille: Person) -> None:
    contact = verified_address(camille.user)
    client = answered(camille)
    ask_code(client, contact)
    code = mailed_code()
    twin = Client()
    twin.cookies.load({name: morsel.value for name, morsel in client.cookies.items()})
    links = at_once(
        lambda: link_after(client, CONTACT, {"code": code}),
        lambda: link_after(twin, CONTACT, {"code": code}),
    )
    assert sum("/nouveau/" in link for link in links) == 1


def test_of_two_waits_begun_at_once_one_remains(camille: Person) -> None:
    browsers = [answered(camille), answered(camille)]
    at_once(*(lambda one=one: link_after(one, NEITHER, {"wait": "1"}) for one in browsers))
    assert Reset.objects.filter(step=Reset.Step.HELD).count() == 1
