"""Where one set of servers lives: its folders, its ports, its keys, its environment.

A state folder serves a demonstration (``var/demo``) or a test run, and holds everything: two of
them stand side by side, and beside the machine's own mail servers, without meeting.
"""

import fcntl
import grp
import hashlib
import json
import os
import pwd
import random
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from deploy.certificates import (
    write_certificates,
    write_key_ring,
    write_secret,
    write_token_keys,
)
from deploy.supervisor import CannotStart

PORT_NAMES = ("redis", "imap", "sieve", "smtp", "submission", "doveadm", "postgresql", "web")
# Below the ports that the kernel gives to outgoing connections: one chosen now is free later.
FREE_PORTS = range(15000, 32000)
# A socket's path has at most 107 octets (sun_path); Dovecot's longest ends like this.
LONGEST_SOCKET = "/run/dovecot/token-login/imap-urlauth"
SOCKET_PATH_LENGTH = 107
TOKEN_KEY_ID = "k1"  # noqa: S105  (a name)
# Where root's mail servers live when others may not enter the state folder (a clone in /root).
ENTERABLE = Path("/var/lib/pli-demo")


@dataclass(frozen=True)
class State:
    """``folder`` is the site's; ``mail`` is what the mail servers' own accounts must reach."""

    folder: Path
    mail: Path
    ports: dict[str, int]

    @property
    def as_root(self) -> bool:
        return os.geteuid() == 0

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def token_key(self) -> Path:
        return self.keys / "token-private.pem"

    @property
    def doveadm_key(self) -> Path:
        return self.keys / "doveadm-key"

    @property
    def mail_policy_key(self) -> Path:
        return self.keys / "mail-policy-key"

    @property
    def lookup_file(self) -> Path:
        return self.mail / "db" / "mail.sqlite3"

    @property
    def authority(self) -> Path:
        return self.mail / "tls" / "ca.pem"

    @property
    def lmtp_socket(self) -> Path:
        return self.mail / "run" / "lmtp"

    @property
    def sqlite_url(self) -> str:
        return f"sqlite:///{self.folder / 'db' / 'pli.sqlite3'}"


def open_state(folder: Path) -> State:
    """The state in ``folder``, made on the first call. Raises ``CannotStart``."""
    folder = folder.resolve()
    mail = mail_folder(folder)
    for part in ("db", "keys", "static"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    state = State(folder, mail, remembered_ports(folder / "ports.json"))
    _make_mail_folders(state)
    write_certificates(mail / "tls")
    public_key = mail / "token-keys" / "pli" / "ES256" / TOKEN_KEY_ID
    write_token_keys(state.token_key, public_key)
    write_secret(state.keys / "secret-key")
    write_secret(state.keys / "answer-pepper")
    write_secret(state.doveadm_key)
    write_secret(state.mail_policy_key)
    write_key_ring(state.keys / "key-ring.toml")
    return state


def mail_folder(folder: Path) -> Path:
    """Where the mail servers' part of the state stands. Raises ``CannotStart``."""
    mail = folder / "mail"
    if os.geteuid() == 0 and not others_may_enter(folder):
        mail = ENTERABLE / hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    if len(f"{mail}{LONGEST_SOCKET}".encode()) > SOCKET_PATH_LENGTH:
        raise CannotStart(
            f"The path of {folder} is too long for the mail servers' sockets: set PLI_VAR to a"
            " shorter one."
        )
    return mail


def others_may_enter(folder: Path) -> bool:
    existing = [path for path in (folder, *folder.parents) if path.exists()]
    return all(path.stat().st_mode & 0o001 for path in existing)


def _make_mail_folders(state: State) -> None:
    for part in ("etc", "db", "run/dovecot", "state/dovecot", "store", "postfix", "redis", "log"):
        (state.mail / part).mkdir(parents=True, exist_ok=True)
    if not state.as_root:
        # Postfix runs in a name space as another user; nobody else comes past this door.
        state.folder.chmod(0o700)
        return
    for part in ("etc", "db"):
        # Passwords' hashes: files made here belong to Postfix's group (the set-group-ID bit).
        os.chown(state.mail / part, 0, grp.getgrnam("postfix").gr_gid)
        (state.mail / part).chmod(0o2750)
    os.chown(state.mail / "store", pwd.getpwnam("mail").pw_uid, grp.getgrnam("mail").gr_gid)
    (state.mail / "store").chmod(0o700)


def remembered_ports(path: Path) -> dict[str, int]:
    """The ports of the last time where they are still free, others where not."""
    known: dict[str, int] = json.loads(path.read_text()) if path.exists() else {}
    ports: dict[str, int] = {}
    for name in PORT_NAMES:
        port = known.get(name, 0)
        ports[name] = port if port and port_is_free(port) else free_port(set(ports.values()))
    path.write_text(json.dumps(ports, indent=2))
    return ports


def free_port(taken: set[int]) -> int:
    chance = random.SystemRandom()
    while True:
        port = chance.choice(FREE_PORTS)
        if port not in taken and port_is_free(port):
            return port


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        # Servers set it too: a port that only has old connections in TIME_WAIT is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def lock_state(folder: Path) -> IO[str]:
    """Hold the returned file open: it is the lock. Raises ``CannotStart`` when another has it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise CannotStart(
            f"Pli already runs from {folder}: stop it first, or set PLI_VAR and PLI_PORT."
        ) from None
    return lock


def remove_state(folder: Path) -> None:
    """Delete a state folder; in an ordinary user's one, Postfix's queue belongs to another id."""
    folder = folder.resolve()
    folders = [str(path) for path in (mail_folder(folder), folder) if path.exists()]
    as_owner = [] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--map-auto"]
    if folders:
        subprocess.run([*as_owner, "rm", "-rf", "--", *folders], check=True)  # noqa: S603


def site_environment(state: State, base_url: str, database_url: str) -> dict[str, str]:
    """The variables with which the site finds this state's servers."""
    ports = state.ports
    return {
        "PLI_VAR": str(state.folder),
        "PLI_BASE_URL": base_url,
        "PLI_SECRET_KEY_FILE": str(state.keys / "secret-key"),
        "PLI_ANSWER_PEPPER_FILE": str(state.keys / "answer-pepper"),
        "PLI_KEY_RING_FILE": str(state.keys / "key-ring.toml"),
        "PLI_DATABASE_URL": database_url,
        "PLI_REDIS_URL": f"redis://127.0.0.1:{ports['redis']}/0",
        "PLI_IMAP_HOST": "localhost",
        "PLI_IMAP_PORT": str(ports["imap"]),
        "PLI_SMTP_HOST": "localhost",
        "PLI_SMTP_PORT": str(ports["submission"]),
        "PLI_MAIL_CA_FILE": str(state.authority),
        "PLI_DOVEADM_URL": f"http://127.0.0.1:{ports['doveadm']}",
        "PLI_DOVEADM_KEY_FILE": str(state.doveadm_key),
        "PLI_MAIL_POLICY_KEY_FILE": str(state.mail_policy_key),
        "PLI_TOKEN_KEY_FILE": str(state.token_key),
        "PLI_TOKEN_KEY_ID": TOKEN_KEY_ID,
        "PLI_MAIL_LOOKUP_FILE": str(state.lookup_file),
        "PLI_SMS_GATEWAY": "file",  # text messages leave no machine that shows or tests Pli
    }
