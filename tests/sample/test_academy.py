"""The people and the schools of the sample are ones that a real academy could have."""

import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from accounts.models import Agent
from accounts.naming.login_names import login_name
from accounts.uai import check_letter
from sample.academy import NORMANDIE, FunctionalMailbox, Role, SampleAgent, School

README = Path(__file__).resolve().parents[2] / "README.md"
OFFICES = {"rectorat", "DSDEN"}
LOGINS = {agent.login for agent in NORMANDIE.agents}


@pytest.mark.parametrize(
    ("digits", "letter"), [("0760001", "N"), ("0760042", "H"), ("0000000", "A"), ("0000022", "Z")]
)
def test_the_check_letter_of_a_uai_is_the_remainder_by_23(digits: str, letter: str) -> None:
    assert check_letter(digits) == letter


@pytest.mark.parametrize("school", NORMANDIE.schools, ids=lambda school: school.uai)
def test_every_school_has_a_uai_with_its_right_letter(school: School) -> None:
    assert re.fullmatch(r"\d{7}[A-Z]", school.uai)
    assert school.uai[-1] == check_letter(school.uai[:-1])


def test_there_are_four_schools_besides_the_offices() -> None:
    kinds = Counter(school.kind for school in NORMANDIE.schools)
    assert kinds["rectorat"] == 1
    assert sum(count for kind, count in kinds.items() if kind not in OFFICES) == 4


@pytest.mark.parametrize("agent", NORMANDIE.agents, ids=lambda agent: agent.login)
def test_every_login_follows_the_rule_and_homonyms_have_a_number(agent: SampleAgent) -> None:
    plain = login_name(agent.first_name, agent.usual_name)
    assert re.fullmatch(re.escape(plain) + r"\d?", agent.login)


def test_logins_are_all_different_and_two_people_share_a_name() -> None:
    assert len(LOGINS) == len(NORMANDIE.agents)
    names = Counter(agent.display_name for agent in NORMANDIE.agents)
    assert names["Julien Morel"] == 2


def test_passwords_are_long_different_and_say_nothing_of_their_owner() -> None:
    active = [agent for agent in NORMANDIE.agents if agent.password]
    assert len({agent.password for agent in active}) == len(active)
    for agent in active:
        password = agent.password or ""
        assert len(password) >= 15
        assert not any(part in password for part in re.split(r"[.-]", agent.login) if len(part) > 2)


def test_readme_prints_every_login_with_its_password() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    for agent in NORMANDIE.agents:
        (line,) = [line for line in lines if line.startswith(f"| `{agent.login}` |")]
        assert agent.display_name in line
        assert (agent.password or "not activated") in line


def test_some_people_have_not_activated_their_account_yet() -> None:
    assert {"fanny.delaunay", "solene.lecoeur"} == {
        agent.login for agent in NORMANDIE.agents if not agent.is_active
    }


def test_every_role_of_the_product_is_played() -> None:
    assert set(get_args(Role)) == set(Agent.Role.values)
    assert {agent.role for agent in NORMANDIE.agents} == set(Agent.Role.values)


@pytest.mark.parametrize("post", NORMANDIE.functional_mailboxes, ids=lambda post: post.local_part)
def test_functional_mailboxes_are_answered_for_by_active_people(post: FunctionalMailbox) -> None:
    assert NORMANDIE.agent(post.responsable).is_active
    assert {delegation.login for delegation in post.delegations} <= LOGINS


def test_every_school_has_the_mailbox_of_its_uai() -> None:
    posts = {post.local_part for post in NORMANDIE.functional_mailboxes}
    schools = [school for school in NORMANDIE.schools if school.kind not in OFFICES]
    assert {f"ce.{school.uai.lower()}" for school in schools} <= posts
