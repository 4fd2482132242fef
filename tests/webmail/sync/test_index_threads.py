"""Conversations: what belongs together, whatever the order in which it comes."""

import json
from itertools import permutations

import pytest

from tests.people import Academy, Person
from tests.webmail.sync.indexing import Program, message, messages, program, rows, synced
from webmail.models import IndexedMessage

pytestmark = pytest.mark.django_db(transaction=True)

NADIA, CAMILLE = "Nadia <nadia@ac-normandie.fr>", "Camille <camille@ac-normandie.fr>"


def conversations(person: Person) -> list[set[str]]:
    """Identifiers of the messages of each conversation."""
    found: dict[int, set[str]] = {}
    for it in IndexedMessage.objects.filter(mailbox=person.mailbox):
        found.setdefault(it.conversation, set()).add(it.message_id)
    return sorted(found.values(), key=sorted)


def arrive(
    person: Person, mail: Program, *raws: bytes, folder: str = "INBOX", days_ago: float = 0
) -> None:
    """Each is in the index before the next one comes."""
    for raw in raws:
        mail.put(raw, folder, days_ago=days_ago)
        synced(person)


ORDERS = list(permutations(range(4)))[::5]


@pytest.mark.parametrize("order", ORDERS)
def test_answers_join_what_they_answer_in_any_order(
    academy: Academy, order: tuple[int, ...]
) -> None:
    letters = [
        message("Sortie", own="a@x"),
        message("Re: Sortie", own="b@x", answers=["a@x"]),
        message("Autre titre", own="c@x", answers=["b@x"]),
        message("Sortie", own="d@x", answers=["a@x", "z@x"], to="autre@ac-normandie.fr"),
    ]
    with program(academy.camille) as mail:
        arrive(academy.camille, mail, *(letters[at] for at in order))
    assert conversations(academy.camille) == [{"a@x", "b@x", "c@x", "d@x"}]
    assert [row.messages for row in rows(academy.camille)] == [4]


def test_two_answers_to_a_message_that_is_not_here_are_one_conversation(academy: Academy) -> None:
    with program(academy.camille) as mail:
        arrive(
            academy.camille,
            mail,
            message("Re: Projet", own="b@x", answers=["absent@x"], sender=NADIA),
            message("TR: Budget", own="c@x", answers=["absent@x"], sender=CAMILLE),
        )
    assert conversations(academy.camille) == [{"b@x", "c@x"}]


