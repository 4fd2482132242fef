"""The lists of refused passwords, and how they are made."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.passwords.bloom import BloomFilter
from accounts.passwords.build_lists import Sources, WrongVersion
from accounts.passwords.passphrases import passphrase_words, suggest_passphrase
from accounts.passwords.person import NOBODY
from accounts.passwords.rules import check_password_rules
from accounts.spelling import letters


@given(st.sets(st.text(max_size=20), max_size=200))
def test_a_bloom_filter_holds_every_word_it_was_given(words: set[str]) -> None:
    kept = BloomFilter.of(words)
    assert all(word in kept for word in words)


def test_a_bloom_filter_takes_almost_no_foreign_word_for_its_own() -> None:
    kept = BloomFilter.of([f"mot {number}" for number in range(2_000)])
    assert sum(f"autre {number}" in kept for number in range(20_000)) <= 1


def test_a_bloom_filter_reads_back_what_it_wrote(tmp_path: Path) -> None:
    path = tmp_path / "words.bloom"
    BloomFilter.of(["volcan", "girafe"]).write(path)
    assert "volcan" in BloomFilter.read(path)
    assert "tambour" not in BloomFilter.read(path)


def test_a_bloom_filter_cut_short_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / "words.bloom"
    BloomFilter.of(["volcan", "girafe"]).write(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ValueError, match="whole"):
        BloomFilter.read(path)


def test_a_source_of_another_version_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "french").write_text("abaissa\n", encoding="utf-8")
    with pytest.raises(WrongVersion, match="french"):
        Sources(tmp_path).lines("french")


def test_the_build_without_its_sources_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="10_million"):
        call_command("build_password_lists", str(tmp_path), into=tmp_path)


def test_the_words_of_the_passphrase_are_many_short_and_typed_alike_everywhere() -> None:
    words = passphrase_words()
    assert len(words) == len(set(words)) >= 2_000
    assert all(word == letters(word) and 4 <= len(word) <= 10 for word in words)


def test_two_words_of_the_passphrase_never_differ_by_their_last_letter_alone() -> None:
    words = set(passphrase_words())
    assert [word for word in words if word[:-1] in words] == []


def test_every_passphrase_offered_is_accepted() -> None:
    for _ in range(50):
        phrase = suggest_passphrase()
        assert len(phrase.split(" ")) == 4
        assert check_password_rules(phrase, NOBODY, second_factor=False) == []


def test_a_stricter_academy_is_offered_a_longer_passphrase(settings: object) -> None:
    settings.PASSWORD_MIN_GUESSES_LOG10 = 14  # type: ignore[attr-defined]
    assert len(suggest_passphrase().split(" ")) == 5


def test_passphrases_are_not_repeated() -> None:
    assert len({suggest_passphrase() for _ in range(50)}) == 50
