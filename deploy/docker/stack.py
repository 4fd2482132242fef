"""A throw-away set of Pli's containers: its own names, ports, secrets and volumes."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AUTHORITIES = ROOT / "deploy" / "docker" / "ca"
# Where Debian keeps the authorities that this machine's administrator added.
LOCAL_AUTHORITIES = Path("/usr/local/share/ca-certificates")
DEFAULT_BASE_IMAGE = "debian:bookworm-slim"
PUBLISHED = ("HTTP", "HTTPS", "IMAPS", "SMTP", "SUBMISSION")
HEALTHY_SECONDS = 240.0


class StackFailed(Exception):
    """What stands in the way of the containers."""


@dataclass(frozen=True)
class Stack:
    """``folder`` holds the environment file and the secrets; ``ports`` are those published."""

    name: str
    folder: Path
    ports: Mapping[str, int]
    command: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"https://localhost:{self.ports['HTTPS']}"

    @property
    def authority(self) -> Path:
        return self.folder / "secrets" / "mail_authority"

    def compose(self, *arguments: str) -> str:
        return run(*self.command, *arguments)

    def build(self) -> None:
        with ExitStack() as kept:
            for authority in LOCAL_AUTHORITIES.glob("*.crt"):
                copy = AUTHORITIES / authority.name
                if not copy.exists():
                    shutil.copy(authority, copy)
                    kept.callback(copy.unlink)
            self.compose("build")

    def start(self) -> None:
        self.compose("up", "--detach", "--no-build")

    def remove(self) -> None:
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "20")

    def last_lines(self) -> str:
        return self.compose("logs", "--no-color", "--tail=30")

    def containers(self) -> dict[str, str]:
        """Service → state: ``healthy``, ``starting``, ``unhealthy``, or ``exited 1`` and such."""
        label = f"label=com.docker.compose.project={self.name}"
        numbers = run("docker", "ps", "--all", "--quiet", "--filter", label).split()
        found = json.loads(run("docker", "inspect", *numbers)) if numbers else []
        return {
            item["Config"]["Labels"]["com.docker.compose.service"]: _state(item) for item in found
        }

    def wait_until_healthy(self) -> None:
        """Every service is healthy, and the migrations have ended well. Raises ``StackFailed``."""
        deadline = time.monotonic() + HEALTHY_SECONDS
        wanted = {"healthy", "exited 0"}
        while not (states := self.containers()) or not wanted.issuperset(states.values()):
            if time.monotonic() > deadline:
                raise StackFailed(f"not all containers became healthy: {states}")
            time.sleep(1)


def _state(container: Mapping[str, dict[str, object]]) -> str:
    state = container["State"]
    if state["Status"] != "running":
        return f"{state['Status']} {state['ExitCode']}"
    health = state["Health"]
    return str(health["Status"]) if isinstance(health, dict) else "running"


def prepare(folder: Path, base_image: str | None) -> Stack:
    """Write a new stack's environment and secrets. With ``base_image``, nothing at all is pulled.

    Raises ``StackFailed`` when this machine has no engine, or no such image.
    """
    require_engine()
    require_image(base_image or DEFAULT_BASE_IMAGE)
    ports = dict(zip(PUBLISHED, free_ports(len(PUBLISHED)), strict=True))
    environment = folder / "environment"
    environment.write_text(environment_text(folder, ports, base_image))
    run("sh", str(ROOT / "deploy" / "docker" / "init.sh"), PLI_ENV_FILE=str(environment))
    name = f"pli-test-{os.getpid()}"
    files = ["docker-compose.yml", *(["docker-compose.debian.yml"] if base_image else [])]
    named = [part for file in files for part in ("--file", str(ROOT / file))]
    options = ["--env-file", str(environment), "--project-name", name, *named]
    return Stack(name, folder, ports, (*compose_command(), *options))


def environment_text(folder: Path, ports: Mapping[str, int], base_image: str | None) -> str:
    lines = [
        f"PLI_BASE_IMAGE={base_image or DEFAULT_BASE_IMAGE}",
        "PLI_TAG=compose-test",
        f"PLI_ENV_FILE={folder / 'environment'}",
        f"PLI_SECRETS={folder / 'secrets'}",
        "PLI_HOST=localhost",
        f"PLI_URL_PORT=:{ports['HTTPS']}",
        "PLI_DOMAINS=ac-normandie.fr,ac-rouen.fr,ac-caen.fr",
        "PLI_IMAP_NAME=imap.ac-normandie.fr",
        "PLI_SMTP_NAME=smtp.ac-normandie.fr",
        "PLI_POSTMASTER=postmaster@ac-normandie.fr",
        "PLI_OUTBOUND=discard:nothing leaves a test",
        "PLI_PUBLISH_ADDRESS=127.0.0.1",
        *(f"PLI_PUBLISH_{name}={port}" for name, port in ports.items()),
    ]
    return "\n".join(lines) + "\n"


def compose_command() -> list[str]:
    """``PLI_COMPOSE``, else the plug-in, else Debian's docker-compose. Raises ``StackFailed``."""
    if wanted := os.environ.get("PLI_COMPOSE"):
        return wanted.split()
    if answers("docker", "compose", "version"):
        return ["docker", "compose"]
    if answers("docker-compose", "version"):
        return ["docker-compose"]
    raise StackFailed("Docker Compose is not installed (Debian: docker-compose).")


def require_engine() -> None:
    if shutil.which("docker") is None:
        raise StackFailed("Docker is not installed (Debian: docker.io).")
    if not answers("docker", "info"):
        raise StackFailed("Docker’s engine does not answer: start it (dockerd), or join its group.")


def require_image(name: str) -> None:
    if not answers("docker", "image", "inspect", name) and not answers("docker", "pull", name):
        raise StackFailed(
            f"{name} is neither here nor can it be pulled. `make compose-base` makes an image from"
            " Debian’s mirror; then: PLI_BASE_IMAGE=pli-base:bookworm make compose-test"
        )


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody has; all are held until all are known."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def answers(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    return done.returncode == 0


def run(*command: str, **variables: str) -> str:
    """The output of a command, which is shown when it fails. Raises ``StackFailed``."""
    # What the operator's own .env or shell says must not reach the stack under test.
    inherited = {name: value for name, value in os.environ.items() if name[:4] != "PLI_"}
    done = subprocess.run(  # noqa: S603
        command,
        cwd=ROOT,
        env=inherited | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        raise StackFailed(f"“{' '.join(command)}” ended with {done.returncode}.")
    return done.stdout
