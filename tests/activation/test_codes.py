"""The code of a letter: a slip is told at once, and what is stored opens nothing."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from accounts.secrets import Code
from activation.codes import (
    ALPHABET,
    LENGTH,
    NotACode,
    decoy,
    hash_of,
    in_groups,
    is_code,
    new_code,
    read_code,
)

CODES = st.builds(lambda _: new_code().reveal(), st.integers())
LETTERS = st.sampled_from(ALPHABET)


def is_taken(typed: str) -> bool:
    try:
        read_code(typed)
    except NotACode:
        return False
    return True


def test_a_code_is_printed_in_groups_and_read_as_people_type_it() -> None:
    code = new_code()
    printed = in_groups(code)
    assert [len(group) for group in printed.split("-")] == [4, 4, 4, 1]
    for typed in (printed, printed.lower(), f" {printed.replace('-', ' ')} ", code.reveal()):
        assert read_code(typed) == code


def test_codes_are_all_different_and_use_the_whole_alphabet() -> None:
    codes = {new_code().reveal() for _ in range(500)}
    assert len(codes) == 500
    assert set("".join(codes)) == set(ALPHABET)


@pytest.mark.parametrize("typed", ["", "BCDF", "BCDF-GHJK-LMNP-AA", "É" * LENGTH, "0" * LENGTH])
def test_what_cannot_be_a_code_is_told_without_repeating_it(typed: str) -> None:
    with pytest.raises(NotACode) as refusal:
        read_code(typed)
    assert not typed or typed not in str(refusal.value)


@given(CODES, st.integers(0, LENGTH - 1), LETTERS)
def test_one_wrong_letter_is_always_noticed(code: str, place: int, letter: str) -> None:
    assume(code[place] != letter)
    assert not is_taken(code[:place] + letter + code[place + 1 :])


@given(CODES, st.integers(0, LENGTH - 2))
def test_two_neighbours_that_changed_places_are_noticed(code: str, place: int) -> None:
    first, second = code[place], code[place + 1]
    # Luhn's one blind spot: the first letter of the alphabet and the last.
    assume(first != second and {first, second} != {ALPHABET[0], ALPHABET[-1]})
    assert not is_taken(code[:place] + second + first + code[place + 2 :])


def test_what_is_stored_opens_with_the_code_of_that_letter_only() -> None:
    code = new_code()
    stored = hash_of(code, 7)
    assert code.reveal() not in stored
    assert stored.startswith("$argon2id$")
    assert is_code(code, stored, 7)
    assert not is_code(code, stored, 8)
    assert not is_code(new_code(), stored, 7)
    assert not is_code(code, decoy(), 7)
    assert not is_code(code, "", 7)


def test_a_code_is_never_shown_by_accident() -> None:
    code = new_code()
    assert code.reveal() not in f"{code} {code!r}"
    assert isinstance(code, Code)
