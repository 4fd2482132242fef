"""What the composer accepts, and what it says of the rest."""

from uuid import uuid4

import pytest
from django.utils import timezone

from webmail.composing.compose import compose
from webmail.composing.recipients import MAX_RECIPIENTS
from webmail.syntax.addresses import Address
from webmail.writing.forms import ComposeForm

CAMILLE = Address("Camille Lefèvre", "camille.lefevre@ac-normandie.fr")


def form(**fields: str) -> ComposeForm:
    data = {"token": str(uuid4()), "version": "1", "page": str(uuid4()), "sender": CAMILLE.address}
    return ComposeForm(data | fields, senders=[CAMILLE])


@pytest.mark.parametrize(
    "typed",
    [
        "a@x.fr, b@x.fr",
        "a@x.fr; b@x.fr;",
        "a@x.fr\r\nb@x.fr\r\n",
        '"Benali, Sofia" <a@x.fr>, Paul <b@x.fr>',
    ],
)
def test_addresses_may_be_pasted_in_any_usual_form(typed: str) -> None:
    filled = form(to=typed)
    assert filled.is_valid(), filled.errors
    assert [person.address for person in filled.letter().to] == ["a@x.fr", "b@x.fr"]


@pytest.mark.parametrize("typed", ["paul", "paul@", "@x.fr", "a@x.fr, paul", "a b@x..fr"])
def test_what_is_no_address_is_named_with_an_example(typed: str) -> None:
    filled = form(to=typed)
    assert not filled.is_valid()
    assert "prenom.nom@ac-normandie.fr" in filled.errors["to"][0]


def test_a_domain_with_accents_is_written_as_mail_servers_know_it() -> None:
    filled = form(to="x@École.fr, y@straße.example")
    assert filled.is_valid(), filled.errors
    assert [person.address for person in filled.letter().to] == [
        "x@xn--cole-9oa.fr",
        "y@xn--strae-oqa.example",
    ]


@pytest.mark.parametrize("typed", ["re né@x..fr", "\u212aim@é..fr", "ﬁn@x.fr", "a@é..fr", "a@[é]"])
def test_an_address_no_mail_server_could_take_is_refused(typed: str) -> None:
    assert "prenom.nom@ac-normandie.fr" in form(to=typed).errors["to"][0]


def test_an_address_longer_than_mail_allows_is_refused_with_the_limit() -> None:
    domain = ".".join(["x" * 60] * 4)
    assert form(to=f"{'a' * 7}@{domain}.fr").is_valid()
    assert "254" in form(to=f"{'a' * 8}@{domain}.fr").errors["to"][0]


@pytest.mark.parametrize("typed", ['"a b"@x.fr', 'Paul <"a b"@x.fr>', 'c@x.fr, "a" @x.fr'])
def test_an_address_in_quotes_is_refused_rather_than_read_as_another(typed: str) -> None:
    assert "guillemets" in form(to=typed).errors["to"][0]


def test_a_million_quotes_are_refused_at_once() -> None:
    assert "to" in form(to='"' + '\\"' * 500_000).errors


def test_a_name_in_quotes_may_begin_with_an_at_sign() -> None:
    filled = form(to='"@lycée" <a@x.fr>, "@collège" <b@x.fr>')
    assert filled.is_valid(), filled.errors
    assert [person.name for person in filled.letter().to] == ["@lycée", "@collège"]


def test_a_message_without_recipient_does_not_leave() -> None:
    assert "to" in form(subject="Bonjour").errors


def test_one_cannot_write_from_somebody_elses_address() -> None:
    assert "sender" in form(to="a@x.fr", sender="nadia.perrin@ac-normandie.fr").errors


@pytest.mark.parametrize("line_end", ["\r\n", "\u2028", "\u2029", "\x85", "\x0b", "\x1e"])
def test_a_line_break_in_the_subject_starts_no_header(line_end: str) -> None:
    filled = form(to="a@x.fr", subject=f"Bonjour{line_end}Bcc: victime@x.fr")
    assert filled.is_valid()
    assert filled.letter().subject == "Bonjour Bcc: victime@x.fr"
    assert b"\r\nBcc" not in compose(filled.letter(), timezone.now()).raw


def test_ten_thousand_recipients_are_refused() -> None:
    assert "to" in form(to=", ".join(f"a{n}@x.fr" for n in range(MAX_RECIPIENTS + 1))).errors
