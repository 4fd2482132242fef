"""manage.py load_sample against a real Dovecot: what a person then finds with any mail program."""

import os
import re
import shutil
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from imaplib import IMAP4, IMAP4_SSL
from pathlib import Path
from tempfile import mkdtemp

import pytest

from deploy.servers import start_dovecot
from deploy.state import State, open_state, remove_state, site_environment
from deploy.supervisor import Supervisor
from sample.academy import NORMANDIE

ROOT = Path(__file__).resolve().parents[2]
CAMILLE = "camille.lefevre@ac-normandie.fr"


class Site:
    """A site of its own with an IMAP server, and the commands an operator types there."""

    def __init__(self, state: State) -> None:
        self.state = state
        own = site_environment(state, "http://localhost:8000", state.sqlite_url)
        # A variable and its _FILE twin must not both be set.
        names = {name.removesuffix("_FILE") for name in own}
        others = {k: v for k, v in os.environ.items() if k.removesuffix("_FILE") not in names}
        self.environment = others | own

    def manage(self, *arguments: str) -> str:
        """What the command says; fails the test when it fails."""
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(  # noqa: S603
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    @contextmanager
    def mail_program(self, login: str) -> Iterator[IMAP4_SSL]:
        """Signed in as any mail program does: full address and password."""
        context = ssl.create_default_context(cafile=str(self.state.authority))
        with IMAP4_SSL("localhost", self.state.ports["imap"], ssl_context=context) as imap:
            imap.login(f"{login}@ac-normandie.fr", NORMANDIE.agent(login).password or "rien")
            yield imap

    def counts(self, login: str) -> dict[str, int]:
        """Messages by folder, under the folders' names on the wire (modified UTF-7)."""
        with self.mail_program(login) as imap:
            names = [line.rpartition(b" ")[2].decode() for line in listed(imap)]
            return {name: count_in(imap, name) for name in names}


def listed(imap: IMAP4) -> list[bytes]:
    """LIST lines; a name with spaces is quoted and has them replaced, for the split above."""
    _, lines = imap.list()
    texts = [line for line in lines if isinstance(line, bytes)]
    return [re.sub(rb'"([^"/]+)"$', lambda m: m[1].replace(b" ", b"\\x20"), t) for t in texts]


def count_in(imap: IMAP4, name: str) -> int:
    _, data = imap.select('"' + name.replace("\\x20", " ") + '"', readonly=True)
    return int(data[0] or 0)


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    folder = Path(mkdtemp(prefix="pli-"))
    folder.chmod(0o755)  # the mail servers' own accounts must pass
    supervisor = Supervisor()
    try:
        site = Site(open_state(folder))
        site.manage("migrate", "--verbosity=0")
        site.manage("refresh_mail_lookup")
        start_dovecot(site.state, supervisor)
        site.manage("load_sample")
        yield site
    finally:
        supervisor.stop()
        remove_state(folder)
        shutil.rmtree(folder, ignore_errors=True)


def test_camille_finds_her_mail_with_any_mail_program(site: Site) -> None:
    counts = site.counts("camille.lefevre")
    assert sum(counts.values()) > 250
    assert counts["INBOX"] > 80
    assert counts["Envoy&AOk-s"] > 40
    assert counts["Brouillons"] == 2
    assert counts["Conseils\\x20de\\x20classe"] > 3


def test_mails_keep_their_dates_and_flags(site: Site) -> None:
    with site.mail_program("camille.lefevre") as imap:
        imap.select("INBOX", readonly=True)
        _, data = imap.fetch("1:*", "(FLAGS INTERNALDATE)")
    lines = [line.decode() for line in data if isinstance(line, bytes)]
    days = {re.search(r'INTERNALDATE "(.{11})', line)[1] for line in lines}  # type: ignore[index]
    flags = Counter(flag for line in lines for flag in re.findall(r"\\\w+", line))
    assert len(days) > 40
    assert 8 <= len(lines) - flags["\\Seen"] <= 25
    assert flags["\\Answered"] > 10
    assert flags["\\Flagged"] > 2


def test_received_mail_says_where_errors_return(site: Site) -> None:
    with site.mail_program("camille.lefevre") as imap:
        imap.select("INBOX", readonly=True)
        _, data = imap.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (RETURN-PATH)])")
    headers = [item[1] for item in data if isinstance(item, tuple)]
    assert all(header.startswith(b"Return-Path: <") for header in headers)


@pytest.mark.parametrize("login", ["fanny.delaunay", "solene.lecoeur"])
def test_nobody_signs_in_before_activation(site: Site, login: str) -> None:
    with pytest.raises(IMAP4.error), site.mail_program(login):
        pass


def test_a_second_run_adds_nothing(site: Site) -> None:
    before = site.counts("camille.lefevre")
    assert "complete" in site.manage("load_sample")
    assert site.counts("camille.lefevre") == before


def test_what_a_person_deleted_does_not_come_back(site: Site) -> None:
    with site.mail_program("yann.guerin") as imap:
        imap.select("INBOX")
        imap.store("1:5", "+FLAGS", r"\Deleted")
        imap.expunge()
    before = site.counts("yann.guerin")
    site.manage("load_sample")
    assert site.counts("yann.guerin") == before


def test_an_interrupted_run_is_completed_without_doubles(site: Site) -> None:
    before = site.counts("anne.hebert")
    with site.mail_program("anne.hebert") as imap:
        imap.select("INBOX")
        imap.store("3:9", "+FLAGS", r"\Deleted")
        imap.expunge()
    # The account opens last: a closed one is what an interruption leaves behind.
    reopen = "from accounts.models import User; u = User.objects.get(username='anne.hebert')"
    site.manage("shell", "-c", f"{reopen}; u.is_active = False; u.save()")
    assert "anne.hebert@ac-normandie.fr: 7 messages" in site.manage("load_sample")
    assert site.counts("anne.hebert") == before


def test_many_messages_are_added_up_to_the_number_asked_and_a_reset_takes_them_away(
    site: Site,
) -> None:
    before = site.counts("camille.lefevre")["INBOX"]
    site.manage("load_sample", "--messages", "300")
    site.manage("load_sample", "--messages", "500")
    assert site.counts("camille.lefevre")["INBOX"] == before + 500
    site.manage("load_sample", "--reset")
    assert abs(site.counts("camille.lefevre")["INBOX"] - before) < 30
