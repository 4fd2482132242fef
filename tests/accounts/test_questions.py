"""Security questions: what is refused, what is asked of whom, and the one verdict."""

from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import SecurityAnswer, User
from accounts.passwords import NOBODY, Person
from accounts.questions import (
    QUESTIONS,
    AnswersRefused,
    answers_are_right,
    asked_questions,
    check_answers,
    has_registered,
    register_answers,
)
from accounts.questions.catalogue import BY_CODE, common_answers
from accounts.questions.checks import questions_can_be_answered
from accounts.questions.normalisation import normalised_answer
from accounts.secrets import Answer

ALICE = "alice.martin"
GIVEN = {
    "first_pet": "Zébulon le Grand",
    "first_car": "Simca 1000 beige",
    "grandparents_place": "Saint-Lô-d’Ourville",
    "childhood_dish": "bourdelots aux poires",
}
HAVE_NOTHING_OF = ("école", "collège", "lycée", "classe", "naissance", "née", "couleur")


def secret(answers: dict[str, str]) -> dict[str, Answer]:
    return {code: Answer(text) for code, text in answers.items()}


def codes(who: Person = NOBODY, **changed: str) -> list[str]:
    return [refusal.code for refusal in check_answers(secret({**GIVEN, **changed}), who)]


@pytest.fixture
def alice(db: None) -> User:
    user = User.objects.create_user(ALICE)
    register_answers(user, secret(GIVEN), NOBODY)
    return user


def asked(user: User | None, identity: str = ALICE) -> list[str]:
    return [question.code for question in asked_questions(identity, user)]


def is_right(user: User | None, identity: str = ALICE, **changed: str) -> bool:
    return answers_are_right(identity, user, secret({**GIVEN, **changed}))


# --- the catalogue ----------------------------------------------------------------------------


def test_there_are_twelve_questions_or_more_each_with_its_own_code() -> None:
    assert len(BY_CODE) == len(QUESTIONS) >= 12


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_question_is_about_school_birth_or_colours(question: Any) -> None:
    assert not any(word in question.sentence.lower() for word in HAVE_NOTHING_OF)


@pytest.mark.parametrize("question", QUESTIONS)
def test_thirty_common_answers_or_more_are_known_for_each_question(question: Any) -> None:
    own = common_answers(question.code) - common_answers_of_all()
    assert len(own) >= 30


def common_answers_of_all() -> frozenset[str]:
    return frozenset.intersection(*(common_answers(question.code) for question in QUESTIONS))


# --- one spelling -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        (" Saint-Lô ! ", "saintlo"),
        ("L’Œuf d’Æthelred", "loeufdaethelred"),
        ("L'oeuf d'aethelred", "loeufdaethelred"),
        ("2 CV", "2cv"),
        ("ZÉBULON", "zebulon"),
        ("Straße", "strasse"),
        ("Ｚébulon", "zebulon"),
        ("№ 5", "no5"),
    ],
)
def test_answers_are_compared_without_case_accents_or_signs(typed: str, spelled: str) -> None:
    assert normalised_answer(typed) == spelled


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalised_answer(normalised_answer(text)) == normalised_answer(text)


@given(st.text())
def test_only_letters_and_digits_are_left(text: str) -> None:
    assert all(char.isalnum() for char in normalised_answer(text))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzéèêëàâîïôöùûüçœæ0123456789 -’'", max_size=60))
def test_capitals_spaces_and_hyphens_never_change_a_french_answer(text: str) -> None:
    assert normalised_answer(text.upper()) == normalised_answer(text)
    assert normalised_answer(" - ".join(text)) == normalised_answer(text)


# --- registration -----------------------------------------------------------------------------


def test_four_good_answers_are_accepted() -> None:
    assert codes() == []


def test_three_or_five_answers_are_not_four() -> None:
    three = dict(list(GIVEN.items())[:3])
    assert [r.code for r in check_answers(secret(three), NOBODY)] == ["wrong_count"]
    assert codes(soft_toy="Balthazar") == ["wrong_count"]


def test_a_question_of_ones_own_is_refused() -> None:
    invented = {**dict(list(GIVEN.items())[:3]), "mother_name": "Dupont-Moretti"}
    assert [r.code for r in check_answers(secret(invented), NOBODY)] == ["wrong_count"]


def test_an_answer_of_two_letters_is_too_short_whatever_its_signs() -> None:
    assert codes(first_pet="Z-é !!!") == ["too_short"]


def test_short_answers_are_too_short_together() -> None:
    short = {"first_pet": "Zéb", "first_car": "Ami", "soft_toy": "Bal", "childhood_hero": "Kwak"}
    assert [r.code for r in check_answers(secret(short), NOBODY)] == ["too_short_together"]


def test_the_same_answer_twice_is_refused_however_it_is_written() -> None:
    assert codes(first_car="ZEBULON-LE-GRAND") == ["repeated"]


@pytest.mark.parametrize("answer", ["camille.lefevre1", "Lefèvre", "le goff", "CAMILLE", "Goff"])
def test_ones_login_and_names_are_no_answers(answer: str) -> None:
    camille = Person(login="camille.lefevre1", names=("Camille", "Lefèvre", "Le Goff"))
    assert codes(camille, first_pet=answer) == ["yourself"]


