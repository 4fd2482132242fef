"""Working together: who sees to a conversation, notes, and whom they call; lists by state."""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CONVERSATIONS = ["mailbox", "folder", "-last_date", "-last_uid"]
STATES = {"todo": "pli-a-traiter", "doing": "pli-en-cours", "handled": "pli-traite"}


def _of_conversation() -> list[tuple[str, Any]]:
    return [
        (
            "id",
            models.BigAutoField(
                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
            ),
        ),
        ("message_id", models.TextField()),
        ("identifier", models.BigIntegerField()),
        (
            "mailbox",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="mailboxes.mailbox",
            ),
        ),
    ]


def _person(*, stays: bool = False) -> Any:
    gone = django.db.models.deletion.SET_NULL if stays else django.db.models.deletion.CASCADE
    return models.ForeignKey(
        null=stays, on_delete=gone, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [
        ("mailboxes", "0021_delegation_views"),
        ("webmail", "0092_stationery"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.AddIndex(
                model_name="folderconversation",
                index=models.Index(
                    condition=models.Q(keywords__contains=f" {keyword} "),
                    fields=CONVERSATIONS,
                    name=f"row_{name}",
                ),
            )
            for name, keyword in STATES.items()
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                *_of_conversation(),
                ("assigned_at", models.DateTimeField(auto_now_add=True)),
                ("assigned_by", _person(stays=True)),
                ("person", _person()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["mailbox", "person"], name="assignment_of_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("mailbox", "identifier"), name="assignment_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamNote",
            fields=[
                *_of_conversation(),
                ("text", models.TextField()),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(null=True)),
                ("author", _person(stays=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["mailbox", "identifier"], name="note_of_conversation")
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamNotice",
            fields=[
                *_of_conversation(),
                (
                    "kind",
                    models.CharField(
                        choices=[("assigned", "Assigned"), ("mentioned", "Mentioned")],
                        max_length=9,
                    ),
                ),
                ("told_at", models.DateTimeField(auto_now_add=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("by", _person(stays=True)),
                (
                    "note",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="webmail.teamnote",
                    ),
                ),
                ("person", _person()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(seen_at=None),
                        fields=["person", "-told_at"],
                        name="team_notice_unseen",
                    ),
                    models.Index(fields=["mailbox", "identifier"], name="team_notice_about"),
                ],
            },
        ),
    ]
