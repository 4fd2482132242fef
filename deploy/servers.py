"""Starts the mail servers, Redis and PostgreSQL of one state folder, and waits until they answer.

The demonstration and the tests run them with the configuration that production runs. As root they
give their privileges up as usual; an ordinary user runs Dovecot wholly as itself, and Postfix in a
user name space (subordinate ids, package uidmap), in which it still changes between two accounts.
"""

import getpass
import grp
import os
import shutil
import signal
import socket
import ssl
import subprocess
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from deploy.render import render_server
from deploy.state import State
from deploy.supervisor import CannotStart, Program, Supervisor

HERE = Path(__file__).resolve().parent
POSTFIX_MAPS = ("sqlite", "pgsql")
# In Postfix's name space the mail folder is mounted here: a closed home folder is no obstacle.
INSIDE = Path("/mnt")
SYSTEM_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Academy:
    """What the operator decides."""

    domains: tuple[str, ...] = ("ac-normandie.fr", "ac-rouen.fr", "ac-caen.fr")
    # Accepted and thrown away: answering a stranger works, and nothing leaves the machine.
    outbound: str = "discard:nothing leaves this machine"
    site: str = "http://localhost:8000"  # the tokens’ issuer
    # Whether Dovecot tells the site about passwords; for the tests that run without the site.
    tells_site: bool = True


@dataclass(frozen=True)
class Database:
    """Where the mail servers look identities up; the defaults are those of SQLite."""

    kind: str = "sqlite"  # Dovecot's and Postfix's word: sqlite or pgsql
    host: str = "127.0.0.1"
    port: int = 0
    name: str = ""
    role: str = ""
    password: str = ""

    def for_dovecot(self, lookup_file: Path) -> str:
        if self.kind == "sqlite":
            return str(lookup_file)
        return (
            f"host={self.host} port={self.port} dbname={self.name}"
            f" user={self.role} password={self.password}"
        )

    def for_postfix(self, lookup_file: Path) -> str:
        if self.kind == "sqlite":
            return f"dbpath = {lookup_file}"
        return (
            f"hosts = inet:{self.host}:{self.port}\ndbname = {self.name}\n"
            f"user = {self.role}\npassword = {self.password}"
        )


def start_redis(state: State, supervisor: Supervisor) -> Program:
    folder = state.mail / "etc" / "redis"
    render_server("redis", folder, _values(state, Academy(), Database()).__getitem__)
    command = ["redis-server", str(folder / "redis.conf")]
    program = supervisor.start("redis", command, _clean_environment())
    supervisor.wait_until(program, lambda: _answers(state.ports["redis"], b"PING\r\n", b"+PONG"))
    return program


def start_dovecot(
    state: State,
    supervisor: Supervisor,
    academy: Academy = Academy(),
    database: Database = Database(),
) -> Program:
    folder = state.mail / "etc" / "dovecot"
    render_server("dovecot", folder, _values(state, academy, database).__getitem__)
    _acts_script(state).parent.mkdir(exist_ok=True)
    shutil.copy(folder / "acts.lua", _acts_script(state))
    _acts_script(state).chmod(0o644)
    command = ["dovecot", "-F", "-c", str(folder / "dovecot.conf")]
    program = supervisor.start("dovecot", command, _clean_environment())
    supervisor.wait_until(program, lambda: _greets_over_tls(state, state.ports["imap"], b"* OK"))
    supervisor.wait_until(program, state.lmtp_socket.exists)
    return program


def start_postfix(
    state: State,
    supervisor: Supervisor,
    academy: Academy = Academy(),
    database: Database = Database(),
) -> Program:
    folder = state.mail / "etc" / "postfix"
    # In the name space Postfix's account is nobody's group; the state folder is closed instead.
    mode = 0o640 if state.as_root else 0o644
    render_server("postfix", folder, _values(state, academy, database).__getitem__, mode)
    for part in ("spool", "data"):
        (state.mail / "postfix" / part).mkdir(exist_ok=True)
    program = supervisor.start("postfix", _postfix_command(state), _clean_environment())
    supervisor.wait_until(
        program, lambda: _greets_over_tls(state, state.ports["submission"], b"220 ")
    )
    return program


