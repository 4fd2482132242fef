"""Messages without a Message-ID get what stands for it, as those that are indexed from now on."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from webmail.sync.facts import packed, stand_in, unpacked

KEPT = ("received_at", "size", "sent_at", "sender_address", "subject")


def name_the_nameless(apps: Any, _schema_editor: Any) -> None:
    rows = apps.get_model("webmail", "IndexedMessage").objects
    references = apps.get_model("webmail", "MessageReference").objects
    for row in rows.filter(message_id="").iterator(1000):
        own, *others = unpacked(row.identifiers)
        if own:
            continue
        name = stand_in(*(getattr(row, it) for it in KEPT))
        place = {"mailbox": row.mailbox_id, "folder": row.folder_id, "uid": row.uid}
        rows.filter(**place).update(identifiers=packed([name, *others]))
        known = {"mailbox_id": row.mailbox_id, "identifier": name}
        references.get_or_create(**known, defaults={"conversation": row.conversation})


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("webmail", "0131_answered_elsewhere"),
    ]

    operations = [
        *(
            migrations.AlterField(name, "message_id", models.TextField(blank=True))
            for name in ("assignment", "teamnote", "teamnotice")
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False),
                ),
                ("before", models.JSONField()),
                ("made_at", models.DateTimeField(auto_now_add=True, db_index=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="mailboxes.mailbox",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunPython(name_the_nameless, migrations.RunPython.noop),
    ]
