"""Indexes in the very order of each list, and a text index that costs nothing before its second pass.

The text index leaves out messages whose words are not there yet. What waits to be merged into it stays
small: every search reads it through.
"""

from typing import ClassVar

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

CONVERSATIONS = ["mailbox", "folder", "-last_date", "-last_uid"]
WORDS = "array_to_tsvector(string_to_array(words, ' '))"
WORDS_LEAN = (
    f"CREATE INDEX message_words ON webmail_indexedmessage USING gin ({WORDS})"
    " WITH (gin_pending_list_limit = 256) WHERE words <> ''"
)
WORDS_BEFORE = f"CREATE INDEX message_words ON webmail_indexedmessage USING gin ({WORDS})"


def make_lean(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _replace(editor, WORDS_LEAN)


def make_as_before(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    _replace(editor, WORDS_BEFORE)


def _replace(editor: BaseDatabaseSchemaEditor, statement: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX message_words")
        editor.execute(statement)


def _conversations(
    name: str, condition: models.Q | None = None
) -> list[migrations.RemoveIndex | migrations.AddIndex]:
    index = models.Index(fields=CONVERSATIONS, name=name, condition=condition)
    return [
        migrations.RemoveIndex("folderconversation", name),
        migrations.AddIndex("folderconversation", index),
    ]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("webmail", "0050_words")]

    operations: ClassVar = [
        *_conversations("row_by_date"),
        *_conversations("row_unread", models.Q(unread__gt=0)),
        *_conversations("row_starred", models.Q(flagged__gt=0)),
        *_conversations("row_attachments", models.Q(has_attachments=True)),
        *_conversations("row_external", models.Q(is_external=True)),
        migrations.AddIndex(
            "folderconversation",
            models.Index(
                fields=["mailbox", "folder", "sender_key", "-last_uid"], name="row_by_sender"
            ),
        ),
        migrations.AddIndex(
            "folderconversation",
            models.Index(
                fields=["mailbox", "folder", "subject_key", "-last_uid"], name="row_by_subject"
            ),
        ),
        migrations.AddIndex(
            "folderconversation",
            models.Index(fields=["mailbox", "folder", "-size", "-last_uid"], name="row_by_size"),
        ),
        migrations.AddIndex(
            "folderconversation",
            models.Index(fields=["mailbox", "conversation"], name="row_conversation"),
        ),
        migrations.AddIndex(
            "indexedmessage",
            models.Index(
                fields=["mailbox", "-received_at", "-folder", "-uid"], name="message_everywhere"
            ),
        ),
        migrations.AddIndex(
            "indexedmessage",
            models.Index(
                fields=["mailbox", "folder", "sender_key", "-uid"], name="message_by_sender"
            ),
        ),
        migrations.AddIndex(
            "indexedmessage",
            models.Index(
                fields=["mailbox", "folder", "subject_key", "-uid"], name="message_by_subject"
            ),
        ),
        migrations.AddIndex(
            "indexedmessage",
            models.Index(fields=["mailbox", "folder", "-size", "-uid"], name="message_by_size"),
        ),
        migrations.RunPython(make_lean, make_as_before),
    ]
