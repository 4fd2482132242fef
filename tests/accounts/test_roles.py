import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from accounts.models import Agent, School, User
from accounts.roles import PERMISSIONS, Permission, Role, give_role, may, require, schools_where
from audit.models import Entry
from tests.accounts.conftest import AgentMaker


def account(agent: Agent) -> User:
    assert agent.user
    return agent.user


def test_every_role_has_its_line_in_the_table() -> None:
    assert set(PERMISSIONS) == set(Agent.Role)


def test_every_permission_is_given_to_some_role() -> None:
    assert frozenset().union(*PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
def test_an_agent_has_no_right_on_others(
    make_agent: AgentMaker, moulin: School, permission: Permission
) -> None:
    alice = account(make_agent("alice", Role.AGENT, moulin))
    assert not may(alice, permission, moulin)
    assert not may(alice, permission)


def test_a_secretary_gives_temporary_passwords_in_their_own_school_only(
    make_agent: AgentMaker, moulin: School, prevert: School
) -> None:
    secretary = account(make_agent("sandrine", Role.SECRETARY, moulin))
    assert may(secretary, Permission.GIVE_TEMPORARY_PASSWORDS, moulin)
    assert not may(secretary, Permission.GIVE_TEMPORARY_PASSWORDS, prevert)
    assert not may(secretary, Permission.GIVE_TEMPORARY_PASSWORDS)


def test_a_head_sees_the_agents_of_their_school_only(
    make_agent: AgentMaker, moulin: School, prevert: School
) -> None:
    head = account(make_agent("helene", Role.HEAD, moulin))
    assert list(schools_where(head, Permission.SEE_AGENTS)) == [moulin]
    assert not may(head, Permission.SEE_AGENTS, prevert)


def test_a_secretary_without_a_school_has_no_right(make_agent: AgentMaker, moulin: School) -> None:
    secretary = account(make_agent("sandrine", Role.SECRETARY, school=None))
    assert not may(secretary, Permission.SEE_AGENTS, moulin)
    assert not may(secretary, Permission.SEE_AGENTS)
    assert not schools_where(secretary, Permission.SEE_AGENTS).exists()


def test_the_help_desk_serves_all_schools_and_reveals_nothing(
    make_agent: AgentMaker, moulin: School, prevert: School
) -> None:
    helper = account(make_agent("hugo", Role.HELPDESK, moulin))
    assert may(helper, Permission.FREEZE_ACCOUNTS, prevert)
    assert set(schools_where(helper, Permission.SEE_AGENTS)) == {moulin, prevert}
    assert not may(helper, Permission.REVEAL_NUMEN, moulin)
    assert not may(helper, Permission.GIVE_ROLES)


def test_an_auditor_reads_the_journal_and_changes_nothing(make_agent: AgentMaker) -> None:
    auditor = account(make_agent("aude", Role.AUDITOR))
    assert may(auditor, Permission.SEE_AUDIT)
    assert may(auditor, Permission.EXPORT_AUDIT)
    assert not may(auditor, Permission.FREEZE_ACCOUNTS)


@pytest.mark.parametrize("status", sorted(set(Agent.Status) - {Agent.Status.ACTIVE}))
def test_a_frozen_or_departed_administrator_has_no_right(
    make_agent: AgentMaker, status: Agent.Status
) -> None:
    admin = make_agent("admin", Role.ADMINISTRATOR)
    admin.status = status
    assert not may(account(admin), Permission.SEE_AGENTS)


def test_a_closed_account_has_no_right(make_agent: AgentMaker) -> None:
    admin = account(make_agent("admin", Role.ADMINISTRATOR))
    admin.is_active = False
    assert not may(admin, Permission.SEE_AGENTS)


def test_a_technical_account_without_an_agent_has_no_right(db: None) -> None:
    root = User.objects.create_superuser("root", "Une phrase secrète assez longue")
    assert not may(root, Permission.SEE_AGENTS)


def test_someone_who_is_not_signed_in_has_no_right(moulin: School) -> None:
    assert not may(AnonymousUser(), Permission.SEE_AGENTS, moulin)
    assert not schools_where(AnonymousUser(), Permission.SEE_AGENTS).exists()


def test_what_is_forbidden_looks_like_what_is_missing(
    make_agent: AgentMaker, moulin: School, prevert: School
) -> None:
    secretary = account(make_agent("sandrine", Role.SECRETARY, moulin))
    require(secretary, Permission.SEE_AGENTS, moulin)
    with pytest.raises(Http404):
        require(secretary, Permission.SEE_AGENTS, prevert)


def test_an_administrator_gives_a_role_and_the_journal_says_so(
    make_agent: AgentMaker, moulin: School
) -> None:
    admin, alice = make_agent("admin", Role.ADMINISTRATOR), make_agent("alice", school=moulin)
    give_role(account(admin), alice, Role.SECRETARY, "remplace Mme Durand")
    assert may(account(alice), Permission.SEE_AGENTS, moulin)
    entry = Entry.objects.get(event="role_given")
    assert (entry.actor_id, entry.subject_id) == (f"agent:{admin.pk}", f"agent:{alice.pk}")
    assert (entry.reason, entry.justification) == ("agent → secretary", "remplace Mme Durand")


@pytest.mark.parametrize("role", sorted(set(Agent.Role) - {Agent.Role.ADMINISTRATOR}))
def test_only_an_administrator_gives_roles(
    make_agent: AgentMaker, moulin: School, role: Agent.Role
) -> None:
    eve, alice = make_agent("eve", role, moulin), make_agent("alice", school=moulin)
    with pytest.raises(Http404):
        give_role(account(eve), alice, Role.HEAD, "")
    alice.refresh_from_db()
    assert alice.role == Role.AGENT


def test_nobody_changes_their_own_role(make_agent: AgentMaker) -> None:
    admin = make_agent("admin", Role.ADMINISTRATOR)
    with pytest.raises(Http404):
        give_role(account(admin), admin, Role.AGENT, "")
    admin.refresh_from_db()
    assert admin.role == Role.ADMINISTRATOR


def test_a_role_taken_away_meanwhile_gives_nothing_more(make_agent: AgentMaker) -> None:
    first, second = (
        make_agent("first", Role.ADMINISTRATOR),
        make_agent("second", Role.ADMINISTRATOR),
    )
    page_of_second = User.objects.select_related("agent").get(agent=second)
    give_role(account(first), second, Role.AGENT, "")
    with pytest.raises(Http404):
        give_role(page_of_second, first, Role.AGENT, "")
    assert Agent.objects.get(pk=first.pk).role == Role.ADMINISTRATOR
