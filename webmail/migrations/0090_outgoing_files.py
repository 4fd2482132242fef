"""Bytes of messages on their way out move from the database to files; sending learns to wait."""

import uuid
from pathlib import Path

import django.core.validators
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BATCH = 20


def write_files(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    messages = apps.get_model("webmail", "OutgoingMessage").objects
    for message in messages.filter(filed_at=None).iterator(BATCH):
        name, raw = uuid.uuid4(), bytes(message.raw)
        path = Path(settings.SPOOL) / "outgoing" / name.hex[:2] / f"{name}.eml"
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_bytes(raw)
        path.chmod(0o600)
        since = message.created_at if message.attempts else None
        messages.filter(pk=message.pk).update(spool=name, size=len(raw), tried_since=since)


class Migration(migrations.Migration):
    dependencies = [
        ("webmail", "0085_writing_habits"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("outgoingmessage", "spool", models.UUIDField(default=uuid.uuid4)),
        migrations.AddField("outgoingmessage", "size", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("outgoingmessage", "draft_id", models.UUIDField(null=True)),
        migrations.AddField("outgoingmessage", "wants_reports", models.BooleanField(default=False)),
        migrations.AddField(
            "outgoingmessage", "answers_uid_validity", models.PositiveBigIntegerField(default=0)
        ),
        migrations.AddField(
            "outgoingmessage",
            "answers_mark",
            models.CharField(
                choices=[("\\Answered", "répondu"), ("$Forwarded", "transféré")],
                default="\\Answered",
                max_length=10,
            ),
        ),
        migrations.AddField("outgoingmessage", "planned_for", models.DateTimeField(null=True)),
        migrations.AddField("outgoingmessage", "tried_since", models.DateTimeField(null=True)),
        migrations.AddField("outgoingmessage", "handed_at", models.DateTimeField(null=True)),
        migrations.AddField("outgoingmessage", "asked_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "outgoingmessage", "filing_attempts", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AlterField(
            "outgoingmessage",
            "state",
            models.CharField(
                choices=[
                    ("held", "Pas encore parti"),
                    ("queued", "Envoi…"),
                    ("sending", "Envoi en cours…"),
                    ("sent", "Envoyé"),
                    ("refused", "Refusé"),
                    ("uncertain", "Envoi incertain"),
                ],
                default="held",
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            "outgoingmessage",
            models.Index(fields=["person", "created_at"], name="outgoing_lately"),
        ),
        migrations.AddField(
            "preferences",
            "undo_seconds",
            models.PositiveSmallIntegerField(
                null=True,
                blank=True,
                verbose_name="délai pour annuler un envoi",
                validators=[django.core.validators.MaxValueValidator(30)],
            ),
        ),
        migrations.RunPython(write_files, migrations.RunPython.noop),
        migrations.RemoveField("outgoingmessage", "raw"),
    ]
