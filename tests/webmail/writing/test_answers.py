"""What the composer starts with when one answers, forwards or resumes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from webmail.composing import answers
from webmail.composing.quoting import Manner
from webmail.message.readable import Attachment, Body, ReadableMessage
from webmail.syntax import addresses
from webmail.syntax.addresses import Address

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
    assert "Le 20 novembre 2026 à 10:30, Paul Auvray" in body


def test_a_forward_names_who_wrote_to_whom() -> None:
    body = answers.start("forward", MESSAGE, "Bonjour", OWN).body
    assert "Paul Auvray <paul.auvray@ac-normandie.fr>" in body
    assert '"Benali, Sofia" <sofia.benali@ac-normandie.fr>' in body
    assert body.endswith("Bonjour\n")


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


RICH = Manner()
HTML = """<div>Réservé<table bgcolor="#eeeeee"><tr><td>17 h</td></tr></table>
<img src="cid:plan@x"><img src="cid:unknown@x"><script>alert(1)</script></div>"""
RICH_MESSAGE = replace(
    MESSAGE,
    bodies=(Body("1", HTML, is_html=True),),
    attachments=(
        Attachment("2", "plan.png", "image/png", 10, content_id="plan@x"),
        Attachment("3", "notes.pdf", "application/pdf", 10),
    ),
)


def test_html_is_quoted_with_its_tables_and_its_pictures() -> None:
    start = answers.start("reply", RICH_MESSAGE, "Réservé 17 h", OWN, RICH)
    assert start.html is not None
    assert start.html.startswith("<div><br></div>")
    assert "a écrit\u00a0:</div><blockquote" in start.html
    assert '<table bgcolor="#eeeeee"><tbody><tr><td>17 h</td></tr></tbody></table>' in start.html
    assert '<img src="cid:plan@x">' in start.html
    assert [picture.section for picture in start.pictures] == ["2"]
    assert "script" not in start.html
    assert "> Réservé 17 h" in start.body


def test_a_plain_text_is_quoted_line_for_line_in_html() -> None:
    start = answers.start("reply", MESSAGE, "a < b\n\n> déjà\n>> plus tôt\nfin", OWN, RICH)
    assert start.html is not None
    shown = start.html.partition(" :</div>")[2] or start.html.partition("\u00a0:</div>")[2]
    assert shown.count("<blockquote") == shown.count("</blockquote>") == 3
    assert "<div>a &lt; b</div><div><br></div><blockquote" in shown


def test_who_writes_plain_text_gets_no_html() -> None:
    start = answers.start("reply", RICH_MESSAGE, "Réservé", OWN, Manner(is_rich=False))
    assert (start.html, start.pictures) == (None, ())


def test_who_writes_below_finds_the_room_below() -> None:
    start = answers.start("reply", MESSAGE, "Bonjour", OWN, Manner(writes_below=True))
    assert start.body.startswith("Le 20 novembre")
    assert start.body.endswith("> Bonjour\n\n")
    assert (start.html or "").endswith("</blockquote><div><br></div><div><br></div>")


def test_the_line_over_a_quote_speaks_the_language_one_chose() -> None:
    body = answers.start("reply", MESSAGE, "", OWN, Manner(language="en")).body
    assert "20 November 2026" in body


@pytest.mark.parametrize("mode", ["reply", "reply_all", "forward"])
def test_one_answers_from_the_address_that_was_written_to(mode: str) -> None:
    old = Address("", "Camille.Lefevre@ac-rouen.fr")
    message = replace(MESSAGE, to=(PAUL, old))
    assert answers.start(mode, message, "", OWN).sender == "camille.lefevre@ac-rouen.fr"
    assert answers.start(mode, replace(MESSAGE, to=(PAUL,)), "", OWN).sender == ""


def test_what_one_sent_is_answered_from_the_address_it_was_sent_from() -> None:
    old = Address("", "camille.lefevre@ac-rouen.fr")
    sent = ReadableMessage(from_=(old,), to=(CAMILLE, PAUL))
    start = answers.start("reply", sent, "", OWN)
    assert (start.sender, start.to) == (old.address, (PAUL,))


def test_a_note_to_oneself_is_answered_to_oneself() -> None:
    note = ReadableMessage(from_=(CAMILLE,), to=(CAMILLE,))
    assert answers.start("reply", note, "", OWN).to == (CAMILLE,)


def test_a_forward_shows_the_whole_heading_in_html_too() -> None:
    start = answers.start("forward", RICH_MESSAGE, "Réservé", OWN, RICH)
    assert "<div>De : Paul Auvray &lt;paul.auvray@ac-normandie.fr&gt;</div>" in (
        start.html or ""
    ).replace("\u00a0", " ")
    assert "<blockquote" not in (start.html or "")


def test_a_forward_as_an_attachment_quotes_nothing() -> None:
    start = answers.start("enclose", RICH_MESSAGE, "Réservé", OWN, RICH)
    assert (start.body, start.html, start.pictures) == ("", "", ())
    assert start.subject == "Tr: Sortie"


def test_a_message_written_anew_belongs_to_no_thread() -> None:
    start = answers.start("as_new", RICH_MESSAGE, "Réservé", OWN, RICH)
    assert (start.to, start.subject) == (RICH_MESSAGE.to, "Re: RE : Sortie")
    assert (start.in_reply_to, start.references) == ("", ())
    assert '<img src="cid:plan@x">' in (start.html or "")
