"""Schools, people who wait for their letter, and letters on their way."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.models import Agent, School, User
from accounts.roles import Role
from accounts.sealed.numen import keep_numen, read_numen
from accounts.secrets import Code
from activation.codes import hash_of, new_code
from activation.letters.states import expiry
from activation.models import Letter, LetterBatch
from tests.accounts.conftest import AgentMaker, make_agent, moulin, prevert, ring, write_ring
from tests.activation.activating import Newcomer, newcomer

__all__ = ["make_agent", "moulin", "prevert", "ring", "write_ring"]

NewcomerMaker = Callable[..., Agent]
LetterPoster = Callable[[Agent], tuple[Letter, Code]]

_numbers = count(1)


@pytest.fixture
def make_newcomer(moulin: School, ring: Path) -> NewcomerMaker:
    """``make_newcomer("Julien", "Morel")``: imported, with a NUMEN and an address, no account."""

    def make(first_name: str = "Julien", usual_name: str = "Morel", **more: object) -> Agent:
        fields: dict[str, object] = {
            "school": moulin,
            "street": "12, rue des Lilas",
            "postal_code": "76000",
            "city": "Rouen",
            "post": "Professeur de mathématiques",
        }
        agent = Agent.objects.create(
            first_name=first_name,
            usual_name=usual_name,
            civil_name=usual_name,
            **{**fields, **more},
        )
        keep_numen(agent, read_numen(f"17E{next(_numbers):07d}ABC"))
        return agent

    return make


@pytest.fixture
def admin(make_agent: AgentMaker) -> User:
    agent = make_agent("admin", Role.ADMINISTRATOR)
    assert agent.user
    return agent.user


@pytest.fixture
def post_letter(admin: User) -> LetterPoster:
    """``letter, code = post_letter(agent)``: a letter that was posted today."""

    def post(agent: Agent) -> tuple[Letter, Code]:
        today = timezone.localdate()
        letter = Letter.objects.create(
            batch=LetterBatch.objects.create(drafted_by=admin), agent=agent, login="julien.morel"
        )
        code = new_code()
        letter.code_hash = hash_of(code, letter.pk)
        letter.state, letter.posted_on = Letter.State.POSTED, today
        letter.expires_at = expiry(today)
        letter.save()
        return letter, code

    return post


@pytest.fixture
def solene(ring: Path, db: None) -> Newcomer:
    """Somebody with a letter in their hand."""
    return newcomer()
