"""What a delegate's mail program does stands in the mailbox's logbook, told by the real Dovecot."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from mailboxes.models import Deed, LogbookEntry, Mailbox, Right
from tests.mail_programs import letter
from tests.mailboxes.delegating import granted, with_responsable
from tests.mailboxes.test_delegation_servers import place, program
from tests.people import Academy
from tests.servers import RUN
from tests.webmail.test_first_mail import browser_of
from webmail import imap
from webmail.models import IndexedMessage

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 10.0  # seconds
ACCESS = {Deed.GRANTED, Deed.NAMED}
ARCHIVE, BIN = "Archives", "Corbeille"


def shared(academy: Academy, right: Right = Right.WRITE, messages: int = 1) -> Mailbox:
    """The office with messages that the index knows; Camille was let in."""
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, right)
    with imap.session(academy.office_address, academy.office_address) as mail:
        for number in range(1, messages + 1):
            message = letter(academy.bastien.address, academy.office_address, f"Lettre {number}")
            message["Message-ID"] = f"<lettre{number}@ailleurs.fr>"
            mail.append("INBOX", message.as_bytes(), [])
    browser_of(academy.nadia).get(reverse("mailbox", args=[office.pk]), follow=True)
    assert IndexedMessage.objects.filter(mailbox=office).count() == messages
    return office


def told(office: Mailbox, number: int) -> list[tuple[str, ...]]:
    """Deed, where, where to, flag, Message-ID of what programs did, as soon as there is so much."""
    entries = LogbookEntry.objects.filter(mailbox=office, via="program").order_by("at", "pk")
    rows = entries.values_list("deed", "folder", "target", "flag", "message_id")
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and rows.all().count() < number:
        pass
    return list(rows.all())


def letters(number: int) -> str:
    return f"lettre{number}@ailleurs.fr"


def test_each_act_of_a_program_stands_there_once(live: str, academy: Academy) -> None:
    office = shared(academy, messages=4)
    camille = program(academy.camille)
    camille.select(place(academy))
    camille.fetch("1", "(BODY[])")
    camille.fetch("1", "(BODY[])")
    camille.store("1", "+FLAGS", "(\\Flagged)")
    camille.store("1", "-FLAGS", "(\\Flagged)")
    camille.store("2", "+FLAGS", "(\\Answered NonJunk)")
    camille.copy("3", place(academy, ARCHIVE))
    camille.uid("MOVE", "4", place(academy, BIN))
    assert sorted(told(office, 6)) == sorted(
        [
            (Deed.READ, "INBOX", "", "", letters(1)),
            (Deed.MARKED, "INBOX", "", "\\Flagged", letters(1)),
            (Deed.UNMARKED, "INBOX", "", "\\Flagged", letters(1)),
            (Deed.ANSWERED, "INBOX", "", "", letters(2)),
            (Deed.COPIED, "INBOX", ARCHIVE, "", letters(3)),
            (Deed.DELETED, "INBOX", BIN, "", letters(4)),
        ]
    )
    people = LogbookEntry.objects.filter(mailbox=office, via="program").values_list("person")
    assert set(people) == {(academy.camille.user.pk,)}


def test_a_program_that_copies_and_then_removes_has_moved(live: str, academy: Academy) -> None:
    office = shared(academy, messages=2)
    camille = program(academy.camille)
    camille.select(place(academy))
    camille.copy("1", place(academy, ARCHIVE))
    camille.store("1:2", "+FLAGS", "(\\Deleted)")
    camille.expunge()
    assert sorted(told(office, 3)) == sorted(
        [
            (Deed.MOVED, "INBOX", ARCHIVE, "", letters(1)),
            (Deed.DELETED, "INBOX", "", "\\Deleted", letters(2)),
            (Deed.ERASED, "INBOX", "", "", letters(2)),
        ]
    )


def test_who_may_only_read_leaves_a_trace_too(live: str, academy: Academy) -> None:
    office = shared(academy, Right.READ)
    camille = program(academy.camille)
    camille.select(place(academy), readonly=True)
    camille.fetch("1", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    camille.fetch("1", "(BODY.PEEK[])")
    assert told(office, 1) == [(Deed.READ, "INBOX", "", "", letters(1))]


def test_folders_and_new_messages_of_a_program(live: str, academy: Academy) -> None:
    office = shared(academy)
    camille = program(academy.camille)
    camille.create(place(academy, "Neuf"))
    camille.rename(place(academy, "Neuf"), place(academy, "Vieux"))
    camille.delete(place(academy, "Vieux"))
    camille.append(place(academy, "Envoy&AOk-s"), "", "", b"Message-ID: <sien@x>\r\n\r\nBonjour")
    assert sorted(told(office, 3)) == sorted(
        [
            (Deed.FOLDER_RENAMED, "Neuf", "Vieux", "", ""),
            (Deed.FOLDER_DELETED, "Vieux", "", "", ""),
            (Deed.SENT, "Envoyés", "", "", "sien@x"),
        ]
    )


def test_neither_ones_own_mailbox_nor_what_pages_did_is_told_of(
    live: str, academy: Academy
) -> None:
    office = shared(academy)
    camille = program(academy.camille)
    camille.append("INBOX", "", "", b"Subject: a soi\r\n\r\nBonjour")
    camille.select("INBOX")
    camille.fetch("1", "(BODY[])")
    camille.store("1", "+FLAGS", "(\\Flagged)")
    inbox = IndexedMessage.objects.get(mailbox=office).folder
    page = reverse("message", args=[office.pk, inbox.pk, 1])
    assert browser_of(academy.camille).get(page).status_code == 200
    camille.select(place(academy))
    camille.store("1", "+FLAGS", "(\\Flagged)")
    assert told(office, 1) == [(Deed.MARKED, "INBOX", "", "\\Flagged", letters(1))]
    pages = LogbookEntry.objects.filter(via="page").exclude(deed__in=ACCESS)
    assert [(it.deed, it.mailbox) for it in pages] == [(Deed.READ, office)]


def test_what_is_done_while_the_site_is_away_comes_later(live: str, academy: Academy) -> None:
    office = shared(academy, messages=2)
    camille = program(academy.camille)
    camille.select(place(academy))
    with RUN.without("web"):
        camille.store("1", "+FLAGS", "(\\Flagged)")
    again = program(academy.camille)
    again.select(place(academy))
    deadline = time.monotonic() + 2 * PATIENCE  # Dovecot spares a site that was away
    late = (Deed.MARKED, "INBOX", "", "\\Flagged", letters(1))
    while late not in told(office, 0) and time.monotonic() < deadline:
        again.store("2", "+FLAGS", "(\\Flagged)")
        again.store("2", "-FLAGS", "(\\Flagged)")
    assert told(office, 0).count(late) == 1


def test_only_dovecot_may_tell(academy: Academy) -> None:
    url = reverse("acts_of_programs")
    assert Client().post(url, b"{}", content_type="application/x-ndjson").status_code == 404
    assert Client().get(url).status_code == 405
