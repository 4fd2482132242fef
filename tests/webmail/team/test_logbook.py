"""The logbook of a shared mailbox: what pages write into it, and what those who manage the mailbox see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from mailboxes import logbook
from mailboxes.models import Deed, LogbookEntry, Mailbox, Right
from tests.mailboxes.delegating import granted
from tests.people import Academy, Person
from tests.webmail.team.test_logbook_programs import letters, shared
from tests.webmail.test_first_mail import browser_of
from webmail import imap
from webmail.models import Folder, IndexedMessage

pytestmark = pytest.mark.django_db(transaction=True)

INBOX, BIN = "INBOX", "Corbeille"


def inbox_of(mailbox: Mailbox) -> Folder:
    return Folder.objects.get(mailbox=mailbox, special_use="inbox")


def address(name: str, mailbox: Mailbox, uid: int = 1, *more: object) -> str:
    return reverse(name, args=[mailbox.pk, inbox_of(mailbox).pk, uid, *more])


def act(person: Person, mailbox: Mailbox, what: str, uid: int) -> None:
    url = reverse("act", args=[mailbox.pk, inbox_of(mailbox).pk])
    assert browser_of(person).post(url, {"action": what, "uid": uid}).status_code == 302


def deeds(mailbox: Mailbox, person: Person) -> list[tuple[str, ...]]:
    rows = LogbookEntry.objects.filter(mailbox=mailbox, person=person.user).order_by("at", "pk")
    return list(rows.values_list("deed", "folder", "target", "flag", "message_id"))


def page(person: Person, mailbox: Mailbox, **search: str | int) -> tuple[int, str]:
    answer = browser_of(person).get(reverse("logbook", args=[mailbox.pk]), search)
    return answer.status_code, answer.content.decode()


def test_who_read_and_filed_a_message_stands_there(academy: Academy) -> None:
    office = shared(academy, messages=2)
    camille = browser_of(academy.camille)
    for _again in range(2):
        assert camille.get(address("message", office)).status_code == 200
        assert camille.get(address("body_frame", office)).status_code == 200
    act(academy.camille, office, "star", 1)
    act(academy.camille, office, "delete", 2)
    assert deeds(office, academy.camille) == [
        (Deed.READ, INBOX, "", "", letters(1)),
        (Deed.MARKED, INBOX, "", "\\Flagged", letters(1)),
        (Deed.DELETED, INBOX, BIN, "", letters(2)),
    ]
    status, shown = page(academy.nadia, office)
    assert status == 200
    assert "Camille Lefèvre" in shown
    assert "a mis à la corbeille" in shown
    assert "Lettre 2" in shown


def test_what_leaves_as_a_file_stands_there(academy: Academy) -> None:
    office = shared(academy)
    camille = browser_of(academy.camille)
    for name in ("download", "source", "headers", "print"):
        answer = camille.get(address(name, office))
        assert answer.status_code == 200
    assert [it[0] for it in deeds(office, academy.camille)] == [Deed.SAVED, Deed.READ]


def test_to_take_back_a_deletion_stands_there_too(academy: Academy) -> None:
    office = shared(academy)
    camille = browser_of(academy.camille)
    url = reverse("act", args=[office.pk, inbox_of(office).pk])
    camille.post(url, {"action": "delete", "uid": 1})
    undo = camille.session["webmail.taking_back"]
    camille.post(reverse("take_back", args=[office.pk, undo[1]]))
    assert [it[0] for it in deeds(office, academy.camille)] == [Deed.DELETED, Deed.RESTORED]


def test_a_deleted_message_comes_back_to_where_it_was(academy: Academy) -> None:
    office = shared(academy)
    act(academy.camille, office, "delete", 1)
    nadia = browser_of(academy.nadia)
    entry = LogbookEntry.objects.get(deed=Deed.DELETED)
    assert "Restaurer" in page(academy.nadia, office)[1]
    url = reverse("logbook_restore", args=[office.pk])
    answer = nadia.post(url, {"entree": entry.pk, "recherche": "acte=deleted"}, follow=True)
    assert answer.redirect_chain[0][0].endswith("journal/?acte=deleted")
    assert IndexedMessage.objects.get(mailbox=office).folder == inbox_of(office)
    assert deeds(office, academy.nadia)[-1][:3] == (Deed.RESTORED, BIN, INBOX)
    again = nadia.post(url, {"entree": entry.pk}, follow=True)
    assert "n’est plus dans la corbeille" in again.content.decode()
    assert nadia.post(url, {"entree": "x"}).status_code == 404


def test_entries_are_found_by_person_act_day_and_conversation(academy: Academy) -> None:
    office = shared(academy, messages=2)
    browser_of(academy.camille).get(address("message", office, 1))
    browser_of(academy.nadia).get(address("message", office, 2))
    first = IndexedMessage.objects.get(mailbox=office, uid=1)
    today = timezone.localdate()

    def shows(**search: str | int) -> tuple[bool, bool]:
        text = page(academy.nadia, office, **search)[1]
        return "Lettre 1" in text, "Lettre 2" in text

    assert shows() == (True, True)
    assert shows(personne=academy.camille.user.pk) == (True, False)
    assert shows(acte=Deed.READ) == (True, True)
    assert shows(acte=Deed.ERASED) == (False, False)
    assert shows(conversation=first.conversation) == (True, False)
    assert shows(du=today.isoformat(), au=today.isoformat()) == (True, True)
    assert shows(au=(today - timedelta(days=1)).isoformat()) == (False, False)
    for wrong in ({"personne": "x"}, {"acte": "x"}, {"du": "x"}, {"conversation": "x"}):
        assert page(academy.nadia, office, **wrong)[0] == 400


def test_pages_go_on_where_the_last_one_ended(academy: Academy) -> None:
    office = shared(academy)
    now = timezone.now()
    person = academy.camille.user
    LogbookEntry.objects.bulk_create(
        LogbookEntry(
            mailbox=office, person=person, at=now, deed=Deed.MOVED, via="page", folder=f"Nº{n}."
        )
        for n in range(60)
    )
    shown = page(academy.nadia, office, acte=Deed.MOVED)[1]
    older = shown.partition("avant=")[2].partition('"')[0]
    rest = page(academy.nadia, office, acte=Deed.MOVED, avant=older)[1]
    seen = [[f"Nº{n}." in text for n in range(60)] for text in (shown, rest)]
    assert [sum(it) for it in seen] == [50, 10]
    assert all(one != other for one, other in zip(*seen, strict=True))


def test_the_logbook_as_a_file_runs_nothing_and_is_noted(academy: Academy) -> None:
    office = shared(academy)
    LogbookEntry.objects.create(
        mailbox=office,
        person=academy.camille.user,
        at=timezone.now(),
        deed=Deed.MOVED,
        via="page",
        folder="=1+1",
        message_id="+x@y",
    )
    answer = browser_of(academy.nadia).post(reverse("logbook_csv", args=[office.pk]))
    text = b"".join(answer).decode()
    assert "'=1+1" in text
    assert "'+x@y" in text
    assert "Lettre" not in text
    assert deeds(office, academy.nadia)[-1][0] == Deed.EXPORTED
    assert Entry.objects.filter(event="logbook_exported").count() == 1


def logbook_queries(person: Person, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        assert browser_of(person).get(url).status_code == 200
    said = [it["sql"] or "" for it in asked.captured_queries]  # None where PostgreSQL kept the plan
    return [sql[:6] for sql in said if "logbookentry" in sql]


def test_one_query_in_a_shared_mailbox_and_none_in_ones_own(academy: Academy) -> None:
    office = shared(academy)
    assert logbook_queries(academy.camille, address("message", office)) == ["INSERT"]
    mine = academy.camille.mailbox
    with imap.session(academy.camille.address, academy.camille.address) as mail:
        mail.append("INBOX", b"Subject: a soi\r\n\r\nBonjour", [])
    browser_of(academy.camille).get(reverse("mailbox", args=[mine.pk]), follow=True)
    assert logbook_queries(academy.camille, address("message", mine)) == []
    act(academy.camille, mine, "star", 1)
    assert not LogbookEntry.objects.filter(mailbox=mine).exists()


def test_a_right_given_and_taken_stands_there(academy: Academy) -> None:
    office = shared(academy)
    delegation = granted(academy.nadia, office, academy.bastien, Right.READ)
    nadia = browser_of(academy.nadia)
    url = reverse("shared_mailbox_revoke", args=[office.pk])
    nadia.post(url, {"acces": delegation.pk})
    shown = page(academy.nadia, office)[1]
    for words in ("a donné un accès", "a retiré un accès", "Bastien D’Aubigny"):
        assert words in shown


def test_who_does_not_manage_sees_no_logbook(academy: Academy) -> None:
    office = shared(academy, Right.SEND)
    assert page(academy.camille, office)[0] == page(academy.bastien, office)[0] == 404
    url = address("message", office)
    assert "Qui a lu" not in browser_of(academy.camille).get(url).content.decode()
    assert "Qui a lu" in browser_of(academy.nadia).get(url).content.decode()


def test_what_is_older_than_a_year_is_forgotten(academy: Academy) -> None:
    office = shared(academy)
    for days in (364, 366):
        LogbookEntry.objects.create(
            mailbox=office,
            at=timezone.now() - timedelta(days=days),
            deed=Deed.READ,
            via="page",
            folder=str(days),
        )
    logbook.forget_old()
    assert list(LogbookEntry.objects.filter(deed=Deed.READ).values_list("folder")) == [("364",)]


def test_the_activity_of_a_mailbox_in_figures(academy: Academy) -> None:
    office = shared(academy, messages=2)
    act(academy.camille, office, "todo", 1)
    answer = browser_of(academy.nadia).get(reverse("mailbox_activity", args=[office.pk]))
    assert answer.status_code == 200
    figures = answer.context["figures"]
    assert figures.inbox == 2
    assert [(it.name, it.conversations, it.share) for it in figures.labels[:2]] == [
        ("À traiter", 1, 50),
        ("En cours", 0, 0),
    ]
    assert "À traiter" in page(academy.nadia, office)[1]
    assert figures.weeks[-1].received + figures.weeks[-2].received == 2
    assert Client().get(reverse("mailbox_activity", args=[office.pk])).status_code == 302
