"""Mail servers that can less than the academy's, or are somebody else's: started when a test asks.

Cyrus IMAP is installed by deploy/unpack-cyrus.sh beside Dovecot, whose package its own excludes.
"""

import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from deploy.render import render
from deploy.state import open_state, remove_state
from tests.servers import ROOT, RUN

TEMPLATES = Path(__file__).parent / "cyrus"
CYRUS = Path("/usr/lib/cyrus/bin")
IMAPD = ROOT / "var" / "tools" / "cyrus" / "usr" / "lib" / "cyrus" / "bin" / "imapd"

PLAIN_IMAP = "IMAP4rev1 LITERAL+ SASL-IR ID UNSELECT"
WITH_CONDSTORE = f"{PLAIN_IMAP} ENABLE CONDSTORE ESEARCH UIDPLUS MOVE SPECIAL-USE"


@contextmanager
def poorer_dovecot(capabilities: str) -> Iterator[int]:
    """The port of a Dovecot that knows the same people and says that it can no more than this."""
    folder = Path(mkdtemp(prefix="pli-"))
    folder.chmod(0o711)
    state = open_state(folder)
    for part in ("db", "token-keys", "tls"):
        shutil.rmtree(state.mail / part)
        (state.mail / part).symlink_to(RUN.state.mail / part)
    configuration = state.mail / "etc" / "dovecot"
    configuration.mkdir(parents=True, exist_ok=True)
    (configuration / "local.conf").write_text(
        f"protocol imap {{\n  imap_capability = {capabilities}\n}}\n"
    )
    program = RUN.starters["dovecot"](state, RUN.supervisor)
    try:
        yield state.ports["imap"]
    finally:
        RUN.stop(program)
        remove_state(folder)


@dataclass(frozen=True)
class Cyrus:
    folder: Path
    port: int

    def add(self, address: str, password: str) -> None:
        """Somebody who may sign in; the mailbox is made when they do."""
        login, _at, realm = address.partition("@")
        command = ["saslpasswd2", "-p", "-c", "-f", str(self.folder / "sasldb"), "-u", realm, login]
        subprocess.run(command, input=password, text=True, check=True)  # noqa: S603
        _hand_over(self.folder)


@contextmanager
def cyrus() -> Iterator[Cyrus]:
    folder = Path(mkdtemp(prefix="pli-cyrus-"))
    folder.chmod(0o755)
    server = Cyrus(folder, _free_port())
    for name in ("config", "spool"):
        (folder / name).mkdir()
    for name in ("server.crt", "server.key"):
        shutil.copy(RUN.state.mail / "tls" / name, folder)
    values = {
        "root": str(folder),
        "account": _account(),
        "imapd": str(IMAPD),
        "imap_port": str(server.port),
        "tls_certificate": str(folder / "server.crt"),
        "tls_key": str(folder / "server.key"),
    }
    for template in TEMPLATES.iterdir():
        text = render(template.read_text(encoding="utf-8"), values.__getitem__, template)
        (folder / template.name).write_text(text, encoding="utf-8")
    _hand_over(folder)
    files = ["-C", "imapd.conf", "-M", "cyrus.conf", "-p", "pid"]
    options = [part if part[0] == "-" else str(folder / part) for part in files]
    program = RUN.supervisor.start("cyrus", [str(CYRUS / "master"), *options], dict(os.environ))
    try:
        RUN.supervisor.wait_until(program, lambda: _answers(server.port))
        yield server
    finally:
        RUN.stop(program)
        shutil.rmtree(folder)


def _account() -> str:
    return "cyrus" if os.geteuid() == 0 else getpass.getuser()


def _hand_over(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            with suppress(FileNotFoundError):  # a process of the server has just ended
                shutil.chown(path, _account())


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def _answers(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(1)
        return one.connect_ex(("127.0.0.1", port)) == 0