def start_postgresql(state: State, supervisor: Supervisor) -> Program:
    """A database server for tests: nothing waits for the disk, everyone on this machine may enter.

    It holds the roles that production has: ``pli``, the site's, and ``pli_mail``, the mail servers'.
    """
    data = state.mail / "postgresql"
    account = "postgres" if state.as_root else ""
    if not data.exists():
        data.mkdir()
        if account:
            shutil.chown(data, account)
        make = [_postgresql_program("initdb"), "-D", str(data), "-U", "postgres", "--no-sync"]
        options = ["-A", "trust", "-E", "UTF8", "--locale", "C.UTF-8"]
        _run_as(account, [*make, *options])
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
    options = [f"-c{name}={value}" for name, value in settings.items()]
    command = [_postgresql_program("postgres"), "-D", str(data), "-p", _port(state, "postgresql")]
    program = supervisor.watch(
        Program("postgresql", [*command, *options], _clean_environment(), account, signal.SIGINT)
    )
    supervisor.wait_until(program, lambda: _make_roles(state.ports["postgresql"]))
    return program


def _postgresql_program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    if not found:
        raise CannotStart("PostgreSQL is not installed (Debian: postgresql).")
    return str(found[-1])


def _run_as(account: str, command: list[str]) -> None:
    drop = ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups"]
    done = subprocess.run(  # noqa: S603
        [*(drop if account else []), *command],
        env=_clean_environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CannotStart(f"{command[0]} failed: {done.stderr.strip()}")


def _make_roles(port: int) -> bool:
    """False while the server does not answer yet."""
    try:
        link = psycopg.connect(host="127.0.0.1", port=port, user="postgres", autocommit=True)
    except psycopg.OperationalError:
        return False
    with link:
        known = {row[0] for row in link.execute("SELECT rolname FROM pg_roles")}
        if "pli" not in known:
            link.execute("CREATE ROLE pli LOGIN CREATEDB")
            link.execute("CREATE ROLE pli_mail LOGIN")
            link.execute("CREATE DATABASE pli OWNER pli")
    return True


def _port(state: State, name: str) -> str:
    return str(state.ports[name])


def _postfix_command(state: State) -> list[str]:
    if state.as_root:
        shutil.chown(state.mail / "postfix" / "data", "postfix")
        return [str(HERE / "run-postfix.sh"), str(state.mail / "etc" / "postfix")]
    _require_subordinate_ids()
    _copy_postfix_maps(state.mail / "etc" / "postfix-meta")
    return [str(HERE / "run-postfix-unprivileged.sh"), str(state.mail)]


def _require_subordinate_ids() -> None:
    if shutil.which("newuidmap", path=SYSTEM_PATH) is None:
        raise CannotStart("Postfix needs the package uidmap to run for an ordinary user.")
    user = getpass.getuser()
    for path in (Path("/etc/subuid"), Path("/etc/subgid")):
        names = [line.split(":")[0] for line in path.read_text().splitlines()]
        if user not in names and str(os.geteuid()) not in names:
            raise CannotStart(
                f"{user} has no line in {path}, which Postfix needs to run for an ordinary user:"
                f" sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {user}"
            )


def _copy_postfix_maps(meta: Path) -> None:
    """Postfix loads a map's code only from a file that its own root owns."""
    meta.mkdir(exist_ok=True)
    shutil.copy("/etc/postfix/postfix-files", meta)
    lines = []
    for name in POSTFIX_MAPS:
        shutil.copy(f"/usr/lib/postfix/postfix-{name}.so", meta)
        lines.append(f"{name}\t{INSIDE}/etc/postfix-meta/postfix-{name}.so\tdict_{name}_open\n")
    (meta / "dynamicmaps.cf").write_text("".join(lines))


def _values(state: State, academy: Academy, database: Database) -> dict[str, str]:
    """What stands in the templates' placeholders."""
    ports = {f"{name}_port": str(port) for name, port in state.ports.items()}
    inside = state.mail if state.as_root else INSIDE
    return {
        **ports,
        **_accounts(),
        "instance": f"pli-{state.ports['imap']}",
        "root": str(state.mail),
        "postfix_root": str(inside),
        "postfix_meta": "/etc/postfix" if state.as_root else f"{INSIDE}/etc/postfix-meta",
        "listen": "127.0.0.1",
        "lmtp_port": "0",
        "sasl_port": "0",
        "lmtp_path": f"unix:{inside}/run/lmtp",
        "sasl_path": f"{inside}/run/auth",
        "site_networks": "127.0.0.1",
        "dovecot_log": "/dev/stderr",
        "postfix_log": "/dev/stdout" if state.as_root else f"{INSIDE}/log/postfix.log",
        "mail_fsync": "never",
        "auth_failure_delay": "1 secs",
        "mail_host": f"courriel.{academy.domains[0]}",
        "postmaster": f"postmaster@{academy.domains[0]}",
        "domains": ", ".join(academy.domains),
        "outbound": academy.outbound,
        "relay_host": "",
        "message_bytes": "41943040",
        "doveadm_key": state.doveadm_key.read_text(encoding="utf-8").strip(),
        "mail_policy_url": _policy_url(academy.site) if academy.tells_site else "",
        "push_driver": _push_driver(state, academy.site) if academy.tells_site else "",
        "acts_url": _acts_url(state, academy.site),
        "acts_driver": f"lua:file={_acts_script(state)}" if academy.tells_site else "",
        "acts_transport": "http-post" if academy.tells_site else "drop",
        "mail_policy_key": state.mail_policy_key.read_text(encoding="utf-8").strip(),
        "token_issuer": academy.site,
        "tls_certificate": str(state.mail / "tls" / "server.crt"),
        "tls_key": str(state.mail / "tls" / "server.key"),
        "postfix_tls_certificate": f"{inside}/tls/server.crt",
        "postfix_tls_key": f"{inside}/tls/server.key",
        "database": database.kind,
        "lookup_connection": database.for_dovecot(state.lookup_file),
        "lookup_source": database.for_postfix(inside / state.lookup_file.relative_to(state.mail)),
    }


def _policy_url(site: str) -> str:
    """By its number: Dovecot would first ask a name server about ``localhost``."""
    return f"http://127.0.0.1:{urlsplit(site).port or 80}/interne/programmes-de-courriel/"


def _push_driver(state: State, site: str) -> str:
    """Who is told of new mail, with the key that opens the door, and how long a delivery may wait."""
    key = state.mail_policy_key.read_text(encoding="utf-8").strip()
    address = f"127.0.0.1:{urlsplit(site).port or 80}/interne/nouveau-courriel/"
    return f"ox:url=http://pli:{key}@{address} user_from_metadata timeout_msecs=1000 max_retries=0"


def _acts_script(state: State) -> Path:
    """Where the accounts that serve mail may read it; etc/ is closed to them."""
    return state.mail / "scripts" / "acts.lua"


def _acts_url(state: State, site: str) -> str:
    key = state.mail_policy_key.read_text(encoding="utf-8").strip()
    return f"http://pli:{key}@127.0.0.1:{urlsplit(site).port or 80}/interne/actes/"


def _accounts() -> dict[str, str]:
    """Under which accounts the servers run; ``mail`` is Debian's own."""
    if os.geteuid() == 0:
        mail_user, mail_group, privileges = "mail", "mail", "root"
    else:
        mail_user, mail_group = getpass.getuser(), grp.getgrgid(os.getegid()).gr_name
        privileges = "user"
    return {
        "privileges": privileges,
        "mail_user": mail_user,
        "mail_group": mail_group,
        "postfix_user": "postfix",
        "postfix_group": "postfix",
    }


def _clean_environment() -> dict[str, str]:
    return {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": os.environ.get("HOME", "/")}


def _answers(port: int, question: bytes, beginning: bytes) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as link:
        link.sendall(question)
        return link.recv(100).startswith(beginning)
    return False


def _greets_over_tls(state: State, port: int, beginning: bytes) -> bool:
    context = ssl.create_default_context(cafile=str(state.authority))
    with (
        suppress(OSError),
        socket.create_connection(("127.0.0.1", port), timeout=5) as link,
        context.wrap_socket(link, server_hostname="localhost") as tls,
    ):
        return tls.recv(100).startswith(beginning)
    return False


def answers_http(port: int) -> bool:
    """Whether the site's web server is alive."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:  # urllib's own errors are OSErrors too
        return False
