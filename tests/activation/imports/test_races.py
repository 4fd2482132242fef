"""Workers at the same moment, and a worker killed in the middle, on the real database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.models import Agent, School
from activation.imports import arrivals, reading, upkeep, writing
from activation.imports.progress import rows_written
from activation.models import Import, ImportLine
from audit.models import Entry
from tests.activation.imports.conftest import agents_file, line
from tests.servers import ROOT, RUN

PEOPLE = 4000
PATIENCE_SECONDS = 120.0
WRITE = "from activation.imports import writing; writing.write({pk})"
State = Import.State


@pytest.fixture
def confirmed(transactional_db: None) -> Import:
    """A file of four thousand newcomers, confirmed and not written yet."""
    School.objects.create(uai="0760001N", name="Collège Jean Moulin", city="Rouen")
    lines = (line(f"99E{number:07d}AAA", first=f"P{number}") for number in range(PEOPLE))
    row = arrivals.receive(Import.Kind.AGENTS, "rh.csv", [agents_file(*lines)], asks_worker=False)
    reading.read(row.pk)
    row.refresh_from_db()
    arrivals.confirm(row, row.plan_hash, without_errors=False, by=None, asks_worker=False)
    return row


def at_once(act: Callable[[], None], times: int) -> None:
    start = Barrier(times)

    def one(_number: int) -> None:
        start.wait()
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        list(pool.map(one, range(times)))


def test_of_two_writers_one_writes(confirmed: Import) -> None:
    at_once(lambda: writing.write(confirmed.pk), 2)
    assert Agent.objects.count() == PEOPLE
    assert Entry.objects.filter(event="import_written").count() == 1


def test_of_two_readers_one_reads(confirmed: Import) -> None:
    Import.objects.update(state=State.RECEIVED)
    at_once(lambda: reading.read(confirmed.pk), 2)
    confirmed.refresh_from_db()
    assert confirmed.state == State.READ
    assert ImportLine.objects.count() == PEOPLE


def test_a_writer_killed_in_the_middle_has_written_nothing_and_is_followed_by_another(
    confirmed: Import,
) -> None:
    database = RUN.url_of_database(str(connection.settings_dict["NAME"]))
    environment = {
        **os.environ,
        **RUN.environment(database),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    script = f"import django; django.setup(); {WRITE.format(pk=confirmed.pk)}"
    writer = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=environment)  # noqa: S603
    deadline = time.monotonic() + PATIENCE_SECONDS
    while rows_written(confirmed.pk) < 1000 and time.monotonic() < deadline:
        assert writer.poll() is None
    writer.kill()
    writer.wait()
    assert rows_written(confirmed.pk) < PEOPLE
    assert not Agent.objects.exists()
    # The database may take a moment to let go of what the dead writer held: the beat comes again.
    deadline = time.monotonic() + PATIENCE_SECONDS
    while confirmed.state != State.DONE and time.monotonic() < deadline:
        upkeep.sweep()
        confirmed.refresh_from_db()
    assert confirmed.state == State.DONE
    assert Agent.objects.count() == PEOPLE
