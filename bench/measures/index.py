"""The index of a mailbox: made from nothing, found unchanged, and following flags set elsewhere."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from bench.measures.base import Bench
from bench.results import Result
from bench.timing import timed
from webmail import sync
from webmail.imap import MailSession, UidSet
from webmail.imap.rows import CHUNK, ROW_ITEMS
from webmail.models import Folder
from webmail.sync.hints import SLICE_SECONDS

FLAGGED = 10_000  # messages whose flags change at once


def first_index(bench: Bench) -> list[Result]:
    """A worker makes the index: headers and flags first, then first words and what a search finds."""
    memory = _worker_mb(bench)
    sync.throw_away(bench.mailbox)
    vars(bench).pop("inbox", None)  # its row is another one from now on
    with bench.raw() as mail:
        floor = _unparsed(mail)
        seen = _first_sight(bench, mail)
        headers = _first_pass(bench, mail)
        before, started = _indexed(bench), time.perf_counter()
        while not _slice(bench, mail).complete:
            pass
        snippets = (before or bench.messages) / (time.perf_counter() - started)
    return [
        Result("memory of a worker that makes a first index", memory, "MB", 150),
        Result("first sight of a mailbox", seen * 1000, "ms", 1000),
        Result(
            "first index, headers and flags",
            headers.messages / headers.wall,
            "messages/s",
            8000,
            floor,
            "the same FETCH, unparsed, on one connection",
            more_is_better=True,
            also={
                "CPU µs a message": headers.cpu / headers.messages * 1e6,
                "the database's": headers.database / headers.messages * 1e6,
                "first words and search, messages/s": snippets,
            },
        ),
    ]


def _worker_mb(bench: Bench) -> float:
    """The most that the first slices take in a process of their own."""
    sync.throw_away(bench.mailbox)
    command = [sys.executable, "-m", "bench.index_worker", str(bench.mailbox.pk)]
    said = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  (our own)
    return float(said.stdout)


@dataclass
class _Work:
    """Sums over slices, in seconds."""

    messages: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    database: float = 0.0


def _first_pass(bench: Bench, mail: MailSession) -> _Work:
    """Slices as a worker takes them; the last one, which begins the second pass, counts only when it is alone."""
    whole = _Work()
    while True:
        indexed, wall = _indexed(bench), time.perf_counter()
        cpu, database = time.process_time(), _database_seconds()
        _slice(bench, mail)
        is_over = not any(folder.gaps for folder in bench.mailbox.folders.all())
        if is_over and whole.messages:
            return whole
        whole.messages += _indexed(bench) - indexed
        whole.wall += time.perf_counter() - wall
        whole.cpu += time.process_time() - cpu
        whole.database += _database_seconds() - database
        if is_over:
            return whole


def _indexed(bench: Bench) -> int:
    return sum(bench.mailbox.folders.values_list("indexed", flat=True))


def _database_seconds() -> float:
    """Processor time of PostgreSQL's process for this connection; SQLite's is our own."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = cursor.fetchone()[0]
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _unparsed(mail: MailSession) -> float:
    """Messages a second."""
    mail.select("INBOX")
    started, count = time.perf_counter(), 0
    for chunk in mail.all_uids().chunks(CHUNK):
        command = b"UID FETCH %b (%b)" % (str(chunk).encode(), ROW_ITEMS)
        count += sum(1 for _reply in mail.ask(command))
    return count / (time.perf_counter() - started)


def _first_sight(bench: Bench, mail: MailSession) -> float:
    started = time.perf_counter()
    mail.unselect()
    folders = sync.store_folders(bench.mailbox, mail.folders())
    sync.first_sight(mail, next(it for it in folders if it.special_use == Folder.Use.INBOX))
    return time.perf_counter() - started


def _slice(bench: Bench, mail: MailSession) -> sync.Outcome:
    return sync.sync(mail, bench.mailbox, seconds=SLICE_SECONDS, filling=True)


def nothing_new_in_index(bench: Bench) -> list[Result]:
    with bench.raw() as mail:
        while not _slice(bench, mail).complete:
            pass
        ours = timed(lambda: sync.sync(mail, bench.mailbox), bench.runs)
        floor = timed(mail.folders, bench.runs)
    return [
        Result(
            "sync of an unchanged mailbox, 30 folders",
            ours.wall,
            "ms",
            10,
            floor.wall,
            "LIST-STATUS on a warm connection",
            also={"CPU ms": ours.cpu},
        )
    ]


def flags_in_index(bench: Bench) -> list[Result]:
    """Another program marks very many messages; the index takes it over."""
    with bench.raw() as mail:
        mail.select("INBOX", readonly=False)
        newest = mail.all_uids().newest(FLAGGED)
        took = [_taken_over(bench, mail, newest, wanted=wanted) for wanted in (True, False)]
    return [
        Result(f"{len(newest):,} flags set elsewhere are in the index", min(took) * 1000, "ms"),
    ]


def _taken_over(bench: Bench, mail: MailSession, uids: UidSet, *, wanted: bool) -> float:
    mail.select("INBOX", readonly=False)
    (mail.add_flags if wanted else mail.remove_flags)(uids, ["mesure"])
    started = time.perf_counter()
    sync.sync(mail, bench.mailbox)
    return time.perf_counter() - started
