"""A conversation in one pane: which messages are unfolded, and what of them is fetched."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from asgiref.sync import async_to_sync
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from tests.people import Academy, Person
from tests.webmail.lists.test_acting import folder, on_server, opened, rows
from tests.webmail.sync.indexing import message, program, synced
from tests.webmail.test_first_mail import browser_of
from webmail import imap
from webmail.models import IndexedMessage, Preferences

pytestmark = pytest.mark.django_db(transaction=True)

PART = {"X-Pli-Part": "message"}


def talk(person: Person, *, flags: str = "\\Seen") -> tuple[Client, str]:
    """A question, the person's own answer in Sent, thanks; all read unless `flags` says otherwise."""
    with program(person) as imap_program:
        imap_program.put(message("Sortie", own="1@x", text="Qui vient ?"), flags=flags, days_ago=3)
        own = message("Re: Sortie", own="2@x", answers=["1@x"], sender=person.address, text="Moi.")
        imap_program.put(own, folder="Envoyés", flags="\\Seen", days_ago=2)
        thanks = message("Re: Sortie", own="3@x", answers=["1@x", "2@x"], text="Merci !")
        imap_program.put(thanks, flags=flags, days_ago=1)
    return opened(person)


@contextmanager
def round_trips(person: Person) -> Iterator[list[int]]:
    """How many the block needs; the pool gives pages the connection that was used last."""
    counted: list[int] = []
    with imap.session(person.address, person.address) as mail:
        before = mail.round_trips
    yield counted
    with imap.session(person.address, person.address) as mail:
        counted.append(mail.round_trips - before)


def shown(client: Client, url: str) -> list[tuple[str, bool]]:
    """The sender's or the folder's word and whether it is folded, in order."""
    entries = client.get(url).context["conversation"].entries
    return [(it.url.split("/")[4], it.is_folded) for it in entries]


