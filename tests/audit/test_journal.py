from datetime import UTC, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit import journal
from audit.events import Event, Result
from audit.models import Chain, Entry
from audit.parties import Origin, Party

pytestmark = pytest.mark.django_db


def test_an_entry_says_who_did_what_to_whom_how_and_from_where(alice: Party, bob: Party) -> None:
    before = timezone.now()
    journal.record(
        Event.TEMPORARY_PASSWORD_GIVEN,
        actor=bob,
        subject=alice,
        origin=Origin("192.0.2.7", "Mozilla/5.0"),
        method="password",
        factors=("password", "totp"),
        result=Result.REFUSED,
        reason="other school",
        flow="f-1",
        justification="  à la demande de\nl’agent ",
    )
    entry = Entry.objects.get()
    assert entry.number == 1
    assert before <= entry.time <= timezone.now()
    assert entry.time.utcoffset() == timedelta(0)
    assert entry.what is Event.TEMPORARY_PASSWORD_GIVEN
    assert (entry.actor_id, entry.actor_label) == ("agent:2", "Bob Lefèvre")
    assert (entry.subject_id, entry.subject_label) == ("agent:1", "Alice Martin")
    assert (entry.method, entry.factors) == ("password", "password totp")
    assert (entry.result, entry.reason) == ("refused", "other school")
    assert (entry.address, entry.flow) == ("192.0.2.7", "f-1")
    assert entry.justification == "à la demande de l’agent"


def test_an_entry_tells_two_browsers_apart_without_naming_them() -> None:
    for browser in ("Mozilla/5.0", "Mozilla/5.0", "curl/8", ""):
        journal.record(Event.SIGNED_IN, origin=Origin("192.0.2.7", browser))
    one, same, other, none = Entry.objects.order_by("number").values_list("agent_hash", flat=True)
    assert one == same != other
    assert none == ""
    assert "Mozilla" not in one


@pytest.mark.parametrize(
    ("seen", "kept"),
    [
        ("2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", None),
    ],
)
def test_an_address_has_one_spelling(seen: str, kept: str | None) -> None:
    journal.record(Event.SIGNED_IN, origin=Origin(seen))
    assert Entry.objects.get().address == kept


def test_each_entry_follows_the_one_before() -> None:
    entries = [journal.record(Event.SIGNED_IN) for _ in range(3)]
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert entries[0].previous == "0" * 64
    assert entries[1].previous == entries[0].hash
    assert entries[2].previous == entries[1].hash
    assert Chain.objects.get().head == entries[2].link


def test_an_entry_goes_with_the_act_that_failed() -> None:
    journal.record(Event.SIGNED_IN)
    with transaction.atomic():
        journal.record(Event.PASSWORD_CHANGED)
        transaction.set_rollback(True)
    after = journal.record(Event.SIGNED_OUT)
    assert after.number == 2
    assert list(Entry.objects.values_list("event", flat=True)) == ["signed_out", "signed_in"]


@pytest.mark.parametrize("hostile", ["nul\0", "lone \ud800", "right-to-left \u202e", "bell \a"])
def test_characters_that_databases_or_readers_choke_on_are_replaced(hostile: str) -> None:
    journal.record(Event.SIGNED_IN, actor=Party("agent:1", hostile), justification=hostile)
    kept = Entry.objects.get().justification
    assert kept.isprintable()
    assert kept.startswith(hostile[:-1])


def test_a_justification_that_is_too_long_is_cut() -> None:
    journal.record(Event.ROLE_GIVEN, justification="à" * 5000)
    kept = Entry.objects.get().justification
    assert len(kept) == 500
    assert kept.endswith("à…")


def test_what_is_read_back_has_the_hash_that_was_written(alice: Party) -> None:
    written = journal.record(
        Event.SIGNED_IN, actor=alice, origin=Origin("2001:db8::7"), justification="Œuvre, naïve 🙂"
    )
    read = Entry.objects.get()
    assert read.facts() == written.facts()
    assert read.time.astimezone(UTC) == written.time


TAMPERING = {
    "update": "UPDATE audit_entry SET result = 'success' WHERE number = 1",
    "update of a hash": "UPDATE audit_entry SET hash = previous",
    "delete": "DELETE FROM audit_entry WHERE number = 1",
    "delete of all": "DELETE FROM audit_entry",
}
SQLITE_REPLACE = "REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE number = 1"
POSTGRESQL_TRUNCATE = "TRUNCATE audit_entry"


def refused(statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        connection.cursor().execute(statement)


@pytest.mark.parametrize("statement", TAMPERING.values(), ids=TAMPERING)
def test_the_database_refuses_to_change_the_journal(statement: str) -> None:
    journal.record(Event.SIGNED_IN, result=Result.REFUSED)
    refused(statement)
    assert Entry.objects.get().result == "refused"


def test_the_database_refuses_its_own_shortcuts_too() -> None:
    journal.record(Event.SIGNED_IN)
    refused(POSTGRESQL_TRUNCATE if connection.vendor == "postgresql" else SQLITE_REPLACE)
    assert Entry.objects.count() == 1


def test_an_entry_saved_again_is_refused() -> None:
    entry = journal.record(Event.SIGNED_IN)
    entry.reason = "changed"
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        entry.save()
