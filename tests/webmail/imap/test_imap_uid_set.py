"""Sets of UIDs are sets, whatever they are written as."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.imap import UidSet
from webmail.imap.uid_set import LAST_UID

uids = st.sets(st.integers(1, 60))


@given(uids, uids)
def test_they_are_joined_crossed_and_subtracted_like_any_set(
    one: set[int], other: set[int]
) -> None:
    mine, theirs = UidSet.of(one), UidSet.of(other)
    assert set(mine | theirs) == one | other
    assert set(mine & theirs) == one & other
    assert set(mine - theirs) == one - other
    assert (mine | theirs) - theirs == UidSet.of(one - other)


@given(uids)
def test_they_hold_what_they_were_made_of(one: set[int]) -> None:
    mine = UidSet.of(one)
    assert list(mine) == sorted(one)
    assert len(mine) == len(one)
    assert bool(mine) == bool(one)
    assert {uid for uid in range(62) if uid in mine} == one
    assert (mine.first, mine.last) == (min(one, default=0), max(one, default=0))


@given(uids)
def test_what_is_written_is_read_again(one: set[int]) -> None:
    assert UidSet.parse(str(UidSet.of(one))) == UidSet.of(one)


@given(uids, st.integers(1, 30), st.integers(1, 4))
def test_chunks_are_small_and_lose_nothing(one: set[int], count: int, ranges: int) -> None:
    chunks = list(UidSet.of(one).chunks(count, ranges))
    assert [uid for chunk in chunks for uid in chunk] == sorted(one)
    assert all(0 < len(chunk) <= count and len(chunk.ranges) <= ranges for chunk in chunks)


@given(uids, st.integers(0, 70))
def test_the_newest_are_the_highest(one: set[int], count: int) -> None:
    assert list(UidSet.of(one).newest(count)) == sorted(one)[len(one) - min(count, len(one)) :]


def test_servers_may_write_ranges_backwards_and_twice() -> None:
    assert UidSet.parse("9:7,8,1") == UidSet(((1, 1), (7, 9)))


@pytest.mark.parametrize("text", ["a", "1:", ":2", "1,,2", "*", "1:*", "-1"])
def test_what_is_no_set_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no set"):
        UidSet.parse(text)


def test_all_that_can_be_is_one_range() -> None:
    assert str(UidSet.between(5)) == f"5:{LAST_UID}"
    assert not UidSet.between(5, 4)
