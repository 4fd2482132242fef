"""Every login given so far becomes one that is never given again."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

ROWS_AT_A_TIME = 1000


def record_logins(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    login_name = apps.get_model("accounts", "LoginName")
    accounts = apps.get_model("accounts", "User").objects.values_list("username", "agent")
    rows = (login_name(login=login, agent_id=agent) for login, agent in accounts.iterator())
    login_name.objects.bulk_create(rows, batch_size=ROWS_AT_A_TIME)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_acts_for_others")]

    operations = [
        migrations.CreateModel(
            name="LoginName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "login",
                    models.CharField(
                        max_length=64,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+([.'_-][a-z0-9]+)*$",
                                "Un identifiant s’écrit prenom.nom.",
                            )
                        ],
                        verbose_name="identifiant",
                    ),
                ),
                (
                    "reserved_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="réservé le"),
                ),
                (
                    "agent",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reserved_login",
                        to="accounts.agent",
                        verbose_name="agent",
                    ),
                ),
            ],
            options={
                "verbose_name": "identifiant donné",
                "verbose_name_plural": "identifiants donnés",
            },
        ),
        migrations.RunPython(record_logins, migrations.RunPython.noop),
    ]
