"""What the search finds: a text of tokens for each message, and an index of them.

PostgreSQL indexes the text itself (no extension is needed); SQLite keeps an FTS5 table in step by triggers,
whose rows are numbered by folder and UID.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from webmail.message.words import tokens

BATCH = 1000
POSTGRESQL = [
    "CREATE INDEX message_words ON webmail_indexedmessage"
    " USING gin (array_to_tsvector(string_to_array(words, ' ')))",
]
SQLITE = [
    "CREATE VIRTUAL TABLE webmail_messagewords USING fts5"
    " (words, tokenize = 'unicode61 remove_diacritics 0', detail = none)",
    "CREATE TRIGGER message_words_come AFTER INSERT ON webmail_indexedmessage BEGIN"
    " INSERT INTO webmail_messagewords (rowid, words) VALUES ((new.folder_id << 32) | new.uid, new.words); END",
    "CREATE TRIGGER message_words_go AFTER DELETE ON webmail_indexedmessage BEGIN"
    " DELETE FROM webmail_messagewords WHERE rowid = (old.folder_id << 32) | old.uid; END",
    "CREATE TRIGGER message_words_change AFTER UPDATE OF folder_id, uid, words ON webmail_indexedmessage BEGIN"
    " DELETE FROM webmail_messagewords WHERE rowid = (old.folder_id << 32) | old.uid;"
    " INSERT INTO webmail_messagewords (rowid, words) VALUES ((new.folder_id << 32) | new.uid, new.words); END",
]
BACK = {
    "postgresql": ["DROP INDEX message_words"],
    "sqlite": [
        "DROP TRIGGER message_words_come",
        "DROP TRIGGER message_words_go",
        "DROP TRIGGER message_words_change",
        "DROP TABLE webmail_messagewords",
    ],
}


def make_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def drop_index(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in BACK[editor.connection.vendor]:
        editor.execute(statement)


def add_words(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    messages = apps.get_model("webmail", "IndexedMessage").objects
    columns = (
        "mailbox_id",
        "folder_id",
        "uid",
        "subject",
        "sender_name",
        "sender_address",
        "recipients",
    )
    for mailbox, folder, uid, subject, name, address, people in messages.values_list(
        *columns
    ).iterator(BATCH):
        words = tokens(mailbox, subject, name, address, people)
        messages.filter(mailbox_id=mailbox, folder_id=folder, uid=uid).update(words=words)


class Migration(migrations.Migration):
    dependencies = [("webmail", "0020_acts_and_preferences")]

    operations = [
        migrations.AddField("indexedmessage", "words", models.TextField(blank=True, default="")),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(add_words, migrations.RunPython.noop),
    ]
