"""A login is ``prenom.nom`` whatever the name, and belongs to one person for ever."""

import re
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Agent, LoginName, User
from accounts.models.people import LOGIN_FORMAT
from accounts.naming.login_names import LOGIN_MAX_LENGTH, login_name, numbered
from accounts.naming.logins import login_of, reserve_login
from mailboxes.institutional.provisioning import (
    LOCAL_PART,
    create_functional_mailbox,
    create_personal_mailbox,
)

HOMONYMS = 20
# What stands in the names of people: letters of any script, and what may part them.
NAMES = st.text(st.one_of(st.characters(categories=("L", "M")), st.sampled_from(" -'’.ʼ")))


def agent(first_name: str = "Julien", usual_name: str = "Morel") -> Agent:
    return Agent.objects.create(first_name=first_name, usual_name=usual_name, civil_name=usual_name)


@pytest.mark.parametrize(
    ("first_name", "usual_name", "login"),
    [
        ("Maëlle", "d’Aubigny", "maelle.d-aubigny"),
        ("Maëlle", "dʼAubigny", "maelle.d-aubigny"),
        ("Hugues", "de La Motte", "hugues.de-la-motte"),
        ("Jean-Baptiste", "LE GOFF – PRIGENT", "jean-baptiste.le-goff-prigent"),
        ("Solène", "Lecœur", "solene.lecoeur"),
        ("Ægir", "Ødegård", "aegir.odegard"),
        ("Jürgen", "Weiß", "jurgen.weiss"),
        ("Łukasz", "Wałęsa", "lukasz.walesa"),
        ("Nguyễn", "Thị Ánh", "nguyen.thi-anh"),
        ("Владимир", "Ильич", "vladimir.ilich"),
        ("小明", "王", "xiaoming.wang"),
        ("김민준", "", "gimminjun"),
        ("", "Madonna", "madonna"),
        ("–", "’", "agent"),
        ("J.", "Morel", "j.morel"),
        ("A" * 40, "B" * 40, "a" * 40 + "." + "b" * 23),
        ("A" * 63, "B", "a" * 63),
    ],
)
def test_a_difficult_name_becomes_a_plain_login(
    first_name: str, usual_name: str, login: str
) -> None:
    assert login_name(first_name, usual_name) == login


@given(NAMES, NAMES)
def test_every_name_becomes_a_login_that_a_mail_server_takes(first: str, last: str) -> None:
    login = login_name(first, last)
    LOGIN_FORMAT(login)
    assert LOCAL_PART.fullmatch(login)
    assert len(login) <= LOGIN_MAX_LENGTH


@given(NAMES, NAMES)
def test_how_accents_are_stored_and_capitals_do_not_count(first: str, last: str) -> None:
    decomposed = (unicodedata.normalize("NFD", name) for name in (first, last))
    assert login_name(*decomposed) == login_name(first, last)
    if (first + last).isascii():
        assert login_name(first.upper(), last.upper()) == login_name(first, last)


@given(NAMES, NAMES, st.integers(0, 10_000))
def test_a_number_ends_the_login_and_keeps_its_form(first: str, last: str, number: int) -> None:
    login = numbered(login_name(first, last), number)
    LOGIN_FORMAT(login)
    assert len(login) <= LOGIN_MAX_LENGTH
    assert number == 0 or re.search(rf"{number}$", login)


def test_an_agent_is_given_the_same_login_at_each_call(db: None) -> None:
    julien = agent()
    assert [reserve_login(julien) for _ in range(3)] == ["julien.morel"] * 3
    assert LoginName.objects.count() == 1


def test_homonyms_get_a_number(db: None) -> None:
    logins = [reserve_login(agent()) for _ in range(3)]
    assert logins == ["julien.morel", "julien.morel1", "julien.morel2"]


def test_the_login_of_an_account_is_the_agents_own(db: None) -> None:
    julien = agent()
    julien.user = User.objects.create_user("jmorel")
    julien.save()
    assert reserve_login(julien) == login_of(julien) == "jmorel"


def test_a_login_waits_for_its_agent_and_becomes_the_account(db: None) -> None:
    julien = agent()
    julien.user = User.objects.create_user(reserve_login(julien))
    julien.save()
    assert reserve_login(agent()) == "julien.morel1"


def test_a_login_is_never_given_again_once_everyone_is_gone(db: None) -> None:
    julien = agent()
    reserve_login(julien)
    julien.delete()
    User.objects.create_user("julien.morel1").delete()
    assert reserve_login(agent()) == "julien.morel2"
    with pytest.raises(ValidationError, match="déjà été donné"):
        User.objects.create_user("julien.morel1")


@pytest.mark.parametrize("change", ["delete", "rename"])
def test_the_database_keeps_every_login(db: None, change: str) -> None:
    reserve_login(agent())
    mine = LoginName.objects.filter(login="julien.morel")
    with pytest.raises(DatabaseError, match="stays for ever"), transaction.atomic():
        mine.delete() if change == "delete" else mine.update(login="julien.other")
    assert mine.exists()


def test_an_address_of_ours_is_nobodys_login(db: None) -> None:
    create_functional_mailbox("Julien", "julien.morel@ac-rouen.fr")
    camille = User.objects.create_user("camille.lefevre")
    create_personal_mailbox(
        camille, "camille.lefevre@ac-normandie.fr", historic=["julien.morel1@ac-caen.fr"]
    )
    assert reserve_login(agent()) == "julien.morel2"


def test_the_address_that_a_login_will_be_is_kept_for_its_person(db: None) -> None:
    julien = agent()
    login = reserve_login(julien)
    with pytest.raises(ValidationError, match="réservée à la personne"):
        create_functional_mailbox("Morel", f"{login}@ac-normandie.fr")
    julien.user = User.objects.create_user(login)
    julien.save()
    create_personal_mailbox(julien.user, f"{login}@ac-normandie.fr")


@pytest.mark.parametrize("name", ["Postmaster", "Abuse"])
def test_a_single_name_takes_no_address_of_the_service(db: None, name: str) -> None:
    assert reserve_login(agent("", name)) == f"{name.lower()}1"


@pytest.mark.django_db(transaction=True)
def test_homonyms_who_come_at_the_same_moment_get_different_logins() -> None:
    homonyms = [agent() for _ in range(HOMONYMS)]
    start = Barrier(HOMONYMS)

    def reserve(one: Agent) -> str:
        start.wait()
        try:
            return reserve_login(one)
        finally:
            connection.close()

    with ThreadPoolExecutor(HOMONYMS) as pool:
        logins = list(pool.map(reserve, homonyms))
    expected = {numbered("julien.morel", number) for number in range(HOMONYMS)}
    assert Counter(logins) == Counter(expected)


@pytest.mark.django_db(transaction=True)
def test_one_agent_asked_for_by_many_at_once_gets_one_login() -> None:
    julien = agent()
    start = Barrier(8)

    def reserve(_: int) -> str:
        start.wait()
        try:
            return reserve_login(julien)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(reserve, range(8))) == {"julien.morel"}
    assert LoginName.objects.count() == 1
