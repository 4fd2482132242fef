"""The index of a mailbox: made from nothing, found unchanged, and following flags set elsewhere."""

import resource
import time

from bench.measures.base import Bench
from bench.results import Result
from bench.timing import timed
from webmail import sync
from webmail.imap import MailSession, UidSet
from webmail.imap.rows import CHUNK, ROW_ITEMS
from webmail.models import Folder

SLICE = 0.2  # seconds: how exactly the end of the first pass is seen
FLAGGED = 10_000  # messages whose flags change at once
KILO = 1024


def first_index(bench: Bench) -> list[Result]:
    """A worker makes the index: headers and flags first, then first words."""
    sync.throw_away(bench.mailbox)
    with bench.raw() as mail:
        floor = _unparsed(mail)
        seen = _first_sight(bench, mail)
        wall, cpu = time.perf_counter(), time.process_time()
        while any(folder.gaps for folder in _slice(bench, mail).folders):
            pass
        seconds, processor = time.perf_counter() - wall, time.process_time() - cpu
        while not _slice(bench, mail).complete:
            pass
        snippets = time.perf_counter() - wall - seconds
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILO
    return [
        Result("first sight of a mailbox", seen * 1000, "ms", 1000),
        Result(
            "first index, headers and flags",
            bench.messages / seconds,
            "messages/s",
            8000,
            floor,
            "the same FETCH, unparsed, on one connection",
            more_is_better=True,
            also={
                "CPU µs a message": processor / bench.messages * 1e6,
                "snippets/s": bench.messages / snippets,
                "peak MB of this process": peak,
            },
        ),
    ]


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
    return sync.sync(mail, bench.mailbox, seconds=SLICE, filling=True)


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
