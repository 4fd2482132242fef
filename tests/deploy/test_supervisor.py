"""Programs started together end together, and say who speaks."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deploy.supervisor import CannotStart, Program, Stopped, Supervisor

PATIENCE_SECONDS = 10.0
# Ends in its own time when asked, and leaves a child behind.
SHELL = "sleep 60 & echo $! ; trap 'echo asked; exit 0' TERM; wait"
ROOT = Path(__file__).resolve().parents[2]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def wait_for_lines(program: Program, count: int) -> list[str]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(program.last_lines) < count and time.monotonic() < deadline:
        pass
    return list(program.last_lines)


def wait_until_gone(pid: int) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while alive(pid) and time.monotonic() < deadline:
        pass
    return not alive(pid)


def test_each_line_says_which_program_wrote_it() -> None:
    screen = io.StringIO()
    supervisor = Supervisor(screen)
    supervisor.run("greeter", ["echo", "bonjour"], os.environ)
    supervisor.stop()
    assert screen.getvalue() == "greeter     | bonjour\n"


def test_stopping_ends_a_program_and_its_children() -> None:
    supervisor = Supervisor()
    program = supervisor.start("shell", ["sh", "-c", SHELL], os.environ)
    [child] = wait_for_lines(program, 1)
    supervisor.stop()
    assert not program.running
    assert wait_until_gone(int(child))


def test_a_killed_supervisor_takes_its_programs_along() -> None:
    script = (
        "import os, sys\n"
        "from deploy.supervisor import Supervisor\n"
        "shell = ['sh', '-c', 'echo up; exec sleep 60']\n"
        "program = Supervisor().start('sleeper', shell, os.environ)\n"
        "while not program.last_lines: pass\n"
        "print(program.process.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    parent.communicate()
    assert wait_until_gone(pid)


def test_a_program_that_ends_by_itself_is_reported() -> None:
    supervisor = Supervisor()
    lasting = supervisor.start("lasting", ["sleep", "60"], os.environ)
    brief = supervisor.start("brief", ["true"], os.environ)
    assert supervisor.wait() is brief
    assert lasting.running
    supervisor.stop()


def test_a_signal_ends_the_wait_and_a_second_one_changes_nothing() -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    supervisor = Supervisor()
    supervisor.stop_on_signals()
    try:
        lasting = supervisor.start("lasting", ["sleep", "60"], os.environ)
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
        assert supervisor.wait() is None
        supervisor.stop()
        assert not lasting.running
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def test_what_fails_is_quoted_when_it_was_not_on_the_screen() -> None:
    supervisor = Supervisor()
    with pytest.raises(CannotStart, match=r"step failed.*\n.*no such thing"):
        supervisor.run("step", ["sh", "-c", "echo no such thing; exit 3"], os.environ)
    supervisor.stop()


def test_a_signal_interrupts_a_step() -> None:
    supervisor = Supervisor()
    supervisor.stopping.set()
    with pytest.raises(Stopped):
        supervisor.run("step", ["sleep", "60"], os.environ)
    supervisor.stop()


def test_a_server_that_ends_instead_of_answering_is_told_of() -> None:
    supervisor = Supervisor()
    program = supervisor.start("server", ["sh", "-c", "echo no port; exit 1"], os.environ)
    with pytest.raises(CannotStart, match="server does not answer"):
        supervisor.wait_until(program, lambda: False)
    supervisor.stop()
