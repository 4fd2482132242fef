"""How fast the rows of an index come from the mail server, beside the same FETCH unparsed.

In the environment of a running site with a large INBOX, for instance that of ``make demo``:

    make manage ARGS="load_sample --messages 100000"
    . var/demo/env && python -m bench.imap_fetch bastien.morel@ac-normandie.fr --runs 5

Prints messages a second (median of the runs), processor time of this process for a thousand
messages, and the ratio to the unparsed FETCH of the same items on the same connection.
"""

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import django

Measured = Callable[[], int]  # returns how many messages it read


@dataclass(frozen=True)
class Result:
    name: str
    messages: int
    seconds: float
    processor_seconds: float

    @property
    def rate(self) -> float:
        return self.messages / self.seconds


def measure(name: str, what: Measured, runs: int) -> Result:
    walls, processors, messages = [], [], 0
    for _run in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        messages = what()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    return Result(name, messages, statistics.median(walls), statistics.median(processors))


def measurements(mailbox: str, limit: int, runs: int) -> list[tuple[Result, Result]]:
    """(floor, ours) for each shape."""
    from webmail import imap  # noqa: PLC0415  (after django.setup)
    from webmail.imap import rows  # noqa: PLC0415

    with imap.session(mailbox, mailbox) as mail:
        mail.select("INBOX")
        uids = mail.all_uids().newest(limit)

        def unparsed(items: bytes) -> Measured:
            def run() -> int:
                count = 0
                for chunk in uids.chunks(rows.CHUNK):
                    command = b"UID FETCH %b (%b)" % (str(chunk).encode(), items)
                    count += sum(1 for _reply in mail.ask(command))
                return count

            return run

        def counted(read: Callable[[], Iterable[object]]) -> Measured:
            return lambda: sum(1 for _row in read())

        items = rows.ROW_ITEMS + b" MODSEQ"
        named = [item.decode() for item in (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE")]

        def by_imapclient() -> int:
            count = 0
            for chunk in uids.newest(limit // 10).chunks(500):
                wanted = [*named, "BODYSTRUCTURE", rows.ROW_ITEMS.decode().split("STRUCTURE ")[1]]
                count += len(mail.client.fetch(list(chunk), wanted))
            return count

        floor = measure("FETCH of rows, unparsed", unparsed(items), runs)
        flags_floor = measure("FETCH of flags, unparsed", unparsed(b"UID FLAGS MODSEQ"), runs)
        preview_floor = measure("FETCH of previews, unparsed", unparsed(b"UID PREVIEW"), runs)
        return [
            (floor, measure("header_rows", counted(lambda: mail.header_rows(uids)), runs)),
            (floor, measure("imapclient.fetch (a tenth)", by_imapclient, 1)),
            (flags_floor, measure("flag_rows", counted(lambda: mail.flag_rows(uids)), runs)),
            (preview_floor, measure("previews", counted(lambda: mail.previews(uids)), runs)),
        ]


def show(pairs: list[tuple[Result, Result]]) -> None:
    lines = [f"{'':30}{'messages/s':>12}{'CPU ms/1000':>14}{'to floor':>10}"]
    for floor, ours in pairs:
        for result in (floor, ours):
            processor = result.processor_seconds / result.messages * 1e6
            ratio = result.rate / floor.rate
            lines.append(f"{result.name:30}{result.rate:12.0f}{processor:14.1f}{ratio:10.2f}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines.append(f"peak memory of this process: {peak:.0f} MiB")
    sys.stdout.write("\n".join(lines) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mailbox", help="its address")
    parser.add_argument("--messages", type=int, default=100_000, help="at most so many, the newest")
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    show(measurements(asked.mailbox, asked.messages, asked.runs))


if __name__ == "__main__":
    main()
