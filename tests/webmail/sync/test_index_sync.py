"""The index follows the server: what comes, changes and goes."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.people import Academy
from tests.webmail.sync.indexing import folder_of, message, messages, program, rows, session, synced
from webmail import sync
from webmail.models import Folder, IndexedMessage, MailboxIndex
from webmail.sync import lease
from webmail.sync.checking import inconsistencies

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_is_in_the_index_with_all_that_a_list_shows(academy: Academy) -> None:
    camille = academy.camille
    raw = message("=?utf-8?q?R=C3=A9union?=", own="a@x", sender="Éva <eva@loin.example>")
    with program(camille) as mail:
        mail.put(raw, flags="(\\Flagged projet $Forwarded)")
    outcome = synced(camille)
    assert outcome.complete
    found = messages(camille).get()
    assert (found.subject, found.subject_key) == ("Réunion", "reunion")
    assert (found.sender_name, found.sender_address) == ("Éva", "eva@loin.example")
    assert found.recipients == "<camille@ac-normandie.fr>"
    assert found.message_id == "a@x"
    assert found.snippet == "Bonjour à tous."
    assert found.size == len(raw)
    assert found.keywords == " $Forwarded projet "
    assert (found.seen, found.flagged, found.forwarded) == (False, True, True)
    assert found.is_external
    assert not found.has_attachments
    row = rows(camille).get()
    assert json.loads(row.participants) == [["Éva", "eva@loin.example", 1]]
    assert (row.messages, row.total, row.unread, row.flagged) == (1, 1, 1, 1)
    assert row.snippet == "Bonjour à tous."


def test_flags_and_keywords_set_elsewhere_are_taken_over(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        mail.put(message("un"))
        mail.put(message("deux"))
        synced(camille)
        mail.select()
        mail.uid("store", "1", "+FLAGS", "(\\Seen projet)")
        outcome = synced(camille)
    assert outcome.changed == {folder_of(camille, "inbox").pk}
    one, two = messages(camille)
    assert (one.seen, one.keywords) == (True, " projet ")
    assert not two.seen
    assert [row.unread for row in rows(camille).order_by("last_uid")] == [0, 1]


def test_what_was_removed_is_gone_from_the_index(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        for number in range(5):
            mail.put(message(f"n° {number}".encode().decode("latin-1")))
        synced(camille)
        mail.select()
        mail.uid("store", "2:3", "+FLAGS", "(\\Deleted)")
        mail.do("expunge")
        synced(camille)
    assert [it.uid for it in messages(camille)] == [1, 4, 5]
    assert folder_of(camille, "inbox").indexed == 3


def test_many_new_flags_take_as_many_queries_as_one(academy: Academy) -> None:
    camille = academy.camille
    counts = []
    with program(camille) as mail:
        for number in range(30):
            mail.put(message(f"sujet {number}", own=f"{number}@x"))
        synced(camille)
        mail.select()
        for uids in ("1", "2:30"):
            mail.uid("store", uids, "+FLAGS", "(\\Seen)")
            with session(camille) as server, CaptureQueriesContext(connection) as few:
                sync.sync(server, camille.mailbox)
            counts.append(len(few))
    assert not messages(camille).filter(seen=False).exists()
    assert counts[0] == counts[1]


def test_a_folder_with_a_new_uidvalidity_is_read_anew(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        mail.do("create", "Projets")
        mail.put(message("ancien"), "Projets")
        synced(camille)
        old = folder_of(camille, "Projets")
        mail.do("delete", "Projets")
        mail.do("create", "Projets")
        mail.put(message("nouveau"), "Projets")
        synced(camille)
    assert folder_of(camille, "Projets").pk != old.pk
    assert [it.subject for it in messages(camille, "Projets")] == ["nouveau"]
    assert not IndexedMessage.objects.filter(mailbox=camille.mailbox, folder=old.pk).exists()


def test_a_renamed_folder_keeps_its_messages_and_its_place(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        mail.do("create", "Projets")
        mail.do("create", "Projets/Voyage")
        mail.put(message("un"), "Projets/Voyage")
        synced(camille)
        before = folder_of(camille, "Projets/Voyage").pk
        mail.do("rename", "Projets", "Anciens")
        synced(camille)
    assert folder_of(camille, "Anciens/Voyage").pk == before
    assert [it.subject for it in messages(camille, "Anciens/Voyage")] == ["un"]


def test_a_deleted_folder_leaves_nothing_behind(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        mail.do("create", "Projets")
        mail.put(message("un"), "Projets")
        synced(camille)
        mail.do("delete", "Projets")
        synced(camille)
    assert not IndexedMessage.objects.filter(mailbox=camille.mailbox).exists()
    assert not Folder.objects.filter(mailbox=camille.mailbox, name="Projets").exists()


def test_a_mailbox_where_nothing_happened_costs_three_queries_and_one_round_trip(
    academy: Academy,
) -> None:
    synced(academy.camille)
    with session(academy.camille) as mail, CaptureQueriesContext(connection) as few:
        before = mail.round_trips
        outcome = sync.sync(mail, academy.camille.mailbox)
        assert mail.round_trips - before == 1
    assert outcome.complete
    assert len(few) <= 3


def test_a_look_while_a_folder_is_open_sees_what_came_meanwhile(academy: Academy) -> None:
    synced(academy.camille)
    with session(academy.camille) as server, program(academy.camille) as mail:
        server.select("INBOX")
        mail.put(message("nouveau"))
        sync.sync(server, academy.camille.mailbox)
    assert [it.subject for it in messages(academy.camille)] == ["nouveau"]


def test_first_sight_shows_the_newest_at_once_and_the_rest_comes_later(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        for number in range(8):
            mail.put(message(f"sujet {number}"))
    with session(camille) as server:
        sync.store_folders(camille.mailbox, server.folders())
        inbox = folder_of(camille, "inbox")
        assert sync.first_sight(server, inbox, count=3)
        assert [it.uid for it in messages(camille)] == [6, 7, 8]
        assert all(row.snippet for row in rows(camille))
        assert sync.progress([folder_of(camille, "inbox")]) == (3, 8)
        assert not sync.first_sight(server, folder_of(camille, "inbox"))
    synced(camille)
    assert messages(camille).count() == 8


def test_filling_stops_in_time_and_goes_on_where_it_was(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        for number in range(8):
            mail.put(message(f"sujet {number}"))
    with session(camille) as server:
        outcome = sync.sync(server, camille.mailbox, seconds=0)
    assert not outcome.complete
    assert MailboxIndex.objects.get(mailbox=camille.mailbox).unfinished
    assert synced(camille).complete
    assert not MailboxIndex.objects.get(mailbox=camille.mailbox).unfinished


def test_who_waits_overtakes_who_fills_and_nobody_else(academy: Academy) -> None:
    mailbox = academy.camille.mailbox
    filler = lease.take(mailbox, filling=True)
    assert filler is not None
    assert lease.take(mailbox, filling=True) is None
    waiting = lease.take(mailbox)
    assert waiting is not None
    assert lease.take(mailbox) is None
    with pytest.raises(lease.LeaseLost), lease.writing(mailbox, filler):
        pass
    lease.give_back(filler, unfinished=True)
    with lease.writing(mailbox, waiting):
        pass


def test_a_holder_that_died_is_replaced_when_its_lease_ends(academy: Academy) -> None:
    mailbox = academy.camille.mailbox
    dead = lease.take(mailbox)
    assert dead is not None
    MailboxIndex.objects.filter(mailbox=mailbox).update(lease_until=timezone.now())
    assert lease.take(mailbox) is not None
    with pytest.raises(lease.LeaseLost), lease.writing(mailbox, dead):
        pass


def test_while_somebody_else_syncs_nothing_is_done_twice(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        mail.put(message())
    held = lease.take(camille.mailbox)
    assert held is not None
    with session(camille) as server:
        assert sync.sync(server, camille.mailbox).busy
    assert not IndexedMessage.objects.filter(mailbox=camille.mailbox).exists()


def test_an_index_that_lost_messages_finds_them_again(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        for number in range(4):
            mail.put(message(f"sujet {number}"))
        synced(camille)
        IndexedMessage.objects.filter(mailbox=camille.mailbox, uid=2).delete()
        Folder.objects.filter(mailbox=camille.mailbox, special_use="inbox").update(indexed=3)
        mail.put(message("encore"))
        synced(camille)
    assert messages(camille).count() == 5


def test_own_actions_are_noted_without_asking_the_server(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        for number in range(4):
            mail.put(message(f"sujet {number}", own=f"{number}@x"))
        synced(camille)
        inbox, archive = folder_of(camille, "inbox"), folder_of(camille, "archive")
        mail.select()
        mail.uid("store", "1", "+FLAGS", "(\\Seen projet)")
        sync.note_flags(inbox, [1], add=["\\Seen", "projet"])
        mail.uid("copy", "2", quoted_archive(archive))
        mail.uid("store", "2:3", "+FLAGS", "(\\Deleted)")
        mail.do("expunge")
        sync.note_moved(inbox, archive, {2: 1})
        sync.note_gone(inbox, [3])
    inbox.refresh_from_db()
    archive.refresh_from_db()
    assert (inbox.messages, inbox.unseen, inbox.indexed) == (2, 1, 2)
    assert (archive.messages, archive.unseen, archive.indexed) == (1, 1, 1)
    assert [row.messages for row in rows(camille, "archive")] == [1]
    with session(camille) as server:
        assert inconsistencies(server, camille.mailbox) == []
    synced(camille)


def quoted_archive(folder: Folder) -> str:
    return f'"{folder.name}"'


def test_an_index_can_be_thrown_away_and_is_made_again(academy: Academy) -> None:
    camille = academy.camille
    with program(camille) as mail:
        mail.put(message("un", own="a@x"))
        mail.put(message("Re: un", own="b@x", answers=["a@x"]))
    synced(camille)
    sync.throw_away(camille.mailbox)
    assert not IndexedMessage.objects.filter(mailbox=camille.mailbox).exists()
    assert synced(camille).complete
    assert [row.messages for row in rows(camille)] == [2]
