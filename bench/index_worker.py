"""``python -m bench.index_worker MAILBOX``: the first slices of an index, in a process that does nothing else.

Prints the most memory it ever took, in MB: that of a worker, without all that the measuring program holds.
"""

import os
import sys
from pathlib import Path

import django

SLICES = 4  # what a worker holds does not grow with the mailbox


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    import config.celery  # noqa: F401, PLC0415  (what a worker has loaded)
    from mailboxes.models import Mailbox  # noqa: PLC0415
    from webmail import imap, sync, tasks  # noqa: F401, PLC0415
    from webmail.sync.hints import SLICE_SECONDS  # noqa: PLC0415

    mailbox = Mailbox.objects.get(pk=sys.argv[1])
    with imap.session(mailbox.address, mailbox.address) as mail:
        sync.store_folders(mailbox, mail.folders())
        for _slice in range(SLICES):
            sync.sync(mail, mailbox, seconds=SLICE_SECONDS, filling=True)
    print(_peak_kib() / 1024)


def _peak_kib() -> int:
    """Of this program: what getrusage says begins with the one that started it."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