def test_a_late_message_makes_two_conversations_one(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        arrive(camille, mail, message("Un", own="a@x"), message("Deux", own="b@x"))
        assert len(rows(camille)) == 2
        arrive(camille, mail, message("Trois", own="c@x", answers=["a@x", "b@x"]))
    assert conversations(camille) == [{"a@x", "b@x", "c@x"}]
    assert [row.messages for row in rows(camille)] == [3]


def test_a_conversation_goes_across_folders_and_each_list_shows_its_part(
    academy: Academy,
) -> None:
    camille = academy.camille
    with program(camille) as mail:
        sent = next(it for it in synced(camille).folders if it.special_use == "sent").name
        arrive(camille, mail, message("Sortie", own="a@x", sender=NADIA), days_ago=2)
        answer = message("Re: Sortie", own="b@x", answers=["a@x"], sender=CAMILLE)
        arrive(camille, mail, answer, folder=sent, days_ago=1)
        arrive(camille, mail, message("Re: Sortie", own="c@x", answers=["b@x"], sender=NADIA))
    row = rows(camille).get()
    assert (row.messages, row.total) == (2, 3)
    assert json.loads(row.participants) == [
        ["Nadia", "nadia@ac-normandie.fr", 2],
        ["Camille", "camille@ac-normandie.fr", 1],
    ]
    assert [(it.messages, it.total) for it in rows(camille, "sent")] == [(1, 3)]


def test_what_lies_in_the_bin_is_not_counted_elsewhere(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        trash = next(it for it in synced(camille).folders if it.special_use == "trash").name
        arrive(camille, mail, message("Sortie", own="a@x"))
        arrive(camille, mail, message("Re: Sortie", own="b@x", answers=["a@x"]), folder=trash)
    assert [row.total for row in rows(camille)] == [1]
    assert [row.total for row in rows(camille, "trash")] == [2]


def test_a_message_to_oneself_is_counted_once(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        sent = next(it for it in synced(camille).folders if it.special_use == "sent").name
        arrive(camille, mail, message("Note", own="a@x"))
        arrive(camille, mail, message("Note", own="a@x"), folder=sent)
    assert [row.total for row in rows(camille)] == [1]


def test_the_same_subject_among_the_same_people_within_thirty_days_is_one_conversation(
    academy: Academy,
) -> None:
    camille = academy.camille
    with program(camille) as mail:
        first = message("Réunion", own="a@x", sender=NADIA, to=CAMILLE)
        arrive(camille, mail, first.replace("é".encode(), b"e"), days_ago=20)
        answer = message("RE : Reunion", own="b@x", sender=CAMILLE, to=NADIA)
        arrive(camille, mail, answer, days_ago=10)
        other = message("Reunion", own="c@x", sender="paul@ac-normandie.fr", to=CAMILLE)
        arrive(camille, mail, other)
        arrive(camille, mail, message("Reunion", own="d@x", sender=NADIA, to=CAMILLE), days_ago=60)
    assert conversations(camille) == [{"a@x", "b@x"}, {"c@x"}, {"d@x"}]


def test_messages_of_one_batch_are_guessed_alike(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        for own, days_ago in (("a@x", 50), ("b@x", 49), ("c@x", 2), ("d@x", 0)):
            mail.put(message("Bulletin", own=own), days_ago=days_ago)
    synced(camille)
    assert conversations(camille) == [{"a@x", "b@x"}, {"c@x", "d@x"}]


def test_a_message_that_answers_another_never_joins_by_its_subject(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        arrive(camille, mail, message("Sortie", own="a@x"))
        arrive(camille, mail, message("Sortie", own="b@x", answers=["absent@x"]))
    assert conversations(camille) == [{"a@x"}, {"b@x"}]


def test_late_mail_takes_a_guessed_message_to_where_it_belongs(academy: Academy) -> None:
    """And the answers to it, while what it was only guessed to belong to stays."""
    camille = academy.camille
    with program(camille) as mail:
        arrive(camille, mail, message("Sortie", own="a@x"), message("Sortie", own="b@x"))
        arrive(camille, mail, message("Re: Sortie", own="c@x", answers=["b@x"]))
        assert conversations(camille) == [{"a@x", "b@x", "c@x"}]
        arrive(camille, mail, message("Budget", own="z@x"))
        arrive(camille, mail, message("Re: Budget", own="d@x", answers=["z@x", "b@x"]))
    assert conversations(camille) == [{"a@x"}, {"b@x", "c@x", "d@x", "z@x"}]
    assert sorted(row.messages for row in rows(camille)) == [1, 4]


def test_messages_with_one_identifier_or_none_are_all_kept(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        for number in range(3):
            mail.put(message(f"Numérisation {number}".replace("é", "e"), own="scan@x"))
            mail.put(message(f"Sans {number}", sender=f"p{number}@x.fr"))
    synced(camille)
    assert messages(camille).count() == 6
    assert sorted(row.messages for row in rows(camille)) == [1, 1, 1, 3]


def test_a_conversation_ends_with_its_last_message(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        arrive(camille, mail, message("Un", own="a@x"))
        mail.select()
        mail.uid("store", "1", "+FLAGS", "(\\Deleted)")
        mail.do("expunge")
        synced(camille)
        assert not rows(camille)
        arrive(camille, mail, message("Deux", own="b@x", answers=["a@x"]))
    assert conversations(camille) == [{"b@x"}]


@pytest.mark.parametrize(
    "raw",
    [
        b"\r\n",
        b"From\r\n\r\nx",
        b'From: <\r\nTo: "\r\nSubject: =?utf-8?b?////?=\r\nDate: hier\r\n\r\n',
        b"From: a@b\0c\r\nSubject: x\0y\xff\xfe\r\nMessage-ID: <>\r\nReferences: <\r\n\r\n",
        b"Subject: " + b"x" * 20_000 + b"\r\n\r\n",
        b"Message-ID: <" + b"y" * 5_000 + b"@x>\r\n\r\n",
    ],
)
def test_a_broken_message_is_in_the_index_too(academy: Academy, raw: bytes) -> None:
    with program(academy.camille) as mail:
        if b"\0" in raw:
            raw = raw.replace(b"\0", b"\x01")  # IMAP carries no NUL
        mail.put(raw)
    synced(academy.camille)
    assert rows(academy.camille).count() == 1
