"""Pauses after failures hold on the mail ports, but not on the lines that are known.

``mail_passwords`` gets ``open_from``, in seconds since 1970: before, it opens nothing.
``mail_known_lines(address, line, password, open_from)`` shows the passwords of the accounts that
have a pause, once for each network address from which their mail program signed in before.
"""

from importlib import import_module

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

first = import_module("mailboxes.migrations.0003_application_passwords")
before = import_module("mailboxes.migrations.0004_disabled_passwords")

SECONDS = {
    "postgresql": "CAST(EXTRACT(EPOCH FROM {time}) AS bigint)",
    "sqlite": "CAST(strftime('%s', {time}) AS INTEGER)",
}
AT_ONCE = 0
PAUSE = "(SELECT {seconds} FROM accounts_mailpause p WHERE p.user_id = u.id)"
DOVECOT_PASSWORDS = """
        SELECT address AS username,
               json_build_object('user', address, 'password', password)::text AS data
        FROM mail_passwords WHERE open_from <= EXTRACT(EPOCH FROM now())
"""
DOVECOT_KNOWN_LINES = """
        SELECT address AS username, line AS line,
               json_build_object('user', address, 'password', password)::text AS data
        FROM mail_known_lines WHERE open_from <= EXTRACT(EPOCH FROM now())
"""


def passwords(vendor: str) -> str:
    pause = PAUSE.format(seconds=SECONDS[vendor].format(time="p.until"))
    shown = f"AS password, COALESCE({pause}, {AT_ONCE}) AS open_from"
    return str(before.PASSWORDS).replace("AS password", shown, 1)


def known_lines(vendor: str) -> str:
    seconds = SECONDS[vendor].format(time="l.paused_until")
    shown = f"AS password, COALESCE({seconds}, {AT_ONCE}) AS open_from, l.address AS line"
    query = str(first.PASSWORDS).replace("AS password", shown, 1)
    lines = """JOIN accounts_mailline l ON l.user_id = u.id
        JOIN accounts_mailpause q ON q.user_id = u.id
        WHERE"""
    return query.replace("WHERE", lines, 1)


def show(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    if vendor == "postgresql":
        _create(editor, "OR REPLACE VIEW mail_passwords", passwords(vendor))
        _create(editor, "OR REPLACE VIEW dovecot_passwords", DOVECOT_PASSWORDS)
        _create(editor, "VIEW mail_known_lines", known_lines(vendor))
        _create(editor, "VIEW dovecot_known_lines", DOVECOT_KNOWN_LINES)
        return
    editor.execute("DROP VIEW mail_passwords")
    _create(editor, "VIEW mail_passwords", passwords(vendor))
    _create(editor, "VIEW mail_known_lines", known_lines(vendor))


def hide(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL takes no column out of a view that another one is built upon."""
    postgresql = editor.connection.vendor == "postgresql"
    if postgresql:
        editor.execute("DROP VIEW dovecot_known_lines")
        editor.execute("DROP VIEW dovecot_passwords")
    editor.execute("DROP VIEW mail_known_lines")
    editor.execute("DROP VIEW mail_passwords")
    _create(editor, "VIEW mail_passwords", str(before.PASSWORDS))
    if postgresql:
        views = import_module("mailboxes.migrations.0002_mail_views").POSTGRESQL_VIEWS
        _create(editor, "VIEW dovecot_passwords", views["dovecot_passwords"])


def _create(editor: BaseDatabaseSchemaEditor, what: str, query: str) -> None:
    editor.execute(f"CREATE {what} AS {query}", params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_mail_pauses"),
        ("mailboxes", "0005_connections_to_end"),
    ]

    operations = [migrations.RunPython(show, hide)]
