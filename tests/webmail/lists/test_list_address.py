"""Which list a page shows stands in its address; what no link of ours says is no page."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.lists.list_address import Cursor, ListAddress, OddAddress, Order, Show, View

KEYS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=200)
NUMBERS = st.integers(0, 10**17)


def read_back(address: ListAddress) -> ListAddress:
    return ListAddress.read(dict(address.pairs))


@given(show=st.sampled_from(Show), view=st.sampled_from([*View, None]), key=KEYS, row=NUMBERS)
def test_an_address_says_all_of_the_list(show: Show, view: View | None, key: str, row: int) -> None:
    address = ListAddress(show, Order.SENDER, view, label=3, older_than=Cursor(key, row))
    assert read_back(address) == address


@given(size=NUMBERS, row=NUMBERS)
def test_sizes_are_cursors_too(size: int, row: int) -> None:
    address = ListAddress(order=Order.LARGEST, newer_than=Cursor(size, row))
    assert read_back(address) == address


def test_the_usual_list_has_a_short_address() -> None:
    assert ListAddress().query == ""
    assert ListAddress(day=date(2025, 3, 1)).query == "?jour=2025-03-01"


@pytest.mark.parametrize(
    "query",
    [
        {"tri": "xx"},
        {"filtre": "'; drop table"},
        {"vue": "arbre"},
        {"etiquette": "-1"},
        {"etiquette": "٣"},
        {"etiquette": "9" * 40},
        {"jour": "hier"},
        {"jour": "9999-12-31"},
        {"jour": "0001-01-01"},
        {"apres": "!"},
        {"apres": "é"},
        {"apres": "W10"},  # []
        {"apres": "WyIyMDI2LTAxLTAxIiwxXQ"},  # a day without its time
        {"apres": "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwtMV0"},  # row -1
        {"apres": "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwxLDJd"},
        {"apres": "W251bGwsMV0"},  # null
        {"apres": "A" * 5000},
        {"tri": "taille", "apres": "WyJhIiwxXQ"},
        {"tri": "sujet", "apres": "WyJcdTAwMDAiLDFd"},  # NUL
        {"tri": "sujet", "apres": "WyJcdWQ4MDAiLDFd"},  # half a pair
    ],
)
def test_what_no_link_says_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(OddAddress):
        ListAddress.read(query)


@given(st.text(max_size=60))
def test_any_text_as_a_cursor_is_read_or_refused(text: str) -> None:
    for order in Order:
        try:
            ListAddress.read({"apres": text, "tri": order})
        except OddAddress:
            continue
