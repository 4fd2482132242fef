from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import Agent
from accounts.sealed import key_rotation
from accounts.sealed.keyring import KeyRingUnusable, key_ring, key_ring_is_readable
from accounts.sealed.numen import agent_with_numen, keep_numen, opened_numen, read_numen
from audit.models import Entry
from tests.accounts.conftest import AgentMaker, RingWriter

NUMENS = [f"17E98{number:05}ABC" for number in range(7)]


@pytest.fixture
def staff(ring: Path, make_agent: AgentMaker) -> list[Agent]:
    """Seven agents whose NUMEN are sealed with k1."""
    agents = [make_agent(f"agent{number}") for number in range(len(NUMENS))]
    for agent, numen in zip(agents, NUMENS, strict=True):
        keep_numen(agent, read_numen(numen))
    return agents


def rotate(*arguments: str) -> str:
    out = StringIO()
    call_command("rotate_keys", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def found() -> list[str | None]:
    """The first name of whoever each NUMEN leads to."""
    agents = [agent_with_numen(read_numen(numen)) for numen in NUMENS]
    return [agent.first_name if agent else None for agent in agents]


def test_after_a_rotation_the_old_key_can_leave(staff: list[Agent], write_ring: RingWriter) -> None:
    write_ring("k1", "k2", current="k2")
    assert "Key k1 can leave the ring" in rotate()
    write_ring("k2", current="k2")
    assert found() == [agent.first_name for agent in staff]
    assert "7 NUMEN open" in rotate("--check")
    assert Entry.objects.get().event == "keys_rotated"


def test_everybody_is_found_while_a_rotation_is_half_done(
    staff: list[Agent], write_ring: RingWriter
) -> None:
    write_ring("k1", "k2", current="k2")
    next(key_rotation.rotate_numens(rows_at_a_time=3))
    assert key_rotation.keys_in_use() == {"k1": 4, "k2": 3}
    assert found() == [agent.first_name for agent in staff]


def test_an_interrupted_rotation_ends_when_it_is_started_again(
    staff: list[Agent], write_ring: RingWriter
) -> None:
    write_ring("k1", "k2", current="k2")
    next(key_rotation.rotate_numens(rows_at_a_time=3))
    assert "4 NUMEN sealed again" in rotate()
    assert key_rotation.keys_in_use() == {"k2": 7}


def test_a_rotation_that_has_nothing_to_do_changes_nothing(staff: list[Agent]) -> None:
    before = list(Agent.objects.values_list("numen_sealed", flat=True))
    assert "7 NUMEN open" in rotate()
    assert list(Agent.objects.values_list("numen_sealed", flat=True)) == before
    assert not Entry.objects.exists()


def test_a_damaged_row_is_named_and_stops_no_other(
    staff: list[Agent], write_ring: RingWriter
) -> None:
    Agent.objects.filter(pk=staff[2].pk).update(numen_sealed=b"\0" * 41)
    write_ring("k1", "k2", current="k2")
    out = StringIO()
    with pytest.raises(CommandError, match="1 NUMEN need a person; keep all keys"):
        call_command("rotate_keys", stdout=out, stderr=out)
    assert f"agent {staff[2].pk}: does not open" in out.getvalue()
    assert key_rotation.keys_in_use() == {"k1": 1, "k2": 6}


def test_a_key_taken_out_too_early_is_named(staff: list[Agent], write_ring: RingWriter) -> None:
    write_ring("k2", current="k2")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rotate_keys", stdout=out, stderr=out)
    assert "sealed with key k1, which is not in the ring" in out.getvalue()
    write_ring("k1", "k2", current="k2")
    rotate()
    assert opened_numen(Agent.objects.get(pk=staff[0].pk)) == read_numen(NUMENS[0])


def test_one_numen_in_two_rows_is_told_and_both_stay(
    staff: list[Agent], write_ring: RingWriter
) -> None:
    write_ring("k2", current="k2")  # a machine that lost k1 lets the second one in
    keep_numen(staff[1], read_numen(NUMENS[0]))
    write_ring("k1", "k2", current="k2")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rotate_keys", stdout=out, stderr=out)
    assert f"agent {staff[0].pk}: another agent has the same NUMEN" in out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        "current = ",
        'current = "k1"',
        'current = "k2"\n[keys]\nk1 = "{key}"',
        'current = "k1"\n[keys]\nk1 = "dG9vIHNob3J0"',
        'current = "k1"\n[keys]\nk1 = "not base64!"',
        'current = "k1"\n[keys]\nk1 = 5',
        'current = "k1"\nkeys = "k1"',
        'current = ["k1"]\n[keys]\nk1 = "{key}"',
        'current = "a-name-of-more-than-twenty"\n[keys]\na-name-of-more-than-twenty = "{key}"',
        "\udcff",
    ],
)
def test_a_ring_that_cannot_be_used_is_said_in_one_line_without_the_keys(
    write_ring: RingWriter, content: str
) -> None:
    path = write_ring("k1", current="k1")
    key = path.read_text().split('"')[3]
    path.write_text(content.replace("{key}", key), "utf-8", "surrogateescape")
    [error] = key_ring_is_readable(None)
    assert str(path) in error.msg or "key" in error.msg.lower()
    assert key not in error.msg
    assert "\n" not in error.msg


def test_a_ring_that_is_not_there_is_said(settings: Settings, tmp_path: Path) -> None:
    settings.KEY_RING_FILE = str(tmp_path / "nowhere.toml")
    with pytest.raises(KeyRingUnusable, match="No such file"):
        key_ring()
    with pytest.raises(CommandError, match="No such file"):
        rotate()


def test_a_key_prints_without_its_secret(ring: Path) -> None:
    secret = ring.read_text().split('"')[3]
    assert secret not in repr(key_ring())
    assert "k1" in repr(key_ring())
