"""The servers of one test process: its own folder, ports and database, so that processes run side by side.

``RUN`` is made when tests/conftest.py is imported, before Django reads its settings; the servers
themselves start when the first test needs them.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from celery import current_app

from deploy import servers
from deploy.state import State, open_state, remove_state, site_environment
from deploy.supervisor import CannotStart, Program, Supervisor
from deploy.web_server import web_server
from tests.leaks import FOLDER

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
STATIC = ROOT / "var" / "tests" / "static"
STOP_SECONDS = 10.0
SITE = "tests.leaks.site:application"  # config.asgi, watched
QUEUES = ("interactive", "bulk")
POSTGRESQL = os.environ.get("DB", "sqlite") == "postgres"


class Servers:
    """Starts what is asked for, once, and stops all of it when the tests end."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pli-"))
        self.folder.chmod(0o711)  # the mail servers' accounts pass through
        self.state = open_state(self.folder)
        self.url = f"http://localhost:{self.state.ports['web']}"
        self.records = self.folder / "records"
        self.log = (self.folder / "servers.log").open("w", encoding="utf-8")
        self.supervisor = Supervisor(self.log)
        self.starters: dict[str, partial[Program]] = {}
        self.worker_is_at_work: bool | None = None  # None: there is none yet

    @property
    def database_url(self) -> str:
        return self.url_of_database("pli") if POSTGRESQL else self.state.sqlite_url

    def url_of_database(self, name: str) -> str:
        if POSTGRESQL:
            return f"postgres://pli@127.0.0.1:{self.state.ports['postgresql']}/{name}"
        return f"sqlite:///{name}"

    @property
    def sqlite_test_file(self) -> str:
        return str(self.folder / "db" / "test.sqlite3")

    def environment(self, database_url: str) -> dict[str, str]:
        variables = site_environment(self.state, self.url, database_url)
        pictures = {
            "PLI_PICTURE_PRIVATE_HOSTS": "localhost"
        }  # where the tests' own server of pictures is
        return {
            **variables,
            **pictures,
            "PLI_STATIC_ROOT": str(STATIC),
            "PLI_LOG_LEVEL": "WARNING",
            "PLI_MAIL_LOG_FILE": str(self.folder / "servers.log"),
            "PLI_UNDO_SECONDS": "0",  # a test that takes back says so
            FOLDER: str(self.records),
        }

    def start_redis(self) -> None:
        servers.start_redis(self.state, self.supervisor)

    def start_postgresql(self) -> None:
        if POSTGRESQL:
            servers.start_postgresql(self.state, self.supervisor)

    def start_mail(self, database_name: str) -> None:
        """Dovecot and Postfix, reading identities in this process's test database.

        They do without the site until it is started.
        """
        academy = servers.Academy(site=self.url, tells_site=False)
        database = servers.Database()
        if POSTGRESQL:
            port = self.state.ports["postgresql"]
            database = servers.Database("pgsql", port=port, name=database_name, role="pli_mail")
        self.starters = {
            "dovecot": partial(servers.start_dovecot, academy=academy, database=database),
            "postfix": partial(servers.start_postfix, academy=academy, database=database),
            "postgresql": partial(servers.start_postgresql),
            "redis": partial(servers.start_redis),
        }
        self.starters["dovecot"](self.state, self.supervisor)
        self.starters["postfix"](self.state, self.supervisor)

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """Stops ``dovecot``, ``postfix``, ``postgresql``, ``redis``, ``web`` or ``worker`` meanwhile."""
        self.stop(self.program(name))
        try:
            yield
        finally:
            self.start(name)

    def start(self, name: str) -> None:
        """What was stopped; from the main thread, with whose end it ends."""
        self.starters[name](self.state, self.supervisor)

    def start_site(self, database_name: str) -> None:
        """The web server and a worker, as in production, on this process's test database."""
        environment = os.environ | self.environment(self.url_of_database(database_name))
        self.starters["web"] = partial(self.start_web, environment=environment)
        self.start_web(self.state, self.supervisor, environment)
        self.let_dovecot_tell()
        # --purge: what earlier tests left in the queues concerns nobody any more.
        self.start_worker("worker", QUEUES, 2, database_name, "--purge")
        self.starters["worker"] = partial(self._start_worker_again, database_name=database_name)
        self.worker_is_at_work = True

    def _start_worker_again(
        self, _state: State, _supervisor: Supervisor, database_name: str
    ) -> Program:
        return self.start_worker("worker", QUEUES, 2, database_name)

    def start_worker(
        self, name: str, queues: Sequence[str], jobs: int, database_name: str, *more: str
    ) -> Program:
        """A worker on this process's test database, which takes so many jobs at a time."""
        environment = os.environ | self.environment(self.url_of_database(database_name))
        celery = [str(BIN / "celery"), "--app", "config", "worker", *more]
        options = ["--queues", ",".join(queues), "--pool", "threads", "--concurrency", str(jobs)]
        quick = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        command = [*celery, *options, *quick, "--hostname", f"{name}@localhost"]
        worker = self.supervisor.start(name, command, environment)
        self.supervisor.wait_until(worker, lambda: any("ready." in it for it in worker.last_lines))
        return worker

    def let_worker_work(self, *, wanted: bool) -> None:
        """A test without the live site does the workers' jobs itself: nobody may be quicker."""
        if self.worker_is_at_work is None or self.worker_is_at_work == wanted:
            return
        change = current_app.control.add_consumer if wanted else current_app.control.cancel_consumer
        for queue in QUEUES:
            self._tell_worker(partial(change, queue))
        self.worker_is_at_work = wanted

    def _tell_worker(self, change: partial[Any]) -> None:
        """Until it says that it heard: after a test that stops Redis it comes back in its own time.

        A connection of its own each time: Celery's waiting ones do not survive such a test.
        """
        until = time.monotonic() + 6 * STOP_SECONDS
        while time.monotonic() < until:
            with current_app.connection_for_write() as connection:
                if change(reply=True, limit=1, timeout=2.0, connection=connection):
                    return
        raise CannotStart("The worker does not answer.")

    def let_dovecot_tell(self) -> None:
        """Starts Dovecot again: it waits up to a minute before it tries a site that was away."""
        academy = servers.Academy(site=self.url)
        with self.without("dovecot"):
            usual = self.starters["dovecot"]
            self.starters["dovecot"] = partial(usual, academy=academy)

    def start_web(
        self, state: State, supervisor: Supervisor, environment: Mapping[str, str]
    ) -> Program:
        web = supervisor.start("web", web_server(state.ports["web"], SITE), environment)
        supervisor.wait_until(web, lambda: servers.answers_http(state.ports["web"]))
        return web

    def program(self, name: str) -> Program:
        return next(it for it in self.supervisor.programs if it.name == name)

    def stop(self, program: Program) -> None:
        self.supervisor.programs.remove(program)
        program.ask_to_stop()
        program.end(time.monotonic() + STOP_SECONDS)

    def close(self) -> None:
        self.supervisor.stop()
        self.log.close()
        remove_state(self.folder)


RUN = Servers()
os.environ.update(RUN.environment(RUN.database_url))
