"""Agents to act on, and a key ring of their own for the tests that seal something."""

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import Agent, School, User

AgentMaker = Callable[..., Agent]
RingWriter = Callable[..., Path]


@pytest.fixture
def write_ring(tmp_path: Path, settings: Settings) -> RingWriter:
    """``write_ring("k1", "k2", current="k2")`` gives the site a ring of these keys."""
    settings.KEY_RING_FILE = str(tmp_path / "key-ring.toml")

    def write(*ids: str, current: str) -> Path:
        keys = [f'{i} = "{b64encode(sha256(i.encode()).digest()).decode()}"' for i in ids]
        path = tmp_path / "key-ring.toml"
        path.write_text("\n".join([f'current = "{current}"', "[keys]", *keys]))
        return path

    return write


@pytest.fixture
def ring(write_ring: RingWriter) -> Path:
    return write_ring("k1", current="k1")


@pytest.fixture
def make_agent(db: None) -> AgentMaker:
    """``make_agent("alice", Agent.Role.HEAD, school)``: a member of staff with an open account."""

    def make(name: str, role: Agent.Role = Agent.Role.AGENT, school: School | None = None) -> Agent:
        return Agent.objects.create(
            user=User.objects.create_user(f"{name}.test", is_active=True),
            civil_name="Test",
            usual_name="Test",
            first_name=name.title(),
            status=Agent.Status.ACTIVE,
            role=role,
            school=school,
        )

    return make


@pytest.fixture
def moulin(db: None) -> School:
    return School.objects.create(uai="0760001N", name="Collège Jean Moulin", city="Rouen")


@pytest.fixture
def prevert(db: None) -> School:
    return School.objects.create(uai="0760042H", name="École Jacques Prévert", city="Dieppe")
