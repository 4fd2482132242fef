"""The journal in the back office: searching it, turning its pages, taking it away."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent
from accounts.roles import Role
from audit import journal
from audit.events import Event, Result
from audit.models import Entry
from audit.parties import Origin, Party
from tests.accounts.conftest import AgentMaker

JOURNAL, CSV = reverse("journal"), reverse("journal_csv")
ALICE, BRUNO = Party("agent:1001", "Alice Martin"), Party("agent:1002", "Bruno Petit")


@pytest.fixture
def auditor(make_agent: AgentMaker) -> Agent:
    return make_agent("audrey", Role.AUDITOR)


@pytest.fixture
def client(auditor: Agent, client: Client) -> Client:
    assert auditor.user
    client.force_login(auditor.user)
    return client


@pytest.fixture
def entries(db: None) -> None:
    journal.record(Event.SIGNED_IN, actor=ALICE, subject=ALICE, origin=Origin("192.0.2.7"))
    journal.record(
        Event.ACCOUNT_FROZEN, actor=ALICE, subject=BRUNO, justification="Vol de téléphone"
    )
    journal.record(
        Event.SIGNED_IN, subject=BRUNO, result=Result.REFUSED, origin=Origin("2001:db8::1")
    )


def found(client: Client, **asked: str) -> list[str]:
    """The sentences that the page lists when this is typed into its form."""
    answer = client.post(JOURNAL, asked, follow=True)
    assert answer.status_code == 200
    return [str(it.what.sentence) for it in answer.context["entries"] if "audit" not in it.event]


def test_each_entry_is_a_sentence_with_who_and_why(client: Client, entries: None) -> None:
    page = client.get(JOURNAL).content.decode()
    for words in ("Compte gelé.", "par Alice Martin", "pour Bruno Petit", "Vol de téléphone"):
        assert words in page
    assert "192.0.2.7" in page
    assert "refusé" in page


@pytest.mark.parametrize(
    ("asked", "sentences"),
    [
        ({"person": "bruno"}, ["Connexion.", "Compte gelé."]),
        ({"person": "agent:1001"}, ["Compte gelé.", "Connexion."]),
        ({"event": "account_frozen"}, ["Compte gelé."]),
        ({"result": "refused"}, ["Connexion."]),
        ({"address": "2001:0db8:0::1"}, ["Connexion."]),
        ({"person": "personne"}, []),
    ],
)
def test_the_journal_is_searched(
    client: Client, entries: None, asked: dict[str, str], sentences: list[str]
) -> None:
    assert found(client, **asked) == sentences


def test_a_period_holds_both_its_days(client: Client, entries: None) -> None:
    today = timezone.localdate()
    day = timedelta(days=1)
    assert len(found(client, since=str(today), until=str(today))) == 3
    assert found(client, since=str(today + day)) == []
    assert found(client, until=str(today - day)) == []
    assert found(client, until="2999-12-31") != []


@pytest.mark.parametrize(
    "asked",
    [
        {"address": "ici"},
        {"since": "hier"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"event": "dancing"},
        {"person": "17E9876543ABC"},
    ],
)
def test_what_cannot_be_searched_is_said_and_carried_nowhere(
    client: Client, asked: dict[str, str]
) -> None:
    answer = client.post(JOURNAL, asked)
    assert answer.status_code == 400
    assert "fg__error" in answer.content.decode()
    assert "Location" not in answer
    assert "17E9876543ABC" not in answer.content.decode()


def test_pages_stay_what_they_were_while_entries_come_in(client: Client) -> None:
    for _ in range(120):
        journal.record(Event.SIGNED_IN, actor=ALICE, subject=ALICE)
    first = client.get(JOURNAL, {"person": ALICE.id})
    oldest = first.context["entries"][-1].number
    address = f"{JOURNAL}?person=agent%3A1001&amp;avant={oldest}"
    assert address.removeprefix(JOURNAL) in first.content.decode()
    second = client.get(address.replace("&amp;", "&"))
    journal.record(Event.SIGNED_OUT, actor=ALICE, subject=ALICE)
    again = client.get(address.replace("&amp;", "&"))
    numbers = [it.number for it in second.context["entries"]]
    assert numbers == [it.number for it in again.context["entries"]]
    assert numbers == list(range(oldest - 1, oldest - 51, -1))
    last = client.get(JOURNAL, {"person": ALICE.id, "avant": str(numbers[-1])})
    assert len(last.context["entries"]) == 20
    assert "Plus anciennes" not in last.content.decode()


def test_searching_is_journalled_without_the_name_that_was_typed(client: Client) -> None:
    found(client, person="Alice", event="signed_in")
    assert Entry.objects.get(event="audit_searched").reason == "person event=signed_in"
    found(client, person="agent:1001")
    assert Entry.objects.first().reason == "person=agent:1001"  # type: ignore[union-attr]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR, Role.ADMINISTRATOR}))
def test_for_everyone_else_there_is_no_journal(make_agent: AgentMaker, role: Role) -> None:
    eve = make_agent("eve", role).user
    assert eve
    client = Client()
    client.force_login(eve)
    assert client.get(JOURNAL).status_code == 404
    assert client.post(JOURNAL, {"person": "x"}).status_code == 404
    assert client.post(CSV, {}).status_code == 404
    assert not Entry.objects.exists()
