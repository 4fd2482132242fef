"""What the mail servers are shown of delegations.

``mail_delegations(login, mailbox, place, level, open_from, open_until)``  each one that is not
closed, with its bounds in seconds since 1970; ``place`` is the mailbox's number. Dovecot's entries
of a mailbox name two groups, ``m<place>.read`` and ``m<place>.write``, and are never changed again:
what a delegation changes is the groups of the person (docs/decisions/0020).

``mail_senders`` gets the addresses of mailboxes where one may send, and the same bounds.
``mail_aliases`` leads the mail of a mailbox that is being closed to where it should go.
"""

from importlib import import_module

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

first = import_module("mailboxes.migrations.0002_mail_views")
before = import_module("mailboxes.migrations.0003_application_passwords")

AT_ONCE, NEVER = 0, before.NEVER
WRITE, SEND = 2, 3
SECONDS = {
    "postgresql": "CAST(EXTRACT(EPOCH FROM {time}) AS bigint)",
    "sqlite": "CAST(strftime('%s', {time}) AS INTEGER)",
}
NOW = "EXTRACT(EPOCH FROM now())"

DELEGATIONS = """
        SELECT p.address AS login, a.address AS mailbox, m.id AS place, d.level AS level,
               {starts} AS open_from, COALESCE({ends}, {never}) AS open_until
        FROM mailboxes_delegation d
        JOIN mailboxes_mailbox m ON m.id = d.mailbox_id
        JOIN mailboxes_address a ON a.mailbox_id = m.id AND a.kind = 'primary'
        JOIN accounts_user u ON u.id = d.person_id
        JOIN mailboxes_mailbox o ON o.owner_id = u.id
        JOIN mailboxes_address p ON p.mailbox_id = o.id AND p.kind = 'primary'
        WHERE d.closed_at IS NULL AND u.is_active
          AND m.is_active AND a.is_active AND o.is_active AND p.is_active
    """
SENDERS = f"""
        SELECT address, login, {AT_ONCE} AS open_from, {NEVER} AS open_until
        FROM ({before.SENDERS}) own
        UNION ALL
        SELECT a.address AS address, d.login AS login,
               MIN(d.open_from) AS open_from, MAX(d.open_until) AS open_until
        FROM mail_delegations d
        JOIN mailboxes_address a ON a.mailbox_id = d.place
        WHERE d.level >= {SEND} AND a.can_send AND a.is_active
        GROUP BY a.address, d.login
    """  # noqa: S608  (constants of these files)
ALIASES = """
        SELECT a.address AS address,
               CAST(COALESCE(NULLIF(m.forwards_to, ''), p.address) AS varchar(254)) AS destination
        FROM mailboxes_address a
        JOIN mailboxes_mailbox m ON m.id = a.mailbox_id
        JOIN mailboxes_address p ON p.mailbox_id = m.id AND p.kind = 'primary'
        WHERE m.is_active AND a.is_active AND p.is_active
    """
# Only on PostgreSQL; the same stands in mailboxes/lookup.py for the copy.
DOVECOT_USERS = f"""
        SELECT u.address AS username,
               json_build_object(
                 'quota_rule', '*:storage=' || u.quota_mb || 'M',
                 'acl_groups', COALESCE((
                   SELECT string_agg(
                     'm' || d.place || CASE WHEN d.level < {WRITE} THEN '.read' ELSE '.write' END, ','
                   ) FROM mail_delegations d
                   WHERE d.login = u.address AND d.open_from <= {NOW} AND d.open_until > {NOW}
                 ), '')
               )::text AS data
        FROM mail_users u
    """  # noqa: S608
POSTFIX_SENDERS = f"""
        SELECT address AS address, login AS login FROM mail_senders
        WHERE open_from <= {NOW} AND open_until > {NOW}
    """  # noqa: S608


def delegations(vendor: str) -> str:
    seconds = SECONDS[vendor]
    starts, ends = seconds.format(time="d.starts_at"), seconds.format(time="d.ends_at")
    return DELEGATIONS.format(starts=starts, ends=ends, never=NEVER)


def show(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    _create(editor, "mail_delegations", delegations(editor.connection.vendor))
    _replace(editor, "mail_senders", SENDERS)
    _replace(editor, "mail_aliases", ALIASES)
    if postgresql:
        _replace(editor, "dovecot_users", DOVECOT_USERS)
        _create(editor, "postfix_senders", POSTFIX_SENDERS)


def hide(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL takes no column out of a view that another one is built upon."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP VIEW postfix_senders")
        _replace(editor, "dovecot_users", first.POSTGRESQL_VIEWS["dovecot_users"])
    _replace(editor, "mail_aliases", first.VIEWS["mail_aliases"])
    editor.execute("DROP VIEW mail_senders")
    _create(editor, "mail_senders", before.SENDERS)
    editor.execute("DROP VIEW mail_delegations")


def _create(editor: BaseDatabaseSchemaEditor, name: str, query: str) -> None:
    editor.execute(f"CREATE VIEW {name} AS {query}", params=None)


def _replace(editor: BaseDatabaseSchemaEditor, name: str, query: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(f"CREATE OR REPLACE VIEW {name} AS {query}", params=None)
    else:
        editor.execute(f"DROP VIEW {name}")
        _create(editor, name, query)


class Migration(migrations.Migration):
    dependencies = [
        ("mailboxes", "0020_delegations"),
    ]

    operations = [migrations.RunPython(show, hide)]
