"""The back office: its first page, and agents as each role sees them."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, School, User
from accounts.roles import Role
from accounts.sealed.numen import keep_numen, read_numen
from audit.events import Event
from audit.models import Entry
from tests.accounts.conftest import AgentMaker, RingWriter

HOME, AGENTS, JOURNAL = reverse("back_office"), reverse("agents"), reverse("journal")
ROLES = reverse("role_holders")
ADMINISTRATION = {AGENTS, JOURNAL, ROLES, reverse("announcements"), reverse("admin:index")}
LOGIN = reverse("account_login")
NUMEN = "17E9876543ABC"
WHY = "Demandé par le secrétariat, dossier 12."
CHECKED = {"identity": "known in person", "checked": "on", "once": "b" * 32}
ACTS_FOR_BOB = {
    "agent_numen",
    "agent_temporary_password",
    "agent_role",
    "agent_freeze",
    "agent_departure",
}
OTHER_ACTS = {
    "agent_unfreeze",
    "agent_reset_code",
    "agent_departure_cancel",
    "agent_take_back",
}


@pytest.fixture
def admin(make_agent: AgentMaker) -> Agent:
    return make_agent("admin", Role.ADMINISTRATOR)


@pytest.fixture
def bob(make_agent: AgentMaker, moulin: School, ring: RingWriter) -> Agent:
    bob = make_agent("bob", school=moulin)
    keep_numen(bob, read_numen(NUMEN))
    return bob


def account(agent: Agent) -> User:
    assert agent.user
    return agent.user


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(account(agent))
    return client


def page(client: Client, address: str, **asked: str) -> str:
    return client.get(address, asked).content.decode()


def act(name: str, agent: Agent) -> str:
    return reverse(name, args=[agent.pk])


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.SECRETARY, {AGENTS}),
        (Role.HEAD, {AGENTS}),
        (Role.HELPDESK, {AGENTS}),
        (Role.AUDITOR, {AGENTS, JOURNAL}),
        (Role.ADMINISTRATOR, ADMINISTRATION),
    ],
)
def test_the_first_page_lists_what_the_role_may_do_and_nothing_else(
    make_agent: AgentMaker, moulin: School, role: Role, shown: set[str]
) -> None:
    home = page(signed_in(make_agent("eve", role, moulin)), HOME)
    assert {address for address in ADMINISTRATION if f'href="{address}"' in home} == shown


def test_an_agent_without_a_role_finds_no_back_office(make_agent: AgentMaker, bob: Agent) -> None:
    eve = signed_in(make_agent("eve"))
    for address in (HOME, AGENTS, JOURNAL, act("agent", bob)):
        assert eve.get(address).status_code == 404


def test_who_is_not_signed_in_is_asked_to(db: None, bob: Agent) -> None:
    for address in (HOME, AGENTS, JOURNAL, act("agent", bob)):
        assert Client().get(address)["Location"].startswith(LOGIN)


def test_an_account_that_no_agent_has_finds_no_back_office(db: None, client: Client) -> None:
    client.force_login(User.objects.create_user("service", is_active=True))
    for address in (HOME, AGENTS, JOURNAL):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.HEAD])
def test_a_school_sees_its_own_agents_only(
    make_agent: AgentMaker, moulin: School, prevert: School, role: Role
) -> None:
    mine, other = make_agent("mona", school=moulin), make_agent("otto", school=prevert)
    nowhere = make_agent("nora")
    client = signed_in(make_agent("eve", role, moulin))
    listed = page(client, AGENTS)
    assert "Mona Test" in listed
    assert "Otto Test" not in listed
    assert "Nora Test" not in listed
    assert client.get(act("agent", mine)).status_code == 200
    for stranger in (other, nowhere):
        assert client.get(act("agent", stranger)).status_code == 404


@pytest.mark.parametrize("typed", ["bob", "TEST bob", "bob.test", "moulin bob", "0760001n"])
def test_an_agent_is_found_by_name_login_or_school(admin: Agent, bob: Agent, typed: str) -> None:
    found = signed_in(admin).post(AGENTS, {"q": typed}, follow=True).content.decode()
    assert "Bob Test" in found
    assert "Admin Test" not in found


def test_a_name_is_found_without_its_accents(admin: Agent, make_agent: AgentMaker) -> None:
    make_agent("lefevre")
    assert "lefevre.test" in page(signed_in(admin), AGENTS, q="LEFÈVRE")


def test_a_numen_typed_into_the_search_goes_no_further(admin: Agent, bob: Agent) -> None:
    answer = signed_in(admin).post(AGENTS, {"q": "17e 98 76543 abc"})
    assert answer.status_code == 400
    assert "Location" not in answer
    assert "C’est un NUMEN" in answer.content.decode()
    assert "76543" not in answer.content.decode()


def test_a_long_list_has_pages(admin: Agent, make_agent: AgentMaker) -> None:
    for number in range(50):
        make_agent(f"a{number}")
    client = signed_in(admin)
    assert "51 agents" in page(client, AGENTS)
    assert "Page précédente" in page(client, AGENTS, page="2")


def test_the_card_shows_a_masked_numen(admin: Agent, bob: Agent) -> None:
    card = page(signed_in(admin), act("agent", bob))
    assert "17•••••••••••" in card
    assert "9876543" not in card


def test_a_numen_is_shown_once_to_who_says_why(admin: Agent, bob: Agent) -> None:
    client = signed_in(admin)
    form = {"justification": WHY, "once": "a" * 32}
    answer = client.post(act("agent_numen", bob), form)
    assert NUMEN in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert NUMEN not in page(client, act("agent", bob))
    again = client.post(act("agent_numen", bob), form, follow=True)
    assert NUMEN not in again.content.decode()
    assert "montré qu’une fois" in again.content.decode()
    entry = Entry.objects.get(event="numen_revealed")
    assert (entry.actor_label, entry.subject_label) == ("Admin Test", "Bob Test")
    assert entry.justification == WHY
    assert entry.address == "127.0.0.1"


@pytest.mark.parametrize("why", ["", "parce que"])
def test_without_a_reason_nothing_is_shown_nor_done(admin: Agent, bob: Agent, why: str) -> None:
    client = signed_in(admin)
    for name in sorted(ACTS_FOR_BOB):
        fields = {"justification": why, "role": "administrator", "leaves_on": "2040-09-01"}
        answer = client.post(act(name, bob), {**fields, **CHECKED})
        assert answer.status_code == 400
        assert NUMEN not in answer.content.decode()
    bob.refresh_from_db()
    assert (bob.role, bob.status) == (Role.AGENT, Agent.Status.ACTIVE)
    assert not Entry.objects.exists()


def test_an_administrator_gives_a_role(admin: Agent, bob: Agent) -> None:
    fields = {"role": "helpdesk", "justification": WHY}
    done = signed_in(admin).post(act("agent_role", bob), fields, follow=True)
    assert "Rôle enregistré\u00a0: assistance." in done.content.decode()
    assert signed_in(bob).get(HOME).status_code == 200
    assert Entry.objects.get(event="role_given").reason == "agent → helpdesk"


def test_nobody_changes_their_own_role(admin: Agent) -> None:
    client = signed_in(admin)
    assert "Changer le rôle" not in page(client, act("agent", admin))
    fields = {"role": "agent", "justification": WHY}
    assert client.post(act("agent_role", admin), fields).status_code == 404
    assert client.get(JOURNAL).status_code == 200


def test_the_help_desk_freezes_and_opens_again(
    admin: Agent, bob: Agent, make_agent: AgentMaker
) -> None:
    desk, why = signed_in(make_agent("desk", Role.HELPDESK)), {"justification": WHY}
    victim = signed_in(bob)
    frozen = desk.post(act("agent_freeze", bob), why, follow=True).content.decode()
    assert "Compte gelé" in frozen
    assert victim.get(reverse("mina_history"))["Location"].startswith(LOGIN)
    assert "Rouvrir le compte" in frozen
    opened = desk.post(act("agent_unfreeze", bob), why, follow=True)
    assert "Compte rouvert" in opened.content.decode()
    assert [it.actor_label for it in Entry.objects.filter(event__contains="frozen")] == [
        "Desk Test",
        "Desk Test",
    ]


def test_nobody_freezes_themselves(admin: Agent) -> None:
    client, why = signed_in(admin), {"justification": WHY}
    assert client.post(act("agent_freeze", admin), why).status_code == 404


def test_a_button_pressed_twice_is_no_missing_page(admin: Agent, bob: Agent) -> None:
    client, why = signed_in(admin), {"justification": WHY}
    client.post(act("agent_freeze", bob), why)
    again = client.post(act("agent_freeze", bob), why, follow=True).content.decode()
    assert "c’était déjà fait" in again
    assert Entry.objects.filter(event=Event.ACCOUNT_FROZEN).count() == 1
    assert client.get(act("agent_freeze", bob)).status_code == 404


def test_no_null_in_a_search_breaks_the_page(admin: Agent) -> None:
    found = signed_in(admin).get(reverse("agents"), {"q": "Bo\x00b"})
    assert found.status_code == 200


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.AGENT, set()),
        (Role.SECRETARY, {"agent_temporary_password"}),
        (Role.HEAD, set()),
        (Role.AUDITOR, set()),
        (Role.HELPDESK, {"agent_freeze"}),
        (Role.ADMINISTRATOR, ACTS_FOR_BOB),
    ],
)
def test_a_role_does_what_it_may_and_the_rest_does_not_exist(
    make_agent: AgentMaker, moulin: School, bob: Agent, role: Role, may: set[str]
) -> None:
    client = signed_in(make_agent("eve", role, moulin))
    card = client.get(act("agent", bob)).content.decode()
    for name in ACTS_FOR_BOB | OTHER_ACTS:
        assert (client.get(act(name, bob)).status_code == 200) is (name in may)
        assert (f'href="{act(name, bob)}"' in card) is (name in may)


def test_the_page_of_roles_says_who_holds_which(
    admin: Agent, bob: Agent, make_agent: AgentMaker, prevert: School
) -> None:
    make_agent("sophie", Role.SECRETARY, prevert)
    client = signed_in(admin)
    assert "Admin Test" in page(client, ROLES)
    assert "Sophie Test" in page(client, ROLES, role="secretary")
    assert "Bob Test" not in page(client, ROLES, role="head")
    client.post(act("agent_role", bob), {"role": "head", "justification": WHY})
    heads = page(client, ROLES, role="head")
    assert "Bob Test" in heads
    assert "(1)" in heads
    assert f'href="{act("agent_role", bob)}"' in heads
    assert f'href="{act("agent_role", admin)}"' not in page(client, ROLES)


def test_many_holders_of_a_role_have_pages(admin: Agent, make_agent: AgentMaker) -> None:
    for number in range(51):
        make_agent(f"s{number}", Role.SECRETARY)
    client = signed_in(admin)
    assert "Page suivante" in page(client, ROLES, role="secretary")
    assert "Page précédente" in page(client, ROLES, role="secretary", page="2")


def test_a_role_that_does_not_exist_shows_the_first(admin: Agent) -> None:
    assert "Admin Test" in page(signed_in(admin), ROLES, role="<empereur>", page="x")


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_administrators_see_who_holds_which_role(
    make_agent: AgentMaker, moulin: School, role: Role
) -> None:
    assert signed_in(make_agent("eve", role, moulin)).get(ROLES).status_code == 404
