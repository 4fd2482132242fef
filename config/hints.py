"""Asking workers. A hint may be lost: rows are the truth, and a scheduled sweep finds what no worker heard of."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


def hint(task: str, *arguments: object, after: float = 0, lasts: float | None = None) -> bool:
    """Whether a worker was asked for `task`, by its full name: tasks import the modules that ask for them.

    Not before `after` seconds; forgotten when none took it up within `lasts` seconds. The arguments go
    to no log: they may be what a person typed.
    """
    try:
        current_app.send_task(task, arguments, countdown=after, expires=lasts)
    except (OperationalError, OSError) as error:
        log.warning("hints: no worker hears of %s: %s", task, type(error).__name__)
        return False
    return True
