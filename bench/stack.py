"""The servers that are measured: the same as in tests and demonstration, with a state folder that stays.

``STACK`` is made before Django reads its settings. A second run finds the mailbox already filled.
"""

import os
import sys
from functools import partial
from pathlib import Path

from deploy import servers
from deploy.state import lock_state, open_state, site_environment
from deploy.supervisor import Program, Supervisor
from deploy.web_server import BIN, web_server

QUEUES = ("interactive", "bulk")
ROOT = Path(__file__).resolve().parents[1]


class Stack:
    """One state folder under ``var/bench``, for one kind of database."""

    def __init__(self, database: str) -> None:
        self.postgresql = database == "postgres"
        self.folder = Path(os.environ.get("PLI_BENCH_VAR", ROOT / "var" / "bench")) / database
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o711)  # the mail servers' accounts pass through
        self.lock = lock_state(self.folder)
        self.state = open_state(self.folder)
        self.log = (self.folder / "servers.log").open("w", encoding="utf-8")
        self.supervisor = Supervisor(self.log)
        self.url = f"http://localhost:{self.state.ports['web']}"
        os.environ.update(self.environment())

    def environment(self) -> dict[str, str]:
        variables = site_environment(self.state, self.url, self._database_url())
        return {**variables, "PLI_LOG_LEVEL": "WARNING"}

    def _database_url(self) -> str:
        if self.postgresql:
            return f"postgres://pli@127.0.0.1:{self.state.ports['postgresql']}/pli"
        return self.state.sqlite_url

    def start(self) -> None:
        """Everything but the web server and the workers, whose own time would disturb."""
        servers.start_redis(self.state, self.supervisor)
        if self.postgresql:
            servers.start_postgresql(self.state, self.supervisor)
        install = [sys.executable, "-m", "deploy.install_site"]
        self.supervisor.run("prepare", install, os.environ)
        # Dovecot tells of no mailbox before it was asked to: bench/measures/push.py does.
        academy = servers.Academy(site=self.url)
        database = servers.Database()
        if self.postgresql:
            port = self.state.ports["postgresql"]
            database = servers.Database("pgsql", port=port, name="pli", role="pli_mail")
        servers.start_dovecot(self.state, self.supervisor, academy, database)
        servers.start_postfix(self.state, self.supervisor, academy, database)

    def start_web(self, processes: int) -> Program:
        command = web_server(self.state.ports["web"], processes=processes)
        web = self.supervisor.start("web", command, os.environ)
        self.supervisor.wait_until(web, partial(servers.answers_http, self.state.ports["web"]))
        return web

    def start_worker(self) -> Program:
        """One that does everything, as far as it is asked."""
        celery = [str(BIN / "celery"), "--app", "config", "worker", "--purge"]
        options = ["--queues", ",".join(QUEUES), "--pool", "threads", "--concurrency", "2"]
        quick = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        worker = self.supervisor.start("worker", [*celery, *options, *quick], os.environ)
        self.supervisor.wait_until(worker, lambda: any("ready." in it for it in worker.last_lines))
        return worker

    def close(self) -> None:
        self.supervisor.stop()
        self.log.close()
        self.lock.close()
