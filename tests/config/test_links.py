"""Links made the short way lead where Django's own do."""

from uuid import UUID

import pytest
from django.urls import NoReverseMatch, reverse

from config.links import link


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("mina", ()),
        ("folder", (7, 12)),
        ("message", (7, 7, 9)),
        ("message", (0, 10**17, 1)),
        ("version", ("simple",)),
        ("draft", (7, UUID(int=7))),
    ],
)
def test_a_link_is_what_django_makes_of_the_name(name: str, parts: tuple[object, ...]) -> None:
    assert link(name, *parts) == reverse(name, args=parts)
    assert link(name, *parts) == reverse(name, args=parts)  # from what it remembers


def test_a_page_that_does_not_exist_is_an_error_here_too() -> None:
    with pytest.raises(NoReverseMatch):
        link("folder", 7)
