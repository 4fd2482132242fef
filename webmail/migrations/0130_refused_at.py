"""A message that was refused by some of its recipients says so itself: pages count such messages by an index."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def note_refusals(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    message = apps.get_model("webmail", "OutgoingMessage")
    refused = apps.get_model("webmail", "OutgoingRecipient").objects.filter(state="refused")
    message.objects.filter(pk__in=refused.values("message")).update(
        refused_at=models.F("created_at")
    )


class Migration(migrations.Migration):
    dependencies = [("webmail", "0120_sorted_everywhere")]

    operations = [
        migrations.AddField(
            model_name="outgoingmessage",
            name="refused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(note_refusals, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="outgoingmessage",
            index=models.Index(
                fields=["mailbox"],
                condition=models.Q(
                    models.Q(("state", "sent"), _negated=True),
                    ("refused_at__isnull", False),
                    _connector="OR",
                ),
                name="outgoing_to_show",
            ),
        ),
    ]
