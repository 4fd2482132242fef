"""A password that was guessed at a hundred times in a row opens no mail program until it is replaced.

Application passwords are not concerned: they cannot be guessed.
"""

from importlib import import_module

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

before = import_module("mailboxes.migrations.0003_application_passwords")

PASSWORDS = f"""{before.PASSWORDS}
          AND (u.mail_disabled_at IS NULL OR u.password_changed_at > u.mail_disabled_at)
    """


def restrict(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _show(editor, PASSWORDS)


def widen(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _show(editor, before.PASSWORDS)


def _show(editor: BaseDatabaseSchemaEditor, query: str) -> None:
    """The columns stay the same, so on PostgreSQL the view built upon this one stays too."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"CREATE OR REPLACE VIEW mail_passwords AS {query}")
    else:
        editor.execute("DROP VIEW mail_passwords")
        editor.execute(f"CREATE VIEW mail_passwords AS {query}")


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_mail_disabled"),
        ("mailboxes", "0003_application_passwords"),
    ]

    operations = [migrations.RunPython(restrict, widen)]
