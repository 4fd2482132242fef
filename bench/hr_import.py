"""``python -m bench.hr_import``: HR's file of a whole academy, from its arrival to the last row.

Prints seconds and the process's peak memory for a tenth of the file and for all of it, so that both
growths can be compared: the time is the number of rows', the memory should not be. What it imported
is taken away again.
"""

import argparse
import os
import resource
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import perf_counter, process_time

from bench.results import Result, table, write
from bench.stack import Stack

SCHOOLS = 1500
BUDGET_SECONDS = 60.0  # for a dry run and its writing, together
OCTETS_A_PART = 1024 * 1024


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.hr_import", description=__doc__)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--rows", type=int, default=50_000)
    options = parser.parse_args()
    stack = Stack(options.database)
    try:
        stack.start()
        found = _measure(options.rows)
    finally:
        stack.close()
    print(table(found))
    name = f"hr-import-{options.database}-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    write(stack.folder.parent / name, options.database, options.rows, found)
    return 0


def _measure(rows: int) -> list[Result]:
    import django  # noqa: PLC0415  (its settings need the stack's environment)

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from activation.models import Import  # noqa: PLC0415
    from sample.hr_files import (  # noqa: PLC0415
        AGENT_TITLES,
        SCHOOL_TITLES,
        as_csv,
        invented_uai,
        many_schools,
        people,
    )

    uais = [invented_uai(number) for number in range(SCHOOLS)]
    agents, schools = Import.Kind.AGENTS, Import.Kind.SCHOOLS
    _forget(uais)
    try:
        found = _import(schools, as_csv(SCHOOL_TITLES, many_schools(SCHOOLS)), SCHOOLS)
        found += _import(agents, as_csv(AGENT_TITLES, people(rows // 10, uais)), rows // 10)
        whole = as_csv(AGENT_TITLES, people(rows, uais))
        found += _import(agents, whole, rows)
        found += _import(agents, whole, rows, again=True)
        changed = whole.replace("Gestionnaire", "Gestionnaire principal")
        return found + _import(agents, changed, rows, again=True)
    finally:
        _forget(uais)


def _import(kind: str, text: str, rows: int, *, again: bool = False) -> list[Result]:
    from activation.imports import arrivals, reading, writing  # noqa: PLC0415
    from activation.models import Import  # noqa: PLC0415

    what = f"{rows:,} {kind}{' again' if again else ''}"
    row = arrivals.receive(Import.Kind(kind), "bench.csv", _parts(text), asks_worker=False)
    began = process_time()
    read = _seconds(lambda: reading.read(row.pk))
    row.refresh_from_db()
    arrivals.confirm(row, row.plan_hash, without_errors=False, by=None, asks_worker=False)
    written = _seconds(lambda: writing.write(row.pk))
    counts = {"new": row.new, "changed": row.changed, "unchanged": row.unchanged}
    work = {"CPU s": process_time() - began, "peak MB": _peak_mb()}
    return [
        Result(f"dry run, {what}", read, "s", also=counts),
        Result(f"both, {what}", read + written, "s", BUDGET_SECONDS, also=work),
    ]


def _seconds(act: Callable[[], None]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _parts(text: str) -> Iterator[bytes]:
    octets = text.encode("utf-8-sig")
    return (octets[at : at + OCTETS_A_PART] for at in range(0, len(octets), OCTETS_A_PART))


def _forget(uais: list[str]) -> None:
    from accounts.models import Agent, School  # noqa: PLC0415
    from activation.models import Import  # noqa: PLC0415

    Agent.objects.filter(school__uai__in=uais).delete()
    School.objects.filter(uai__in=uais).delete()
    Import.objects.filter(file_name="bench.csv").delete()


if __name__ == "__main__":
    sys.exit(main())
