"""Addresses as they are pasted from everywhere, and what is said of those that are none."""

import json
import time

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from tests.people import Academy
from tests.webmail.sync.indexing import quoted, synced
from tests.webmail.test_first_mail import browser_of, letter, put
from webmail.composing import recipients
from webmail.composing.recipients import MAX_RECIPIENTS

PASTED = {
    "Outlook": "Benali, Sofia <sofia@x.fr>; 'Paul Auvray' <paul@x.fr>; 'anne@x.fr'",
    "semicolons": "sofia@x.fr;paul@x.fr ;anne@x.fr;",
    "lines": "sofia@x.fr\r\npaul@x.fr\n\nanne@x.fr\n",
    "spaces": "sofia@x.fr paul@x.fr\tanne@x.fr",
    "a spreadsheet": "Sofia Benali\tsofia@x.fr\nPaul Auvray\tpaul@x.fr\nAnne\tanne@x.fr",
    "names above addresses": "Sofia Benali\n<sofia@x.fr>\nPaul\n<paul@x.fr>\nanne@x.fr",
    "a web page": "Sofia Benali (sofia@x.fr), Paul [paul@x.fr], <mailto:anne@x.fr>",
    "no separator": "Sofia <sofia@x.fr> Paul <paul@x.fr>Anne <anne@x.fr>",
    "a group": "Équipe 4e B: sofia@x.fr, Paul <paul@x.fr>; anne@x.fr",
    "twice the same": "sofia@x.fr, SOFIA@x.fr, paul@x.fr, anne@x.fr, Paul <paul@x.fr>",
}  # fmt: skip


@pytest.mark.parametrize("pasted", PASTED.values(), ids=PASTED)
def test_lists_are_read_however_they_were_copied(pasted: str) -> None:
    found = recipients.read(pasted)
    assert [person.address for person in found] == ["sofia@x.fr", "paul@x.fr", "anne@x.fr"]
    assert not any(person.error for person in found)


def test_two_hundred_addresses_are_read_at_once() -> None:
    pasted = "\n".join(f"Élève {n}, Prénom <p{n}@x.fr>" for n in range(200))
    found = recipients.read(pasted)
    assert len(found) == 200
    assert found[7].name == "Élève 7, Prénom"


def test_what_is_no_address_stands_among_the_others_with_its_reason() -> None:
    good, wrong, last = recipients.read("sofia@x.fr; paul; anne@x.fr")
    assert (good.error, last.error) == ("", "")
    assert "paul" in wrong.error


@pytest.mark.parametrize("address", ["rené@x.fr", "用户@x.fr", "ζωή@x.fr"])
def test_an_address_in_any_alphabet_is_one(address: str) -> None:
    (person,) = recipients.read(address)
    assert (person.address, person.error) == (address, "")


def test_a_letter_that_only_looks_like_another_is_refused() -> None:
    (person,) = recipients.read("ﬁn@x.fr")
    assert person.error


def test_who_is_outside_the_academy_can_be_told() -> None:
    inside, outside = recipients.read("a@ac-normandie.fr, a@x.fr")
    assert (inside.is_external, outside.is_external) == (False, True)


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for person in recipients.read(text):
        assert person.error or "@" in person.address


@pytest.mark.parametrize("piece", ["a@", "<a@b>", "'a@b' ", "(a@b", "[a@b ", '"', "a@b ", "\n<"])
def test_a_bomb_of_addresses_is_read_in_no_time(piece: str) -> None:
    started = time.process_time()
    recipients.read(piece * (recipients.MAX_TEXT // len(piece)))
    assert time.process_time() - started < 3


@pytest.mark.django_db(transaction=True)
def test_the_page_learns_how_each_recipient_looks(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = reverse("recipients", args=[academy.camille.mailbox.pk])
    answer = client.post(url, {"text": "Sofia Benali <sofia@x.fr>, paul"})
    sofia, paul = json.loads(answer.content)
    assert sofia == {
        "name": "Sofia Benali",
        "address": "sofia@x.fr",
        "initials": "SB",
        "hue": sofia["hue"],
        "external": True,
        "error": "",
        "written": "Sofia Benali <sofia@x.fr>",
    }
    assert "paul" in paul["error"]
    assert client.get(url).status_code == 405


@pytest.mark.django_db(transaction=True)
def test_only_who_may_write_from_a_mailbox_asks_there(academy: Academy) -> None:
    client = browser_of(academy.camille)
    theirs = reverse("recipients", args=[academy.nadia.mailbox.pk])
    assert client.post(theirs, {"text": "a@x.fr"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_page_is_told_of_as_many_as_may_receive_and_one_more(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = reverse("recipients", args=[academy.camille.mailbox.pk])
    crowd = ",".join(f"p{n}@x.fr" for n in range(2000))
    assert len(json.loads(client.post(url, {"text": crowd}).content)) == MAX_RECIPIENTS + 1


@pytest.mark.django_db(transaction=True)
def test_those_one_wrote_to_are_proposed_before_those_who_wrote(academy: Academy) -> None:
    camille = academy.camille
    sent = letter(camille, academy.nadia, "Sortie")
    sent.replace_header("To", "Paul Auvray <paul@x.fr>, Patrick Pagny <patrick@x.fr>, b@x.fr")
    put(camille, sent, quoted("Envoyés").strip('"'))
    received = letter(academy.nadia, camille, "Bonjour")
    received.replace_header("From", "Paule Noël <paule@x.fr>")
    put(camille, received)
    client = browser_of(camille)
    synced(camille)
    url = reverse("completion", args=[camille.mailbox.pk])
    found = json.loads(client.get(url, {"q": "pau"}).content)
    assert [person["address"] for person in found] == ["paul@x.fr", "paule@x.fr"]
    assert json.loads(client.get(url, {"q": "zzz"}).content) == []
    theirs = reverse("completion", args=[academy.nadia.mailbox.pk])
    assert client.get(theirs, {"q": "pau"}).status_code == 404
