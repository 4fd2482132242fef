import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Agent, School
from accounts.sealed.keyring import SealBroken
from accounts.sealed.numen import (
    NotANumen,
    NumenTaken,
    agent_with_numen,
    forget_numen,
    keep_numen,
    looks_like_numen,
    masked_numen,
    opened_numen,
    read_numen,
    reveal_numen,
)
from audit.models import Entry
from tests.accounts.conftest import AgentMaker, RingWriter

ALICE = "17E9876543ABC"
BOB = "21G0412345XYZ"

pytestmark = pytest.mark.usefixtures("ring")


@pytest.mark.parametrize(
    "typed", [ALICE, ALICE.lower(), " 17 E 98 76543 ABC ", "17-E-98-76543-ABC", "17E9876543ABC"]
)
def test_a_numen_is_read_as_people_type_it(typed: str) -> None:
    assert read_numen(typed).reveal() == ALICE


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "camille.lefevre",
        "17E9876543AB",
        "17E9876543ABCD",
        "1709876543ABC",
        "17E98765ABC43",
        "١٧E9876543ABC",
    ],
)
def test_what_is_not_a_numen_is_refused_without_being_repeated(typed: str) -> None:
    assert not looks_like_numen(typed)
    with pytest.raises(NotANumen) as refusal:
        read_numen(typed)
    assert not typed or typed not in str(refusal.value)


@given(st.text())
def test_reading_never_fails_otherwise(typed: str) -> None:
    if looks_like_numen(typed):
        numen = read_numen(typed)
        assert read_numen(numen.reveal()) == numen


def test_a_numen_typed_as_a_login_is_noticed() -> None:
    assert looks_like_numen("17e9876543abc")
    assert not looks_like_numen("alice.martin")


def test_an_agent_is_found_by_numen_and_by_no_other(make_agent: AgentMaker) -> None:
    alice, bob = make_agent("alice"), make_agent("bob")
    keep_numen(alice, read_numen(ALICE))
    keep_numen(bob, read_numen(BOB))
    assert agent_with_numen(read_numen(ALICE.lower())) == alice
    assert agent_with_numen(read_numen(BOB)) == bob
    assert agent_with_numen(read_numen("17E9876543ABD")) is None


def test_the_database_holds_no_numen_in_clear(make_agent: AgentMaker) -> None:
    keep_numen(make_agent("alice"), read_numen(ALICE))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_agent")
        row = [bytes(v) if isinstance(v, memoryview) else v for v in cursor.fetchone()]
    assert ALICE not in str(row)
    assert ALICE[2:10] not in str(row)


def test_two_rows_with_one_key_share_no_sealed_bytes(make_agent: AgentMaker) -> None:
    alice = make_agent("alice")
    keep_numen(alice, read_numen(ALICE))
    once = bytes(alice.numen_sealed or b"")
    keep_numen(alice, read_numen(ALICE))
    assert bytes(alice.numen_sealed or b"") != once


def test_sealed_bytes_moved_to_another_row_do_not_open(make_agent: AgentMaker) -> None:
    alice, mallory = make_agent("alice"), make_agent("mallory")
    keep_numen(alice, read_numen(ALICE))
    keep_numen(mallory, read_numen(BOB))
    mallory.numen_sealed = alice.numen_sealed
    with pytest.raises(SealBroken):
        opened_numen(mallory)


@pytest.mark.parametrize("sealed", [b"", b"short", b"\0" * 41])
def test_damaged_bytes_do_not_open(make_agent: AgentMaker, sealed: bytes) -> None:
    alice = make_agent("alice")
    keep_numen(alice, read_numen(ALICE))
    alice.numen_sealed = sealed
    with pytest.raises(SealBroken):
        opened_numen(alice)


def test_a_numen_belongs_to_one_agent(make_agent: AgentMaker) -> None:
    alice, bob = make_agent("alice"), make_agent("bob")
    keep_numen(alice, read_numen(ALICE))
    with pytest.raises(NumenTaken):
        keep_numen(bob, read_numen(ALICE))
    bob.refresh_from_db()
    assert masked_numen(bob) == ""


def test_the_database_refuses_the_same_numen_twice(make_agent: AgentMaker) -> None:
    alice, bob = make_agent("alice"), make_agent("bob")
    keep_numen(alice, read_numen(ALICE))
    copied = {"numen_sealed": b"x", "numen_key": "k1", "numen_index": alice.numen_index}
    with pytest.raises(IntegrityError), transaction.atomic():
        Agent.objects.filter(pk=bob.pk).update(**copied)


def test_the_database_refuses_half_a_numen(make_agent: AgentMaker) -> None:
    alice = make_agent("alice")
    with pytest.raises(IntegrityError), transaction.atomic():
        Agent.objects.filter(pk=alice.pk).update(numen_index="0" * 64)


def test_a_numen_taken_under_the_old_key_stays_taken_under_the_new_one(
    make_agent: AgentMaker, write_ring: RingWriter
) -> None:
    alice, bob = make_agent("alice"), make_agent("bob")
    keep_numen(alice, read_numen(ALICE))
    write_ring("k1", "k2", current="k2")
    assert agent_with_numen(read_numen(ALICE)) == alice
    with pytest.raises(NumenTaken):
        keep_numen(bob, read_numen(ALICE))


def test_screens_show_the_academy_and_nothing_else(make_agent: AgentMaker) -> None:
    alice = make_agent("alice")
    keep_numen(alice, read_numen(ALICE))
    assert masked_numen(alice) == "17•••••••••••"
    assert len(masked_numen(alice)) == len(ALICE)


def test_a_forgotten_numen_is_gone(make_agent: AgentMaker) -> None:
    alice = make_agent("alice")
    keep_numen(alice, read_numen(ALICE))
    forget_numen(alice)
    alice.refresh_from_db()
    assert opened_numen(alice) is None
    assert agent_with_numen(read_numen(ALICE)) is None


def test_an_administrator_sees_a_numen_and_the_journal_says_so(
    make_agent: AgentMaker, moulin: School
) -> None:
    alice = make_agent("alice", school=moulin)
    keep_numen(alice, read_numen(ALICE))
    admin = make_agent("admin", Agent.Role.ADMINISTRATOR)
    assert admin.user
    shown = reveal_numen(alice, to=admin.user, justification="courrier perdu")
    assert shown == read_numen(ALICE)
    entry = Entry.objects.get(event="numen_revealed")
    assert (entry.actor_label, entry.subject_label) == ("Admin Test", "Alice Test")
    assert entry.justification == "courrier perdu"
    assert ALICE not in str(entry.facts())


@pytest.mark.parametrize("role", sorted(set(Agent.Role) - {Agent.Role.ADMINISTRATOR}))
def test_nobody_else_sees_a_numen(make_agent: AgentMaker, moulin: School, role: Agent.Role) -> None:
    alice = make_agent("alice", school=moulin)
    keep_numen(alice, read_numen(ALICE))
    curious = make_agent("curious", role, moulin)
    assert curious.user
    with pytest.raises(Http404):
        reveal_numen(alice, to=curious.user, justification="")
    assert not Entry.objects.exists()
