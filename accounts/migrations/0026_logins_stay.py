"""The triggers that keep a login once given; after the rows were written, as PostgreSQL asks."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from accounts.naming import login_triggers


def install(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    login_triggers.install(editor.connection)


def remove(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    login_triggers.remove(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0025_login_names")]

    operations = [migrations.RunPython(install, remove)]
