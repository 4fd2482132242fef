"""What the composer starts with when one answers, forwards or resumes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from webmail import answers
from webmail.message import addresses
from webmail.message.addresses import Address
from webmail.message.readable import ReadableMessage

CAMILLE = Address("Camille Lefèvre", "camille.lefevre@ac-normandie.fr")
PAUL = Address("Paul Auvray", "paul.auvray@ac-normandie.fr")
SOFIA = Address("Benali, Sofia", "sofia.benali@ac-normandie.fr")
OWN = {CAMILLE.address, "camille.lefevre@ac-rouen.fr"}
MESSAGE = ReadableMessage(
    subject="Re: RE : Sortie",
    from_=(PAUL,),
    to=(CAMILLE, SOFIA),
    cc=(Address("", "ce.0760001n@ac-normandie.fr"),),
    date=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
    message_id="b@x",
    references=("a@x",),
)


def test_an_answer_goes_to_the_author_alone() -> None:
    assert answers.start("reply", MESSAGE, "", OWN).to == (PAUL,)


def test_an_answer_to_all_leaves_oneself_out() -> None:
    start = answers.start("reply_all", MESSAGE, "", OWN)
    assert start.to == (PAUL, SOFIA)
    assert [person.address for person in start.cc] == ["ce.0760001n@ac-normandie.fr"]


def test_an_answer_to_ones_own_message_goes_to_those_it_was_written_to() -> None:
    sent = ReadableMessage(subject="Sortie", from_=(CAMILLE,), to=(PAUL,), message_id="a@x")
    assert answers.start("reply", sent, "", OWN).to == (PAUL,)


def test_an_answer_follows_reply_to() -> None:
    listed = ReadableMessage(from_=(PAUL,), reply_to=(SOFIA,))
    assert answers.start("reply", listed, "", OWN).to == (SOFIA,)


def test_the_subject_is_marked_once_whatever_earlier_programs_wrote() -> None:
    assert answers.start("reply", MESSAGE, "", OWN).subject == "Re: Sortie"
    assert answers.start("forward", MESSAGE, "", OWN).subject == "Tr: Sortie"


def test_the_thread_goes_on() -> None:
    start = answers.start("reply", MESSAGE, "", OWN)
    assert start.in_reply_to == "b@x"
    assert start.references == ("a@x", "b@x")


def test_the_answered_text_is_quoted_under_a_line_that_says_who_wrote_it() -> None:
    body = answers.start("reply", MESSAGE, "Bonjour\n> déjà cité\n", OWN).body
    assert body.endswith("Paul Auvray a écrit\u00a0:\n> Bonjour\n>> déjà cité\n")
    assert "20 novembre 2026" in body


def test_a_forward_names_who_wrote_to_whom() -> None:
    body = answers.start("forward", MESSAGE, "Bonjour", OWN).body
    assert "Paul Auvray <paul.auvray@ac-normandie.fr>" in body
    assert '"Benali, Sofia" <sofia.benali@ac-normandie.fr>' in body
    assert body.endswith("Bonjour")


@pytest.mark.parametrize(
    "name",
    ["Benali, Sofia", "a\\", "a\\b, c", "\\", "(CPE) Paul", "Lycée: CDI; salle 2", "<x@y.fr>"],
)
def test_the_composers_fields_read_back_what_was_put_into_them(name: str) -> None:
    people = (Address(name, "a@x.fr"), PAUL)
    assert addresses.parse(answers.listed(people)) == people


def test_a_message_dated_at_the_end_of_time_can_be_answered() -> None:
    late = replace(MESSAGE, date=datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert "31 décembre 9999" in answers.start("reply", late, "", OWN).body


def test_a_resumed_draft_is_as_it_was_left() -> None:
    draft = ReadableMessage(subject="Sortie", to=(PAUL,), bcc=(SOFIA,), in_reply_to=("a@x",))
    start = answers.start("draft", draft, "Bonjour", OWN)
    assert (start.to, start.bcc, start.subject, start.body) == (
        (PAUL,),
        (SOFIA,),
        "Sortie",
        "Bonjour",
    )
    assert start.in_reply_to == "a@x"
