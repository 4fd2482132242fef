"""``python -m bench``: measures every budget that exists, beside its floor, and prints a table."""

import argparse
import os
import sys
from datetime import UTC, datetime

from bench.stack import Stack


def main() -> int:
    options = _options()
    stack = Stack(options.database)
    try:
        stack.start()
        return _measure(stack, options)
    finally:
        stack.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--only", default="", help="measures whose name holds this")
    return parser.parse_args()


def _measure(stack: Stack, options: argparse.Namespace) -> int:
    import django  # noqa: PLC0415  (its settings need the stack's environment)

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from django.conf import settings  # noqa: PLC0415

    from bench import measures, results  # noqa: PLC0415
    from bench.mailbox import fill, measured_mailbox  # noqa: PLC0415

    mailbox = measured_mailbox(settings.DOMAINS[0])
    print(f"filling {mailbox.address} with {options.messages} messages…", flush=True)
    fill(mailbox, options.messages)
    bench = measures.Bench(stack, mailbox, options.messages, options.runs)
    found = []
    for measure in measures.ALL:
        if options.only in measure.__name__:
            print(f"{measure.__name__}…", flush=True)
            measured = measure(bench)
            print("\n".join(map(results.line, measured)), flush=True)
            found += measured
    print(results.table(found))
    print(
        f"\nload average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores: above 1, judge by CPU and ratio"
    )
    path = stack.folder.parent / f"{options.database}-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    results.write(path, options.database, options.messages, found)
    print(f"written to {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
