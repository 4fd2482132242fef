"""``make demo``: the sample academy on this machine, in the foreground, until Ctrl-C.

``python -m deploy.demo`` starts it, ``python -m deploy.demo reset`` deletes its state. ``PLI_VAR``
moves the state folder, ``PLI_PORT`` the port of the site; the other servers take free ports.
"""

import os
import shlex
import shutil
import sys
from pathlib import Path

from deploy.servers import Academy, answers_http, start_dovecot, start_postfix, start_redis
from deploy.state import (
    State,
    lock_state,
    open_state,
    port_is_free,
    remove_state,
    site_environment,
)
from deploy.supervisor import CannotStart, Stopped, Supervisor, say
from deploy.web_server import web_server
from sample.academy import NORMANDIE

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
# Celery warns root of pickled jobs; ours are JSON.
AS_ROOT = {"PYTHONWARNINGS": "ignore:You're running the worker"}
WORKER = ("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--pool", "threads")


def main(arguments: list[str]) -> int:
    try:
        folder = Path(os.environ.get("PLI_VAR", ROOT / "var" / "demo"))
        if arguments == ["reset"]:
            reset(folder)
        else:
            demonstrate(folder, site_port())
    except CannotStart as error:
        sys.stderr.write(f"Pli: {error}\n")
        return 1
    return 0


def site_port() -> int:
    text = os.environ.get("PLI_PORT", "8000")
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PLI_PORT must be a port number, not {text!r}.")
    return int(text)


def reset(folder: Path) -> None:
    with lock_state(folder):
        remove_state(folder)
    say(f"Pli: {folder} is gone; the next `make demo` starts over.")


def demonstrate(folder: Path, port: int) -> None:
    with lock_state(folder):
        if not port_is_free(port):
            raise CannotStart(f"port {port} is taken; another one: PLI_PORT={port + 1} make demo")
        supervisor = Supervisor(sys.stdout)
        supervisor.stop_on_signals()
        try:
            start_everything(folder, port, supervisor)
            ended = supervisor.wait()
        except Stopped:
            ended = None
        finally:
            say("Pli: stopping…")
            supervisor.stop()
            say("Pli: stopped.")
        if ended is not None:
            raise CannotStart(f"{ended.name} ended by itself.")


def start_everything(folder: Path, port: int, supervisor: Supervisor) -> None:
    state = open_state(folder)
    site = f"http://localhost:{port}"
    environment = os.environ | site_environment(state, site, state.sqlite_url)
    write_environment(state.folder / "env", environment)
    say("Pli: preparing the database and the pages…")
    supervisor.run("prepare", [sys.executable, "-m", "deploy.install_site"], environment)
    say("Pli: starting the mail servers…")
    start_redis(state, supervisor)
    start_dovecot(state, supervisor, Academy(site=site))
    start_postfix(state, supervisor, Academy(site=site))
    # Before the sample, whose deliveries Dovecot reports to the site.
    start_site(port, supervisor, environment)
    load = [sys.executable, "manage.py", "load_sample"]
    supervisor.run("sample", load, environment)
    show_welcome(site, state)


def write_environment(path: Path, environment: dict[str, str]) -> None:
    """For a second terminal: ``make manage ARGS=…`` reads it."""
    lines = [
        f"export {name}={shlex.quote(value)}\n"
        for name, value in sorted(environment.items())
        if name.startswith("PLI_")
    ]
    path.touch(mode=0o600)
    path.write_text("".join(lines))


def start_site(port: int, supervisor: Supervisor, environment: dict[str, str]) -> None:
    web = supervisor.start("web", web_server(port), environment)
    celery = [str(BIN / "celery"), "--quiet", "--app", "config"]
    for queue in ("interactive", "bulk"):
        name = f"{queue}-{port}@localhost"
        options = ["--queues", queue, "--hostname", name, "--concurrency", "4", *WORKER]
        supervisor.start(queue, [*celery, "worker", *options], environment | AS_ROOT)
    schedule = f"{environment['PLI_VAR']}/beat-schedule"
    beat = ["beat", "--schedule", schedule, "--pidfile", "", "--loglevel", "WARNING"]
    supervisor.start("beat", [*celery, *beat], environment)
    supervisor.wait_until(web, lambda: answers_http(port))


def show_welcome(site: str, state: State) -> None:
    ports = state.ports
    line = "─" * min(shutil.get_terminal_size().columns, 100)
    width = 2 + max(len(agent.login) for agent in NORMANDIE.agents)
    say(line)
    say(f"{'login':<{width}}{'password':<30}who")
    for agent in NORMANDIE.agents:
        password = agent.password or "(not activated yet)"
        say(f"{agent.login:<{width}}{password:<30}{agent.display_name}, {agent.post}")
    say("")
    say(f"Mail programs: IMAP localhost:{ports['imap']} and SMTP localhost:{ports['submission']},")
    say(f"both over TLS, with the whole address and the same password; authority {state.authority}")
    say(f"Port 25 here is {ports['smtp']}; mail to other domains is accepted and thrown away.")
    say("Ctrl-C stops everything; the data stay until `make demo-reset`.")
    say(line)
    say(f"Pli is ready: {site}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
