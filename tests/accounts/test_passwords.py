"""Which passwords are accepted, and what is said when one is not."""

import unicodedata
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Agent, School, User
from accounts.passwords import NOBODY, Person, check_password_rules, strength
from accounts.passwords.checks import passwords_can_be_chosen
from accounts.secrets import Numen

GOOD = "girafe potager volcan tambour"
CAMILLE = Person(
    login="camille.lefevre1",
    names=("Camille", "Lefèvre", "Le Goff"),
    schools=("Collège Jean-Moulin", "Elbeuf", "0761234N"),
    birth_date=date(1980, 7, 14),
    numen=Numen("17E9876543ABC"),
)


def codes(password: str, who: Person = CAMILLE, second_factor: bool = False) -> list[str]:
    return [refusal.code for refusal in check_password_rules(password, who, second_factor)]


def test_four_words_without_relation_are_accepted() -> None:
    assert codes(GOOD) == []


@pytest.mark.parametrize(
    ("password", "second_factor", "accepted"),
    [
        ("vK7-plume-Zq9-x", False, True),
        ("vK7-plume-Zq9-", False, False),
        ("vK7-pZq9xw", True, True),
        ("vK7pZq9", True, False),
    ],
)
def test_fifteen_characters_are_asked_alone_and_eight_beside_a_second_factor(
    password: str, second_factor: bool, accepted: bool
) -> None:
    assert ("too_short" not in codes(password, second_factor=second_factor)) is accepted


def test_a_short_password_is_told_how_many_characters_are_missing() -> None:
    [refusal] = check_password_rules("vK7-plume-Zq9", NOBODY, False)
    assert "13 caractères" in str(refusal.sentence)
    assert "2 caractères" in str(refusal.what_to_do)


def test_length_is_counted_after_composition() -> None:
    fourteen = unicodedata.normalize("NFD", "éèêëàâîïôöùûüç")
    assert len(fourteen) == 28
    assert "too_short" in codes(fourteen)


def test_a_password_of_128_characters_is_accepted_and_one_of_129_is_not(settings: Any) -> None:
    long = "plume ananas volcan tambour girafe " * 4
    assert codes(long[:128]) == []
    assert codes(long[:129]) == ["too_long"]


@pytest.mark.parametrize(
    "password",
    ["1QAZ2wsx3edc4rfv", "AZERTYUIOPQSDFGHJKLM", "motdepasseoublie", "qwertyuiopasdfghjkl"],
)
def test_the_most_used_passwords_are_refused_whatever_their_capitals(password: str) -> None:
    assert "most_used" in codes(password)


@pytest.mark.parametrize(
    "password",
    [
        "anticonstitutionnellement",
        "Anticonstitutionnellement2026",
        "4nt1c0n5t1tut10nn3ll3m3nt",
        "tnemellennoitutitsnocitna",
        "Villeneuve-d’Ascq!!",
        "Saint-Pierre-de-Varengeville",
        "La cigale et la fourmi",
        "La grenouille qui veut se faire aussi grosse que le bœuf",
    ],
)
def test_one_word_place_or_saying_is_refused_with_what_people_put_around_it(password: str) -> None:
    assert "french_word" in codes(password)


@pytest.mark.parametrize(
    "password",
    [
        "camille.lefevre1",
        "CamilleLefevre2026!",
        "C4m1ll3-L3f3vr3!!",
        "ervefel.ellimac.99",
        "Lefèvre-Le-Goff-1",
        "Le-Goff-14071980",
        "college jean-moulin 1",
        "Elbeuf0761234N!!",
        "ac-normandie.fr/2026",
    ],
)
def test_what_is_known_of_the_person_makes_no_password(password: str) -> None:
    assert "personal" in codes(password)


def test_a_numen_is_refused_even_within_a_long_password() -> None:
    assert "numen" in codes("girafe 17e9876543abc tambour volcan")


def test_a_name_among_enough_other_words_is_accepted() -> None:
    assert codes("camille girafe potager volcan tambour") == []


@pytest.mark.parametrize(
    "password", ["azerty1234567890", "aaaaaaaaaaaaaaaaaaaa", "bonjour bonjour bonjour"]
)
def test_what_follows_a_pattern_is_refused_although_long(password: str) -> None:
    assert codes(password) in (["guessable"], ["most_used", "french_word"], ["most_used"])


def test_an_academy_may_ask_for_more_guesses(settings: Any) -> None:
    settings.PASSWORD_MIN_GUESSES_LOG10 = 14
    assert codes("vK7pZq9-xW", second_factor=True) == ["guessable"]


def test_every_refusal_says_why_and_what_to_do() -> None:
    passwords = ["court", "azertyuiop", "camille.lefevre", "17E9876543ABC", "x" * 200, "tab\t"]
    for password in passwords:
        for refusal in check_password_rules(password, CAMILLE, second_factor=False):
            assert str(refusal.sentence).endswith(".")
            assert str(refusal.what_to_do).endswith(".")


def test_invisible_characters_are_refused() -> None:
    assert codes(GOOD + "\x00") == ["control_character"]
    assert "control_character" in codes("\ud800" * 20)


@given(st.text(max_size=200))
def test_any_text_gets_an_answer(password: str) -> None:
    assert isinstance(codes(password), list)


def test_the_meter_accepts_exactly_what_the_rules_accept() -> None:
    solid = strength(GOOD, CAMILLE, second_factor=False)
    assert solid.level >= 3
    assert solid.refusals == ()
    refused = strength("Villeneuve-d’Ascq!!", CAMILLE, second_factor=False)
    assert refused.level <= 2
    assert [refusal.code for refusal in refused.refusals] == ["french_word"]


def test_the_meter_shows_nothing_for_an_empty_field() -> None:
    assert strength("", NOBODY, second_factor=False).level == 0


@pytest.mark.django_db
def test_django_refuses_a_password_made_of_the_school_of_the_agent(settings: Any) -> None:
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "accounts.passwords.validator.PasswordRulesValidator"}
    ]
    school = School.objects.create(uai="0761234N", name="Collège Jean-Moulin", city="Elbeuf")
    user = User.objects.create_user("camille.lefevre")
    Agent.objects.create(
        user=user, first_name="Camille", usual_name="Lefèvre", civil_name="Lefèvre", school=school
    )
    with pytest.raises(ValidationError) as refused:
        validate_password("JeanMoulinElbeuf!", user)
    assert [error.code for error in refused.value.error_list] == ["personal"]
    assert "votre établissement. Choisissez" in refused.value.messages[0]
    validate_password(GOOD, user)


def test_the_site_does_not_start_with_rules_that_refuse_everything(settings: Any) -> None:
    assert passwords_can_be_chosen(None) == []
    settings.PASSWORD_MIN_LENGTH = 200
    settings.PASSWORD_MIN_GUESSES_LOG10 = 100
    assert [fault.id for fault in passwords_can_be_chosen(None)] == [
        "accounts.E020",
        "accounts.E021",
    ]