@pytest.mark.parametrize(
    "answer", ["animal", "Premier", "Comment s’appelait votre premier animal ?"]
)
def test_the_words_of_the_question_are_no_answer(answer: str) -> None:
    assert codes(first_pet=answer) == ["in_question"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("first_pet", "Félix"),
        ("first_car", "PEUGEOT 206"),
        ("first_car", "2-CV"),
        ("grandparents_place", "le havre"),
        ("childhood_dish", "Pâtes"),
        ("first_pet", "je ne sais pas"),
        ("first_pet", "aaaaaaaa"),
    ],
)
def test_the_commonest_answers_are_refused(question: str, answer: str) -> None:
    assert codes(NOBODY, **{question: answer}) == ["too_common"]


def test_every_refusal_names_its_question_says_why_and_what_to_do() -> None:
    refusals = check_answers(secret({**GIVEN, "first_pet": "Félix", "first_car": "x"}), NOBODY)
    assert [refusal.question for refusal in refusals] == ["first_pet", "first_car"]
    for refusal in refusals:
        assert refusal.sentence.endswith(".")
        assert refusal.what_to_do.endswith(".")


@pytest.mark.django_db
def test_refused_answers_change_nothing(alice: User) -> None:
    with pytest.raises(AnswersRefused):
        register_answers(alice, secret({**GIVEN, "first_pet": "Félix"}), NOBODY)
    assert is_right(alice)


def test_new_answers_replace_the_old_ones(alice: User) -> None:
    new = {**GIVEN, "first_pet": "Barnabé l’Ancien", "first_car": "Panhard 24 bleue"}
    register_answers(alice, secret(new), NOBODY)
    assert has_registered(alice)
    assert alice.security_answers.count() == 4
    assert answers_are_right(ALICE, alice, secret(new))


@pytest.mark.django_db
def test_someone_without_answers_is_known_to_lack_them() -> None:
    assert not has_registered(User.objects.create_user("bob.durand"))


def test_answers_are_not_found_in_the_database(alice: User) -> None:
    stored = str(list(SecurityAnswer.objects.values()))
    for answer in GIVEN.values():
        assert answer not in stored
        assert normalised_answer(answer) not in stored
    assert stored.count("$argon2id$v=19$m=19456,t=2,p=1$") == 4


def test_a_stolen_table_is_of_no_use_without_the_pepper(alice: User, settings: Any) -> None:
    settings.ANSWER_PEPPER = "another pepper, as long as it should be"
    assert not is_right(alice)


def test_a_hash_copied_to_another_question_opens_nothing(alice: User) -> None:
    first, second, *_ = asked(alice)
    row = alice.security_answers.get(question=first)
    alice.security_answers.filter(question=second).update(answer_hash=row.answer_hash)
    assert not is_right(alice, **{second: GIVEN[first]})


# --- asking -----------------------------------------------------------------------------------


def test_three_of_the_four_registered_questions_are_asked(alice: User) -> None:
    assert len(asked(alice)) == 3
    assert set(asked(alice)) < set(GIVEN)


def test_the_same_three_are_asked_until_all_are_answered(alice: User) -> None:
    first = asked(alice)
    for _ in range(5):
        assert not is_right(alice, **{first[0]: "une autre"})
        assert asked(alice) == first


def test_after_a_success_the_questions_are_drawn_again(alice: User) -> None:
    seen = set()
    for _ in range(40):
        seen.add(tuple(asked(alice)))
        if len(seen) > 1:
            break
        assert is_right(alice)
    assert len(seen) > 1


def test_right_answers_are_accepted_as_people_type_them(alice: User) -> None:
    typed = {
        "first_pet": "zebulon LE GRAND",
        "first_car": "simca-1000 (beige)",
        "grandparents_place": "saint lo d'ourville",
        "childhood_dish": "Bourdelots aux poires.",
    }
    assert is_right(alice, **typed)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_wrong_answer_of_three_is_refused(alice: User, place: int) -> None:
    assert not is_right(alice, **{asked(alice)[place]: "une autre"})


def test_a_missing_answer_is_a_wrong_one(alice: User) -> None:
    answers = secret(GIVEN)
    del answers[asked(alice)[0]]
    assert not answers_are_right(ALICE, alice, answers)
    assert not answers_are_right(ALICE, alice, {})


@pytest.mark.django_db
def test_an_unknown_identity_is_asked_the_same_three_at_each_visit() -> None:
    first = asked(None, "nobody.here")
    assert len(first) == 3
    assert asked(None, "nobody.here") == first
    assert asked(None, " Nobody.HERE@ac-normandie.fr ") == first


@pytest.mark.django_db
def test_unknown_identities_are_not_all_asked_the_same() -> None:
    assert len({tuple(asked(None, f"nobody{number}")) for number in range(20)}) > 10


@pytest.mark.django_db
def test_someone_without_answers_looks_like_nobody() -> None:
    bob = User.objects.create_user("bob.durand")
    assert asked(bob, "bob.durand") == asked(None, "bob.durand")
    assert not is_right(bob, "bob.durand")
    assert not answers_are_right("bob.durand", bob, {})


@pytest.mark.django_db
def test_nobody_is_never_right() -> None:
    assert not is_right(None, "nobody.here")
    assert not answers_are_right("nobody.here", None, {})


def test_questions_are_shown_in_the_language_of_the_reader(alice: User) -> None:
    with translation.override("fr"):
        assert all(question.sentence.endswith("\u00a0?") for question in QUESTIONS)


def test_the_site_does_not_start_when_questions_cannot_be_asked(settings: Any) -> None:
    assert questions_can_be_answered(None) == []
    settings.QUESTIONS_ASKED = 5
    settings.ANSWER_PEPPER = "short"
    assert [fault.id for fault in questions_can_be_answered(None)] == [
        "accounts.E010",
        "accounts.E011",
    ]
