"""What the mail servers look up, kept true at every commit.

The SQL views of the migrations are the contract. With PostgreSQL the servers read them directly, as
the role ``PLI_MAIL_ROLE``, which may read nothing else. With SQLite they never touch the site's
busy database (a writer's lock would stop a delivery): what the views show is copied into a small
file of their own whenever an identity changes.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

# In this order, so that whoever appears in a later table is already in the first.
COLUMNS = {
    "mail_users": ("address", "quota_mb"),
    "mail_passwords": ("address", "password", "open_from"),
    "mail_known_lines": ("address", "line", "password", "open_from"),
    "mail_application_passwords": ("address", "service", "hash", "expires_at", "id"),
    "mail_aliases": ("address", "destination"),
    "mail_senders": ("address", "login", "open_from", "open_until"),
    "mail_delegations": ("login", "mailbox", "place", "level", "open_from", "open_until"),
}
# Dovecot's dict driver reads one JSON value per key; the groups of a person are those of mail_delegations
# (mailboxes/migrations/0021).
SERVERS_VIEWS = """
CREATE VIEW IF NOT EXISTS dovecot_users AS SELECT u.address AS username,
  json_object(
    'quota_rule', '*:storage=' || u.quota_mb || 'M',
    'acl_groups', COALESCE((
      SELECT group_concat(
        'm' || d.place || CASE WHEN d.level < 2 THEN '.read' ELSE '.write' END, ','
      ) FROM mail_delegations d
      WHERE d.login = u.address AND d.open_from <= CAST(strftime('%s', 'now') AS INTEGER)
        AND d.open_until > CAST(strftime('%s', 'now') AS INTEGER)
    ), '')
  ) AS data FROM mail_users u;
CREATE VIEW IF NOT EXISTS postfix_senders AS SELECT address, login FROM mail_senders
  WHERE open_from <= CAST(strftime('%s', 'now') AS INTEGER)
    AND open_until > CAST(strftime('%s', 'now') AS INTEGER);
CREATE VIEW IF NOT EXISTS dovecot_passwords AS SELECT address AS username,
  json_object('user', address, 'password', password) AS data FROM mail_passwords
  WHERE open_from <= CAST(strftime('%s', 'now') AS INTEGER);
CREATE VIEW IF NOT EXISTS dovecot_known_lines AS SELECT address AS username, line,
  json_object('user', address, 'password', password) AS data FROM mail_known_lines
  WHERE open_from <= CAST(strftime('%s', 'now') AS INTEGER);
CREATE VIEW IF NOT EXISTS dovecot_application_passwords AS
  SELECT address AS username, service, hash,
  json_object(
    'user', address, 'password', '{SHA256.HEX}' || hash, 'application', CAST(id AS TEXT)
  ) AS data FROM mail_application_passwords
  WHERE expires_at > CAST(strftime('%s', 'now') AS INTEGER);
"""
NAMES_OF_SERVERS_VIEWS = (
    "dovecot_users",
    "postfix_senders",
    "dovecot_passwords",
    "dovecot_known_lines",
    "dovecot_application_passwords",
)
# Raised with COLUMNS or SERVERS_VIEWS: a copy of another shape is made again.
SHAPE = 3
LOCK_SECONDS = 20.0
# A reader of a WAL file must be able to write its folder, and the mail servers must not; the file
# can be made again at any moment, so waiting for the disk would only lengthen the lock.
PRAGMAS = "PRAGMA journal_mode=DELETE; PRAGMA synchronous=OFF;"


def refresh_on_commit() -> None:
    """Refresh the copy once, when the current transaction commits (at once outside of any)."""
    waiting: set[object] = {entry[1] for entry in connection.run_on_commit}
    if connection.vendor == "sqlite" and refresh not in waiting:
        transaction.on_commit(refresh)


def refresh() -> int:
    """Make the copy equal to the views; returns how many rows were added or removed.

    The write lock is taken before the views are read: of two processes the later one copies the
    later state. Raises ``sqlite3.OperationalError`` when the file cannot be written.
    """
    if connection.vendor != "sqlite":
        return 0
    with closing(_open(Path(settings.MAIL_LOOKUP_FILE))) as copy, copy:
        copy.execute("BEGIN IMMEDIATE")
        return sum(_refresh_table(copy, table) for table in COLUMNS)


def views_exist() -> bool:
    """False only where the migrations were taken back."""
    with connection.cursor() as cursor:
        present = connection.introspection.table_names(cursor, include_views=True)
    return set(COLUMNS) <= set(present)


def rows_of_view(view: str) -> set[tuple[object, ...]]:
    """The rows a view shows, in the order of ``COLUMNS``."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(COLUMNS[view])} FROM {view}")  # noqa: S608
        return set(cursor.fetchall())


def _open(path: Path) -> sqlite3.Connection:
    copy = sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)
    copy.executescript(PRAGMAS)
    if copy.execute("PRAGMA user_version").fetchone()[0] != SHAPE:
        _drop_all(copy)
    for table, columns in COLUMNS.items():
        fields = ", ".join(f"{column} NOT NULL" for column in columns)
        copy.execute(
            f"CREATE TABLE IF NOT EXISTS {table}"
            f" ({fields}, PRIMARY KEY ({', '.join(columns)})) WITHOUT ROWID"
        )
    copy.executescript(SERVERS_VIEWS)
    return copy


def _drop_all(copy: sqlite3.Connection) -> None:
    drops = [f"DROP VIEW IF EXISTS {view};" for view in NAMES_OF_SERVERS_VIEWS]
    drops += [f"DROP TABLE IF EXISTS {table};" for table in COLUMNS]
    copy.executescript(f"BEGIN IMMEDIATE;{''.join(drops)}PRAGMA user_version = {SHAPE};COMMIT;")


def _refresh_table(copy: sqlite3.Connection, table: str) -> int:
    """Write the differences only: the servers are locked out for as short as can be."""
    columns = COLUMNS[table]
    wanted = rows_of_view(table)
    present = set(copy.execute(f"SELECT {', '.join(columns)} FROM {table}"))  # noqa: S608
    gone, added = present - wanted, wanted - present
    same = " AND ".join(f"{column} = ?" for column in columns)
    copy.executemany(f"DELETE FROM {table} WHERE {same}", gone)  # noqa: S608
    values = ", ".join("?" * len(columns))
    copy.executemany(f"INSERT INTO {table} VALUES ({values})", added)  # noqa: S608
    return len(gone) + len(added)


def grant_views() -> None:
    """Let the mail servers' PostgreSQL role, where it exists, read the views and nothing else."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [settings.MAIL_ROLE])
        if cursor.fetchone() is None:
            return
        role = connection.ops.quote_name(settings.MAIL_ROLE)
        views = ", ".join([*COLUMNS, *NAMES_OF_SERVERS_VIEWS])
        cursor.execute(f"GRANT SELECT ON {views} TO {role}")