def test_read_messages_are_folded_and_sent_ones_stand_in_their_place(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    inbox, sent = (str(folder(academy.camille, use).pk) for use in ("inbox", "sent"))
    assert shown(client, row.url) == [(inbox, True), (sent, True), (inbox, False)]
    page = client.get(row.url).content.decode()
    assert "Merci !" in page
    assert 'dir="auto">Qui vient' in page  # its first words, in a line


def test_only_what_is_unfolded_is_fetched(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    with round_trips(academy.camille) as counted:
        client.get(row.url)
    assert counted == [1]
    with round_trips(academy.camille) as counted:
        whole = client.get(client.get(row.url).context["conversation"].unfold_url)
    assert counted == [1 + 2]  # the page, then INBOX and Sent
    assert [it.is_folded for it in whole.context["conversation"].entries] == [False] * 3
    assert all(text in whole.content.decode() for text in ("Qui vient ?", "Moi.", "Merci !"))


def test_what_is_unread_is_unfolded_and_then_read(academy: Academy) -> None:
    client, url = talk(academy.camille, flags="")
    (row,) = rows(client, url).values()
    assert [folded for _folder, folded in shown(client, row.url)] == [False, True, False]
    assert [folded for _folder, folded in shown(client, row.url)] == [True, True, False]


def test_an_earlier_message_is_opened_beside_the_latest_one(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    first = client.get(row.url).context["conversation"].entries[0]
    page = client.get(first.url)
    assert [it.is_folded for it in page.context["conversation"].entries] == [False, True, False]
    question = page.context["reading"]
    assert "Qui vient ?" in question.body.text_html
    assert client.get(question.reply_url).context["form"]["body"].value().count("Qui vient ?") == 1


def test_a_script_unfolds_one_message_in_one_round_trip(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    line = client.get(row.url).context["conversation"].entries[1]
    with round_trips(academy.camille) as counted:
        part = client.get(line.url, headers=PART).content.decode()
    assert counted == [1]
    assert "Moi." in part
    assert "Merci" not in part
    assert "<html" not in part


def test_the_list_of_single_messages_shows_single_messages(academy: Academy) -> None:
    Preferences.objects.create(person=academy.camille.user, by_conversation=False)
    client, url = talk(academy.camille)
    found = rows(client, url)
    page = client.get(found["Sortie"].url)
    pane = page.context["conversation"]
    assert [it.subject for it in pane.entries] == ["Sortie"]
    assert pane.picked == ("uid", str(page.context["reading"].uid))
    assert len(client.get(pane.unfold_url).context["conversation"].entries) == 3


def test_the_bar_acts_on_all_messages_of_the_conversation_here(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    page = client.get(row.url)
    name, value = page.context["conversation"].picked
    form = {"action": "archive", name: value, "ouvert": page.context["conversation"].key}
    left = client.post(page.context["act_url"], form)
    assert left.headers["Location"] == url
    assert (on_server(academy.camille, "INBOX"), on_server(academy.camille, "Archives")) == (0, 2)
    assert on_server(academy.camille, "Envoyés") == 1


def test_one_message_of_a_conversation_is_deleted_beside_the_others(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    whole = client.get(client.get(row.url).context["conversation"].unfold_url)
    question = whole.context["conversation"].entries[0]
    form = {"action": "delete", "uid": question.uid, "retour": row.url}
    answer = client.post(question.act_url, form)
    assert answer.headers["Location"] == row.url
    assert (on_server(academy.camille, "INBOX"), on_server(academy.camille, "Corbeille")) == (1, 1)
    assert len(client.get(row.url).context["conversation"].entries) == 2
    form = {
        "action": "unread",
        "uid": client.get(row.url).context["reading"].uid,
        "retour": row.url,
    }
    assert client.post(question.act_url, form).headers["Location"] == url
    abroad = {"action": "read", "uid": form["uid"], "retour": "https://ailleurs.example/"}
    assert client.post(question.act_url, abroad).headers["Location"].startswith("/courriel/")


def test_a_message_that_went_meanwhile_is_a_line_again(academy: Academy) -> None:
    client, url = talk(academy.camille, flags="")
    (row,) = rows(client, url).values()
    with program(academy.camille) as imap_program:
        imap_program.select()
        imap_program.uid("store", "1", "+FLAGS", "\\Deleted")
        imap_program.do("expunge")
    page = client.get(row.url)
    assert [it.is_folded for it in page.context["conversation"].entries] == [True, True, False]


@pytest.mark.parametrize(("chosen", "is_read"), [("0", True), ("3", False), ("jamais", False)])
def test_a_message_counts_as_read_when_one_wishes(
    academy: Academy, chosen: str, *, is_read: bool
) -> None:
    client, url = talk(academy.camille, flags="")
    form = {"density": "compact", "pane": "right", "list_width": "26", "read_after": chosen}
    form["by_conversation"] = "on"
    client.post(reverse("preferences"), form)
    (row,) = rows(client, url).values()
    page = client.get(row.url)
    synced(academy.camille)
    unread = IndexedMessage.objects.filter(mailbox=academy.camille.mailbox, seen=False)
    assert unread.exists() is not is_read
    assert ("read" in page.context["conversation"].actions) is not is_read
    later = page.context["reading"].mark_later
    assert (later.seconds if later else None) == (3 if chosen == "3" else None)
    if later:
        assert client.post(later.url).status_code == 204
        assert unread.count() == 1


def test_all_headers_are_on_a_page_of_their_own(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    page = client.get(client.get(row.url).context["reading"].headers_url)
    fields = {field.name: field.value for field in page.context["fields"]}
    assert fields["References"] == "<1@x> <2@x>"
    assert "Received" not in fields


def test_a_message_is_downloaded_as_it_is(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    file = client.get(client.get(row.url).context["reading"].download_url)
    assert async_to_sync(octets)(file) == message(
        "Re: Sortie", own="3@x", answers=["1@x", "2@x"], text="Merci !"
    )
    assert file.headers["Content-Type"] == "message/rfc822"
    assert 'filename="Re' in file.headers["Content-Disposition"]


async def octets(file: HttpResponseBase) -> bytes:
    assert isinstance(file, StreamingHttpResponse)
    return b"".join([piece async for piece in file])


def test_none_of_it_is_for_strangers(academy: Academy) -> None:
    client, url = talk(academy.camille)
    (row,) = rows(client, url).values()
    reading = client.get(row.url).context["reading"]
    stranger = browser_of(academy.bastien)
    for page in (row.url, reading.headers_url, reading.download_url):
        assert stranger.get(page).status_code == 404
        assert stranger.get(page, headers=PART).status_code == 404
    later = row.url.partition("?")[0] + "lu/"
    assert stranger.post(later).status_code == 404
