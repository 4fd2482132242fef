"""Links made the short way lead where Django's own do."""

import pytest
from django.urls import NoReverseMatch, reverse

from config.links import link


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("mina", ()), ("folder", (7, 12)), ("message", (7, 7, 9)), ("message", (0, 10**17, 1))],
)
def test_a_link_is_what_django_makes_of_the_name(name: str, numbers: tuple[int, ...]) -> None:
    assert link(name, *numbers) == reverse(name, args=numbers)
    assert link(name, *numbers) == reverse(name, args=numbers)  # from what it remembers


def test_a_page_that_does_not_exist_is_an_error_here_too() -> None:
    with pytest.raises(NoReverseMatch):
        link("folder", 7)
