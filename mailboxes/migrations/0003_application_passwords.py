"""What the mail servers accept beside the account's own password.

``mail_application_passwords(address, service, hash, expires_at, id)``  one row per service a
password opens; ``hash`` is SHA-256 in hexadecimal, ``expires_at`` seconds since 1970.

Where a second factor protects the account, its own password no longer opens IMAP and SMTP: a mail
program cannot be asked for the factor. An account that is closed sends no more, even through a
connection that is still open: Postfix looks up ``mail_senders`` for each message.
"""

from importlib import import_module

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

before = import_module("mailboxes.migrations.0002_mail_views").VIEWS

NEVER = 253402300799  # the last second of the year 9999
SECONDS = {
    "postgresql": "CAST(EXTRACT(EPOCH FROM p.expires_at) AS bigint)",
    "sqlite": "CAST(strftime('%s', p.expires_at) AS INTEGER)",
}

PASSWORDS = f"""{before["mail_passwords"]}
          AND NOT EXISTS (
            SELECT 1 FROM mfa_authenticator f
            WHERE f.user_id = u.id AND f.type IN ('totp', 'webauthn')
          )
    """  # noqa: S608  (constants of these two files)
SENDERS = """
        SELECT a.address AS address, p.address AS login
        FROM mailboxes_address a
        JOIN mailboxes_mailbox m ON m.id = a.mailbox_id
        JOIN mailboxes_address p ON p.mailbox_id = m.id AND p.kind = 'primary'
        LEFT JOIN accounts_user u ON u.id = m.owner_id
        WHERE m.is_active AND a.is_active AND a.can_send AND p.is_active
          AND (u.id IS NULL OR u.is_active)
    """
APPLICATION_PASSWORDS = """
        SELECT a.address AS address, s.service AS service, p.hash AS hash,
               COALESCE({seconds}, {never}) AS expires_at, p.id AS id
        FROM accounts_applicationpassword p
        JOIN accounts_user u ON u.id = p.user_id
        JOIN mailboxes_mailbox m ON m.owner_id = u.id
        JOIN mailboxes_address a ON a.mailbox_id = m.id AND a.kind = 'primary'
        JOIN (SELECT 'imap' AS service UNION ALL SELECT 'smtp') s
          ON (s.service = 'imap' AND p.reads) OR (s.service = 'smtp' AND p.sends)
        WHERE m.is_active AND a.is_active AND u.is_active AND NOT u.must_change_password
    """
DOVECOT_APPLICATION_PASSWORDS = """
        SELECT address AS username, service AS service, hash AS hash,
               json_build_object(
                 'user', address, 'password', '{SHA256.HEX}' || hash, 'application', id::text
               )::text AS data
        FROM mail_application_passwords
        WHERE expires_at > EXTRACT(EPOCH FROM now())
    """


def create(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    _replace(editor, "mail_passwords", PASSWORDS)
    _replace(editor, "mail_senders", SENDERS)
    query = APPLICATION_PASSWORDS.format(seconds=SECONDS[vendor], never=NEVER)
    editor.execute(f"CREATE VIEW mail_application_passwords AS {query}", params=None)
    if vendor == "postgresql":
        query = DOVECOT_APPLICATION_PASSWORDS
        editor.execute(f"CREATE VIEW dovecot_application_passwords AS {query}", params=None)


def drop(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP VIEW dovecot_application_passwords")
    editor.execute("DROP VIEW mail_application_passwords")
    _replace(editor, "mail_senders", before["mail_senders"])
    _replace(editor, "mail_passwords", before["mail_passwords"])


def _replace(editor: BaseDatabaseSchemaEditor, name: str, query: str) -> None:
    """The columns stay the same, so on PostgreSQL the views built upon it stay too."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")
    else:
        editor.execute(f"DROP VIEW {name}")
        editor.execute(f"CREATE VIEW {name} AS {query}")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_self_service"),
        ("mailboxes", "0002_mail_views"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(create, drop)]
