"""What holds for the spelling of any answer and any name, whoever types it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.naming.identifiers import read_identifier
from accounts.questions.normalisation import RULES, normalised_answer
from accounts.throttling.whom import canonical_identity

FRENCH = st.text("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæ0123456789 '-’.,!«»", min_size=1)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæ-'", min_size=1, max_size=40)
SIGNS = st.sampled_from(["", " ", "-", "’", ".", " – ", "\u00a0", "\u202f", "\t"])
versions = pytest.mark.parametrize("version", RULES)


def without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@versions
@given(text=st.text())
def test_an_answer_saved_is_spelled_as_the_one_checked(version: int, text: str) -> None:
    once = normalised_answer(text, version)
    assert normalised_answer(once, version) == once
    assert once == "" or once.isalnum()


@versions
@given(text=FRENCH, sign=SIGNS)
def test_case_accents_and_signs_do_not_count_in_an_answer(
    version: int, text: str, sign: str
) -> None:
    answer = normalised_answer(text, version)
    assert normalised_answer(text.upper(), version) == answer
    assert normalised_answer(without_accents(text), version) == answer
    assert normalised_answer(sign.join(text), version) == answer
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert normalised_answer(unicodedata.normalize(form, text), version) == answer


@versions
@given(one=FRENCH, other=FRENCH)
def test_answers_that_differ_in_a_letter_stay_different(version: int, one: str, other: str) -> None:
    def letters(text: str) -> str:
        spelled = without_accents(text.lower()).replace("œ", "oe").replace("æ", "ae")
        return "".join(char for char in spelled if char.isalnum())

    same = normalised_answer(one, version) == normalised_answer(other, version)
    assert same == (letters(one) == letters(other))


@given(text=st.text())
def test_a_name_read_once_reads_the_same_again(text: str) -> None:
    name = read_identifier(text)
    assert read_identifier(name) == name
    assert not any(char.isspace() for char in name)


@given(first=NAMES, last=NAMES, sign=SIGNS.filter(lambda sign: sign.isspace() or not sign))
def test_capitals_accents_and_spaces_do_not_count_in_a_name(
    first: str, last: str, sign: str
) -> None:
    login = f"{first}.{last}"
    name = read_identifier(login)
    assert read_identifier(login.upper()) == name
    assert read_identifier(without_accents(login)) == name
    assert read_identifier(f"{sign}{sign.join(login)}{sign}") == name


@given(text=st.text())
def test_however_a_name_is_spelled_its_failures_are_counted_together(text: str) -> None:
    assert canonical_identity(canonical_identity(text)) == canonical_identity(text)
    assert canonical_identity(f" {text} ") == canonical_identity(text)
    name = canonical_identity("Camille.Lefevre")
    assert canonical_identity("camille.lefevre@AC-Rouen.fr") == name
