"""The SQL views that are the contract with the mail servers (see mailboxes/lookup.py).

``mail_users(address, quota_mb)``        mailboxes that receive, by primary address
``mail_passwords(address, password)``    who may log in with a password, as ``{ARGON2ID}$argon2id$…``
``mail_aliases(address, destination)``   every address that receives, primary ones included
``mail_senders(address, login)``         which login may put the address in an envelope

Dovecot's PostgreSQL ``dict`` driver reads one JSON value per key: ``dovecot_users`` and
``dovecot_passwords(username, data)`` dress the same rows for it.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

VIEWS = {
    "mail_users": """
        SELECT a.address AS address, m.quota_mb AS quota_mb
        FROM mailboxes_mailbox m
        JOIN mailboxes_address a ON a.mailbox_id = m.id AND a.kind = 'primary'
        WHERE m.is_active AND a.is_active
    """,
    # Django writes 'argon2$argon2id$v=19$…'; libsodium reads what follows the first dollar.
    "mail_passwords": """
        SELECT a.address AS address, '{ARGON2ID}' || substr(u.password, 7) AS password
        FROM mailboxes_mailbox m
        JOIN mailboxes_address a ON a.mailbox_id = m.id AND a.kind = 'primary'
        JOIN accounts_user u ON u.id = m.owner_id
        WHERE m.is_active AND a.is_active AND u.is_active AND NOT u.must_change_password
          AND substr(u.password, 1, 16) = 'argon2$argon2id$'
    """,
    "mail_aliases": """
        SELECT a.address AS address, p.address AS destination
        FROM mailboxes_address a
        JOIN mailboxes_mailbox m ON m.id = a.mailbox_id
        JOIN mailboxes_address p ON p.mailbox_id = m.id AND p.kind = 'primary'
        WHERE m.is_active AND a.is_active AND p.is_active
    """,
    "mail_senders": """
        SELECT a.address AS address, p.address AS login
        FROM mailboxes_address a
        JOIN mailboxes_mailbox m ON m.id = a.mailbox_id
        JOIN mailboxes_address p ON p.mailbox_id = m.id AND p.kind = 'primary'
        WHERE m.is_active AND a.is_active AND a.can_send AND p.is_active
    """,
}

POSTGRESQL_VIEWS = {
    "dovecot_users": """
        SELECT address AS username,
               json_build_object('quota_rule', '*:storage=' || quota_mb || 'M')::text AS data
        FROM mail_users
    """,
    "dovecot_passwords": """
        SELECT address AS username,
               json_build_object('user', address, 'password', password)::text AS data
        FROM mail_passwords
    """,
}


def views_for(vendor: str) -> dict[str, str]:
    return VIEWS | POSTGRESQL_VIEWS if vendor == "postgresql" else VIEWS


def create_views(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for name, query in views_for(editor.connection.vendor).items():
        editor.execute(f"CREATE VIEW {name} AS {query}")


def drop_views(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for name in reversed(views_for(editor.connection.vendor)):
        editor.execute(f"DROP VIEW {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("mailboxes", "0001_initial"),
    ]

    operations = [migrations.RunPython(create_views, drop_views)]
