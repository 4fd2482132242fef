"""What Postfix's log knows of a Message-ID, where the academy lets workers read it."""

import re
from collections.abc import Iterable
from os import SEEK_END
from pathlib import Path

from django.conf import settings

# Octets, from the end: what was uncertain is asked about within minutes.
LOOKED_AT = 64 << 20


def has_accepted(message_id: str) -> bool | None:
    """Whether the submission server took the message in; None where its log cannot be read.

    Postfix's cleanup names the Message-ID while the text still comes; only once it is whole does qmgr
    put the queue file to work (cleanup(8), qmgr(8)).
    """
    if not settings.MAIL_LOG_FILE:
        return None
    named = re.compile(rb"([0-9A-Za-z]+): message-id=" + re.escape(message_id.encode()) + rb"\s*$")
    try:
        with Path(settings.MAIL_LOG_FILE).open("rb") as log:
            log.seek(max(0, log.seek(0, SEEK_END) - LOOKED_AT))
            return _is_at_work(log, named)
    except OSError:
        return None


def _is_at_work(log: Iterable[bytes], named: re.Pattern[bytes]) -> bool:
    begun: set[bytes] = set()
    for line in log:
        found = named.search(line)
        if found:
            begun.add(found[1])
        elif b"(queue active)" in line and any(b" %s: from=" % it in line for it in begun):
            return True
    return False
