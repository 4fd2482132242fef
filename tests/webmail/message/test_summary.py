"""What the index keeps of a header block."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webmail.message.summary import MAX_IDENTIFIERS, Summary, folded, hashed, summarise
from webmail.syntax import addresses, headers
from webmail.syntax.addresses import Address

CORPUS = Path(__file__).parents[2] / "corpus" / "mime"
BLOCKS = [
    (raw := file.read_bytes())[: headers.body_start(raw)] for file in sorted(CORPUS.glob("*.eml"))
]


def with_care(block: bytes) -> dict[str, object]:
    """The same facts from the careful readers."""
    fields = headers.split(block)
    people = [addresses.parse(fields.first(name) or b"") for name in ("from", "to", "cc")]
    return {
        "subject": fields.text("subject") or "",
        "sender": (people[0] or (Address("", ""),))[0],
        "recipients": (people[1] + people[2])[:100],
        "sent_at": headers.date(fields.first("date")),
        "message_id": "".join(headers.identifiers(fields.first("message-id"))[:1])[:1000],
    }


def told(summary: Summary) -> dict[str, object]:
    return {
        "subject": summary.subject,
        "sender": summary.sender,
        "recipients": summary.recipients,
        "sent_at": summary.sent_at,
        "message_id": summary.message_id,
    }


@pytest.mark.parametrize("block", BLOCKS)
def test_the_short_cut_says_what_the_careful_readers_say(block: bytes) -> None:
    assert told(summarise(block)) == with_care(block)


FIELDS = st.lists(
    st.tuples(
        st.sampled_from([b"From", b"To", b"Subject", b"Date", b"Message-ID", b"References", b"X"]),
        st.text("ab\"<>@.,;: =?utf-8Q_()\r\n\t\\é+0139'-[]", max_size=40).map(str.encode),
    ),
    max_size=6,
).map(lambda fields: b"".join(b"%b: %b\r\n" % field for field in fields))


@given(FIELDS | st.binary(max_size=200))
def test_the_short_cut_says_it_of_anything(block: bytes) -> None:
    summary = summarise(block)
    assert told(summary) == with_care(block)
    str(summary).encode()


ENCODED_WORD = st.from_regex(
    r"[Rr:= ]{0,4}=\?(utf|UTF)-8\?[qQbB]\?[ =Cc3Aa9F_?a-]{0,12}\?=[ =a]{0,2}", fullmatch=True
)


@given(ENCODED_WORD)
def test_the_short_cut_says_it_of_encoded_words(subject: str) -> None:
    block = f"Subject: {subject}\r\n".encode()
    assert told(summarise(block)) == with_care(block)


def test_identifiers_are_the_own_one_and_those_it_answers() -> None:
    block = b"Message-ID: <c@x>\r\nIn-Reply-To: <b@x>\r\nReferences: <a@x>\r\n <b@x>\r\n"
    assert summarise(block).identifiers == (hashed("c@x"), hashed("a@x"), hashed("b@x"))


def test_a_message_without_message_id_has_none() -> None:
    assert summarise(b"Subject: x\r\n").identifiers == (0,)


def test_of_a_thousand_references_the_first_and_the_latest_stay() -> None:
    names = " ".join(f"<{number}@x>" for number in range(1000))
    found = summarise(f"Message-ID: <m@x>\r\nReferences: {names}\r\n".encode()).identifiers
    assert len(found) == MAX_IDENTIFIERS
    assert found[1] == hashed("0@x")
    assert found[-1] == hashed("999@x")


@pytest.mark.parametrize(
    "subject", ["Réunion", "Re: Réunion", "RE : RE: réunion", "TR: Réunion", "Re[2]: Aw: REUNION"]
)
def test_answers_have_the_subject_of_what_they_answer(subject: str) -> None:
    block = f"From: a@x.fr\r\nTo: b@x.fr\r\nSubject: {subject}\r\n".encode()
    summary = summarise(block)
    assert summary.subject_key == "reunion"
    answer = b"From: b@x.fr\r\nTo: A@x.fr\r\nSubject: Reunion\r\n"
    assert summary.guess_key == summarise(answer).guess_key


@pytest.mark.parametrize(
    "other",
    [
        b"From: a@x.fr\r\nTo: c@x.fr\r\nSubject: Notes\r\n",
        b"From: a@x.fr\r\nTo: b@x.fr\r\nSubject: Autres notes\r\n",
        b"From: a@x.fr\r\nTo: b@x.fr\r\nSubject: Notes\r\nReferences: <a@x>\r\n",
        b"From: a@x.fr\r\nTo: b@x.fr\r\nSubject: Re:\r\n",
        b"Subject: Notes\r\n",
    ],
)
def test_other_people_or_another_subject_are_no_guess(other: bytes) -> None:
    one = summarise(b"From: a@x.fr\r\nTo: b@x.fr\r\nSubject: Notes\r\n").guess_key
    assert one != 0
    assert summarise(other).guess_key != one


def test_the_usual_date_is_read_in_utc() -> None:
    block = b"Date: Tue, 3 Mar 2026 09:05:07 +0130\r\n"
    assert summarise(block).sent_at == datetime(2026, 3, 3, 7, 35, 7, tzinfo=UTC)


def test_keys_sort_without_case_or_accents() -> None:
    assert folded("Éric Dûpont") == "eric dupont"
