"""What the composer accepts, and what it says of the rest."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict
from pytest_django.fixtures import Settings

from webmail.forms import MAX_RECIPIENTS, ComposeForm
from webmail.message.addresses import Address

CAMILLE = Address("Camille Lefèvre", "camille.lefevre@ac-normandie.fr")


def form(
    files: list[SimpleUploadedFile] | None = None, *, saving: bool = False, **fields: str
) -> ComposeForm:
    data = {"token": str(uuid4()), "sender": CAMILLE.address, **fields}
    return ComposeForm(
        data, MultiValueDict({"attachments": files or []}), senders=[CAMILLE], saving=saving
    )


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
    assert [person.address for person in filled.draft().to] == ["a@x.fr", "b@x.fr"]


@pytest.mark.parametrize("typed", ["paul", "paul@", "@x.fr", "a@x.fr, paul", "a b@x..fr"])
def test_what_is_no_address_is_named_with_an_example(typed: str) -> None:
    filled = form(to=typed)
    assert not filled.is_valid()
    assert "prenom.nom@ac-normandie.fr" in filled.errors["to"][0]


def test_a_message_without_recipient_does_not_leave() -> None:
    assert "to" in form(subject="Bonjour").errors


def test_a_draft_may_lack_everything() -> None:
    assert form(saving=True).is_valid()


def test_one_cannot_write_from_somebody_elses_address() -> None:
    assert "sender" in form(to="a@x.fr", sender="nadia.perrin@ac-normandie.fr").errors


def test_a_line_break_in_the_subject_starts_no_header() -> None:
    filled = form(to="a@x.fr", subject="Bonjour\r\nBcc: victime@x.fr")
    assert filled.is_valid()
    assert "\n" not in filled.draft().subject
    assert "\r" not in filled.draft().subject


def test_ten_thousand_recipients_are_refused() -> None:
    assert "to" in form(to=", ".join(f"a{n}@x.fr" for n in range(MAX_RECIPIENTS + 1))).errors


def test_files_beyond_the_limit_are_refused_with_both_sizes(settings: Settings) -> None:
    settings.MAX_ATTACHMENTS_MB = 1
    files = [SimpleUploadedFile(name, b"x" * 700_000) for name in ("a.pdf", "b.pdf")]
    (error,) = form(files, to="a@x.fr").errors["attachments"]
    assert "1,3\u00a0Mo" in error
    assert "1\u00a0Mo" in error


def test_several_files_leave_together() -> None:
    files = [SimpleUploadedFile("a.pdf", b"1"), SimpleUploadedFile("é.txt", b"2")]
    filled = form(files, to="a@x.fr")
    assert filled.is_valid(), filled.errors
    assert [(a.name, a.content) for a in filled.draft().attachments] == [
        ("a.pdf", b"1"),
        ("é.txt", b"2"),
    ]
