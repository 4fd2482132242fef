"""Real servers for the tests: what each fixture gives is started when first asked for.

Servers and their environment come first: Django's settings read it.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import astuple
from typing import Any

import pytest

from tests.servers import POSTGRESQL, RUN, STATIC

import django  # isort: skip

os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
# pytest-xdist's processes inherit this environment, and would read the settings before this line
# gives them servers of their own.
del os.environ["DJANGO_SETTINGS_MODULE"]

import hypothesis  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core import mail  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.utils import translation  # noqa: E402
from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from deploy.install_site import collect_static, compile_messages  # noqa: E402
from tests.accessibility import violations  # noqa: E402
from tests.accounts.emptying import empty_the_logins  # noqa: E402
from tests.audit.emptying import empty_the_journal  # noqa: E402
from tests.flushing import flush_with_patience  # noqa: E402
from tests.leaks import recording  # noqa: E402
from tests.leaks.search import Findings, search  # noqa: E402
from tests.people import Academy, open_academy  # noqa: E402
from tests.quiet import wait_until_the_site_rests  # noqa: E402

# The same examples at each run, so that a change is judged by itself; `make fuzz` looks for new ones.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("long", max_examples=20_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("PLI_FUZZ", "same"))

# Two processes share two cores with all their servers: what is slow there is not wrong.
expect.set_options(timeout=20_000)

WATCHER = recording.start(RUN.records, settings.MIDDLEWARE)
FOUND: list[Findings] = []
LEAKED = 9  # exit status: deploy/test.sh tries nothing again, since the second try might not leak
CORPORA = {
    "corpus/mime": "test_a_message_of_the_corpus_is_shown_as_expected",
    "corpus/html": "test_a_hostile_body_is_harmless_and_readable",
}
DATABASES = {"db", "transactional_db"}
COMMITTING = {"transactional_db", "django_db_reset_sequences", "academy", "live"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With PostgreSQL, only what uses a database: to the rest it is all one which one there is."""
    if not POSTGRESQL:
        return
    left_out = [item for item in items if not _uses_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _uses_database(item)]


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(DATABASES & fixtures) or item.get_closest_marker("django_db") is not None


def pytest_unconfigure() -> None:
    RUN.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Each process searches what it has recorded; the first one of xdist's tells of it."""
    found = search(RUN.folder)
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["found"] = astuple(found)
    FOUND.append(found)
    if any(one.leaks for one in FOUND):
        session.exitstatus = LEAKED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if "found" in getattr(node, "workeroutput", {}):
        FOUND.append(Findings(*node.workeroutput["found"]))


def _of_story(reporter: pytest.TerminalReporter, story: str) -> tuple[int, int]:
    """How many cases of one parametrised test passed, and failed."""
    passed, failed = (
        sum(f"::{story}[" in report.nodeid for report in reporter.stats.get(outcome, []))
        for outcome in ("passed", "failed")
    )
    return passed, failed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for found in FOUND:
        for leak in found.leaks:
            terminalreporter.write_line(f"LEAK: {leak}", red=True)
    for name, story in CORPORA.items():
        passed, failed = _of_story(terminalreporter, story)
        if passed or failed:
            terminalreporter.write_line(f"{name}: {passed} of {passed + failed} as expected")
    secrets, megabytes = sum(one.secrets for one in FOUND), sum(one.megabytes for one in FOUND)
    terminalreporter.write_line(f"{secrets} secrets looked for in {megabytes:.0f} MB")


@pytest.fixture(autouse=True)
def _mail_is_recorded() -> Iterator[None]:
    yield
    for message in getattr(mail, "outbox", []):
        WATCHER.mailed(message)


@pytest.fixture(scope="session", autouse=True)
def _built() -> None:
    """Static files under their hashed names and compiled catalogues, shared by all processes."""
    STATIC.mkdir(parents=True, exist_ok=True)
    with (STATIC.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        compile_messages()
        collect_static()


@pytest.fixture(scope="session", autouse=True)
def _redis() -> None:
    RUN.start_redis()


@pytest.fixture(autouse=True)
def _nothing_cached() -> Iterator[None]:
    """Forget cached pages, counted failures, and the language of the last page that was asked for."""
    yield
    cache.clear()
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Called by pytest-django before it makes the test database."""
    RUN.start_postgresql()
    flush_with_patience(connections["default"])
    if connection.vendor == "sqlite":
        # A file: in memory, the site's other processes could not see it.
        connections["default"].settings_dict["TEST"]["NAME"] = RUN.sqlite_test_file


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The database goes with the folder; the servers still hold it when pytest-django ends."""
    return True


@pytest.fixture(scope="session")
def servers(django_db_setup: None) -> None:
    """Dovecot and Postfix, which know whoever the test database knows."""
    RUN.start_mail(str(connection.settings_dict["NAME"]))


@pytest.fixture(autouse=True)
def _journal_can_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """The journal and the logins refuse the flush that ends a transactional test: they go first."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if not commits and not COMMITTING & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    wait_until_the_site_rests()
    empty_the_journal()
    empty_the_logins()


@pytest.fixture
def academy(transactional_db: None, servers: None) -> Academy:
    """Three agents and a functional mailbox, which the mail servers know too."""
    return open_academy()


@pytest.fixture(scope="session")
def _site(servers: None) -> None:
    RUN.start_site(str(connection.settings_dict["NAME"]))


@pytest.fixture
def live(transactional_db: None, _site: None) -> str:
    """The address of a running web server, with a worker behind it."""
    RUN.let_worker_work(wanted=True)
    return RUN.url


@pytest.fixture(autouse=True)
def _worker_rests(request: pytest.FixtureRequest) -> None:
    if "live" not in request.fixturenames:
        RUN.let_worker_work(wanted=False)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, which a file's tests share."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        # Playwright leaves a loop running in this thread, and Django then refuses its database.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--disable-background-networking", "--disable-component-update", *sandbox],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that speaks French, knows nothing of earlier ones, and reaches nothing but the site."""
    yield chromium.new_context(locale="fr-FR", timezone_id="Europe/Paris").new_page()
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def telephone(chromium: Browser) -> Iterator[Page]:
    """A telephone's page without JavaScript."""
    context = chromium.new_context(
        java_script_enabled=False, locale="fr-FR", viewport={"width": 390, "height": 800}
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """``axe(page)`` fails the test, with axe-core's own words, where the page has violations."""

    def check(page: Page) -> None:
        assert violations(page) == []

    return check
