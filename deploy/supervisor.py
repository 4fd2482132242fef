"""Runs a few programs together: their output prefixed, all stopped when one ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO

START_SECONDS = 30.0
GRACE_SECONDS = 10.0
LAST_WORDS_SECONDS = 1.0  # a child that lives on may hold the output open
COLOURS = (36, 33, 32, 35, 34, 96, 93, 92)
LAST_LINES = 15


class CannotStart(Exception):
    """What stands in the way, in words for the person who typed the command."""


class Stopped(Exception):
    """A signal asked to stop while something was still being prepared."""


class Program:
    """A running program, leader of a session of its own: a Ctrl-C reaches only its supervisor."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        account: str = "",
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        """``account`` is the one that root gives the program; empty: its own."""
        self.name = name
        self.stop_signal = stop_signal
        self.reader: threading.Thread | None = None
        self.last_lines: deque[str] = deque(maxlen=LAST_LINES)
        # --pdeathsig: should the supervisor itself be killed, its programs end too.
        self.process = subprocess.Popen(  # noqa: S603
            ["setpriv", "--pdeathsig", "TERM", *_as_account(account), *command],  # noqa: S607
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        with suppress(ProcessLookupError):
            self.process.send_signal(self.stop_signal)

    def end(self, deadline: float) -> None:
        """Wait until ``deadline`` (monotonic seconds), then kill what is left of its session."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, deadline - time.monotonic()))
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def _as_account(account: str) -> list[str]:
    return [f"--reuid={account}", f"--regid={account}", "--init-groups"] if account else []


class Supervisor:
    """Starts programs in order and stops them in the reverse order."""

    def __init__(self, output: IO[str] | None = None) -> None:
        """``output`` receives the programs' lines; None keeps only each one's last lines."""
        self.output = output
        self.programs: list[Program] = []
        self.stopping = threading.Event()
        self._writing = threading.Lock()

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Program:
        return self.watch(Program(name, command, environment))

    def watch(self, program: Program) -> Program:
        self.programs.append(program)
        program.reader = threading.Thread(target=self._forward, args=(program,), daemon=True)
        program.reader.start()
        return program

    def _forward(self, program: Program) -> None:
        prefix = self._prefix(program.name)
        for line in program.process.stdout or ():
            if not line.strip():
                continue
            program.last_lines.append(line.rstrip())
            if self.output is not None:
                with self._writing:
                    self.output.write(f"{prefix} {line.rstrip()}\n")
                    self.output.flush()

    def _prefix(self, name: str) -> str:
        text = f"{name:<12}|"
        if self.output is None or not self.output.isatty():
            return text
        return f"\x1b[{COLOURS[len(self.programs) % len(COLOURS)]}m{text}\x1b[0m"

    def run(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run a program to its end. Raises ``CannotStart`` when it fails, ``Stopped``."""
        program = self.start(name, command, environment)
        while program.running:
            self._raise_if_stopping(0.05)
        if program.reader:
            program.reader.join(LAST_WORDS_SECONDS)
        self.programs.remove(program)
        if program.process.returncode != 0:
            raise CannotStart(self._complaint(f"{name} failed", program))

    def wait_until(self, program: Program, answers: Callable[[], bool]) -> None:
        """Raises ``CannotStart`` when the program ends or never answers, ``Stopped``."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and program.running:
            if answers():
                return
            self._raise_if_stopping(0.05)
        raise CannotStart(self._complaint(f"{program.name} does not answer", program))

    def _complaint(self, what: str, program: Program) -> str:
        """What is not on the screen already is quoted."""
        if program.reader is not None and not program.running:
            program.reader.join(LAST_WORDS_SECONDS)
        if self.output is not None or not program.last_lines:
            return f"{what}."
        return "\n  ".join([f"{what}. Its last lines:", *program.last_lines])

    def _raise_if_stopping(self, seconds: float) -> None:
        if self.stopping.wait(seconds):
            raise Stopped

    def stop_on_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def wait(self) -> Program | None:
        """Until a signal asks to stop (None) or a program ends by itself (that program)."""
        while not self.stopping.wait(0.3):
            for program in self.programs:
                if not program.running:
                    return program
        return None

    def stop(self) -> None:
        """Stop all; a second signal meanwhile changes nothing, so nothing is left behind."""
        for program in reversed(self.programs):
            program.ask_to_stop()
        deadline = time.monotonic() + GRACE_SECONDS
        for program in reversed(self.programs):
            program.end(deadline)
        self.programs.clear()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
