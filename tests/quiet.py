"""The site's other processes may still be busy with what a test began when the test ends."""

import time

from django.db import connection

PATIENCE_SECONDS = 5.0
BUSY = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user
      AND pid <> pg_backend_pid() AND state <> 'idle'
"""


def wait_until_the_site_rests() -> None:
    """Until nobody else is in a transaction: emptying the tables at once could deadlock with it.

    With SQLite a writer waits for its turn instead.
    """
    if connection.vendor != "postgresql":
        return
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _busy_sessions() and time.monotonic() < deadline:
        time.sleep(0.02)


def _busy_sessions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(BUSY)
        return int(cursor.fetchone()[0])
