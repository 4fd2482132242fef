"""The search at the end of the suite finds a secret wherever one leaks, and nothing else."""

from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.http import HttpRequest, HttpResponse

from accounts.secrets import Answer, Code, Numen, Password
from tests.conftest import WATCHER
from tests.leaks.recording import PagesMiddleware, Records, Watcher
from tests.leaks.search import search

NUMEN = "17E0000000ZZZ"
ANSWER = "Le Chat à l’envers & fils"


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """A run in which a few secrets were held, and nothing has leaked yet."""
    (tmp_path / "records").mkdir()
    held = Records(tmp_path / "records")
    for secret in (Numen(NUMEN), Answer(ANSWER), Password("quatre mots de passe"), Code("123456")):
        held.add_secret(secret)
    return held


def leaks(records: Records) -> list[str]:
    return search(records.folder.parent).leaks


def test_where_nothing_leaks_nothing_is_found(records: Records) -> None:
    records.add("pages", "GET /mina/", "17••••••••••• et quatre mots, de passe")
    records.add("logged", "django", "123456")
    assert leaks(records) == []
    assert search(records.folder.parent).secrets > 3


@pytest.mark.parametrize("name", ["pages", "urls", "written", "logged", "mailed"])
def test_a_secret_is_found_in_each_kind_of_record(records: Records, name: str) -> None:
    records.add(name, "GET /mina/", f"<p>{NUMEN}</p>")
    (found,) = leaks(records)
    assert found.startswith("Numen 17E… (13 characters)")
    assert found.endswith("GET /mina/")
    assert NUMEN not in found


@pytest.mark.parametrize(
    "written",
    [
        ANSWER,
        "Le Chat à l’envers &amp; fils",
        "lechatalenversfils",
        "Le+Chat+%C3%A0+l%E2%80%99envers",
    ],
)
def test_a_secret_is_found_as_pages_addresses_and_checks_spell_it(
    records: Records, written: str
) -> None:
    whole = f"{written}+%26+fils" if "+" in written else written
    records.add("pages", "GET /", whole)
    assert len(leaks(records)) == 1


def test_a_secret_is_found_in_a_server_s_log_and_in_the_database_itself(records: Records) -> None:
    for name in ("servers.log", "test.sqlite3"):
        (records.folder.parent / name).write_bytes(f"\x00avant\n{NUMEN}\xff".encode("latin-1"))
    assert len(leaks(records)) == 2


def test_a_secret_in_what_the_service_mailed_is_found_but_not_in_what_people_write(
    records: Records,
) -> None:
    store = records.folder.parent / "store"
    store.mkdir()
    (store / "u.1").write_text(f"Subject: mon numéro\n\n{NUMEN}")
    assert leaks(records) == []
    (store / "u.2").write_text(f"Auto-Submitted: auto-generated\n\n{NUMEN}")
    assert len(leaks(records)) == 1


def test_the_page_that_shows_a_numen_on_purpose_is_the_only_one(records: Records) -> None:
    records.add("pages", "POST /gestion/agents/12/numen/", NUMEN)
    assert leaks(records) == []
    records.add("pages", "GET /gestion/agents/12/", NUMEN)
    assert len(leaks(records)) == 1


def test_what_a_process_writes_mails_and_shows_is_recorded(records: Records) -> None:
    watcher = Watcher(records)
    sql = "UPDATE accounts_agent SET post = %s"
    watcher.written(lambda *_: None, sql, [NUMEN], False, {})
    watcher.mailed(EmailMultiAlternatives("Bonjour", NUMEN))
    watching = PagesMiddleware(lambda _request: HttpResponse(NUMEN))
    watching.records = records
    asked = HttpRequest()
    asked.method, asked.path = "GET", f"/{NUMEN}/"
    watching(asked)
    files = {found.rpartition(" in ")[2].partition(".")[0] for found in leaks(records)}
    assert files == {"written", "mailed", "pages", "urls"}


def test_what_a_session_holds_is_opened(records: Records) -> None:
    sealed = SessionStore().encode({"typed": NUMEN})
    sql = 'UPDATE "django_session" SET "session_data" = %s'
    Watcher(records).written(lambda *_: None, sql, [sealed], False, {})
    assert len(leaks(records)) == 1


def test_the_process_that_runs_the_tests_is_watched(db: None) -> None:
    never_used = "jamais écrit nulle part ailleurs"
    assert Password(never_used)
    assert ("Password", never_used) in WATCHER.records.known
    assert WATCHER.written in connection.execute_wrappers
