"""State folders stand side by side and are kept from one start to the next."""

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.state import (
    lock_state,
    open_state,
    others_may_enter,
    port_is_free,
    remove_state,
    site_environment,
)
from deploy.supervisor import CannotStart


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: the mail servers' sockets must fit in it."""
    path = Path(tempfile.mkdtemp(prefix="pli-"))
    path.chmod(0o711)
    yield path / "demo"
    remove_state(path / "demo")
    path.rmdir()


def test_ports_are_remembered(folder: Path) -> None:
    first = open_state(folder)
    assert open_state(folder).ports == first.ports
    assert len(set(first.ports.values())) == len(first.ports)


def test_a_port_taken_meanwhile_is_replaced(folder: Path) -> None:
    first = open_state(folder)
    with socket.socket() as other:
        other.bind(("127.0.0.1", first.ports["imap"]))
        other.listen()
        second = open_state(folder)
    assert second.ports["imap"] != first.ports["imap"]
    assert second.ports["smtp"] == first.ports["smtp"]
    assert json.loads((folder / "ports.json").read_text()) == second.ports


def test_keys_are_made_once(folder: Path) -> None:
    state = open_state(folder)
    files = [*state.keys.iterdir(), *(state.mail / "tls").iterdir()]
    contents = [path.read_bytes() for path in files]
    open_state(folder)
    assert [path.read_bytes() for path in files] == contents
    assert len(set(contents)) == len(contents)


def test_private_keys_are_their_owners_only(folder: Path) -> None:
    state = open_state(folder)
    for path in [*state.keys.iterdir(), state.mail / "tls" / "server.key"]:
        assert path.stat().st_mode & 0o077 == 0


def test_nobody_else_reads_what_the_mail_servers_look_up(folder: Path) -> None:
    state = open_state(folder)
    closed = (state.mail / "db") if state.as_root else state.folder
    assert closed.stat().st_mode & 0o007 == 0


def test_two_starts_of_one_folder_are_refused(folder: Path) -> None:
    with lock_state(folder), pytest.raises(CannotStart, match="already runs"):
        lock_state(folder)
    lock_state(folder).close()


def test_a_path_too_long_for_sockets_is_said(folder: Path) -> None:
    with pytest.raises(CannotStart, match="too long"):
        open_state(folder / ("x" * 80))


def test_a_folder_closed_to_others_keeps_root_from_nothing(folder: Path) -> None:
    """A clone in /root: the mail servers' accounts could not come in."""
    folder.parent.chmod(0o700)
    state = open_state(folder)
    assert state.mail.is_relative_to(folder) == (os.geteuid() != 0)
    assert others_may_enter(state.mail.parent) or os.geteuid() != 0


def test_a_removed_state_leaves_nothing(folder: Path) -> None:
    state = open_state(folder)
    remove_state(folder)
    assert not folder.exists()
    assert not state.mail.exists()


def test_the_environment_names_only_files_that_exist(folder: Path) -> None:
    state = open_state(folder)
    environment = site_environment(state, "http://localhost:8000", state.sqlite_url)
    files = {name: value for name, value in environment.items() if name.endswith("_KEY_FILE")}
    assert files
    assert all(Path(value).is_file() for value in files.values())


def test_a_free_port_is_free_and_a_taken_one_is_not() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        assert not port_is_free(port)
    assert port_is_free(port)
