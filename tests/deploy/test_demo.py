"""What stands in the way of ``make demo`` is said in one line."""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from deploy.state import lock_state

ROOT = Path(__file__).resolve().parents[2]


def demo(folder: Path, port: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PLI_VAR": str(folder), "PLI_PORT": port}
    return subprocess.run(  # noqa: S603
        [sys.executable, "-m", "deploy.demo", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "demo"


def test_a_taken_port_is_said(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = demo(folder, str(port))
    assert done.returncode == 1
    assert done.stderr == f"Pli: port {port} is taken; another one: PLI_PORT={port + 1} make demo\n"


def test_a_port_that_is_no_number_is_said(folder: Path) -> None:
    done = demo(folder, "huit mille")
    assert done.stderr == "Pli: PLI_PORT must be a port number, not 'huit mille'.\n"


def test_a_running_demonstration_is_not_disturbed(folder: Path) -> None:
    with lock_state(folder):
        done = demo(folder, "8000", "reset")
    assert done.returncode == 1
    assert "already runs" in done.stderr
    assert folder.exists()


def test_a_reset_forgets_everything() -> None:
    with tempfile.TemporaryDirectory(prefix="pli-") as short:
        folder = Path(short) / "demo"
        (folder / "mail").mkdir(parents=True)
        assert demo(folder, "8000", "reset").returncode == 0
        assert not folder.exists()
