"""Conversations: messages of all folders of a mailbox that belong together."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mailboxes.models import Mailbox
from webmail.models.folders import Folder
from webmail.models.states import ACTIONS, KEYWORDS

BY_DATE = ["mailbox", "folder", "-last_date", "-last_uid"]


class Conversation(models.Model):
    """One conversation of a mailbox, known by its number there."""

    pk = models.CompositePrimaryKey("mailbox_id", "number")
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    number = models.PositiveBigIntegerField()
    subject = models.TextField(blank=True)
    # Hash of subject and participants: a message that names no other may join by it.
    guess_key = models.BigIntegerField(null=True)
    guessed = models.BooleanField(default=False)  # some message is here by its subject alone
    first_date = models.DateTimeField()
    last_date = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["mailbox", "guess_key"],
                name="conversation_guess",
                condition=Q(guess_key__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class MessageReference(models.Model):
    """An identifier that messages of a conversation bear or name; its own message may be absent."""

    pk = models.CompositePrimaryKey("mailbox_id", "identifier")
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    identifier = models.BigIntegerField()  # hash of a Message-ID
    conversation = models.PositiveBigIntegerField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "conversation"], name="reference_conversation"),
        ]

    def __str__(self) -> str:
        return f"{self.identifier:x}"


class FolderConversation(models.Model):
    """What a row of a folder's list shows of a conversation.

    `messages`, `unread`, `flagged`, `size`, dates and the marks are of the messages in this folder;
    `total` and `participants` are of the whole conversation, without what lies in the junk and in the
    bin unless this is that folder. What a single message has (subject, snippet, recipients, answered,
    forwarded, draft) is of the latest message in this folder.
    """

    pk = models.CompositePrimaryKey("mailbox_id", "folder_id", "conversation")
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    folder = models.ForeignKey(
        Folder, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    conversation = models.PositiveBigIntegerField()  # Conversation.number
    last_date = models.DateTimeField()  # received_at of the latest message
    last_uid = models.PositiveBigIntegerField()
    messages = models.PositiveIntegerField()
    total = models.PositiveIntegerField()  # copies of one message count once
    unread = models.PositiveIntegerField()
    flagged = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()  # octets, all messages
    has_attachments = models.BooleanField()
    is_external = models.BooleanField()
    answered = models.BooleanField()
    forwarded = models.BooleanField()
    draft = models.BooleanField()
    keywords = models.TextField(blank=True)  # of all messages, as in IndexedMessage
    # JSON: [[name, address, messages], …] of the authors, first come first.
    participants = models.TextField()
    recipients = models.TextField(blank=True)  # as in IndexedMessage
    subject = models.TextField(blank=True)
    subject_key = models.CharField(max_length=200, blank=True)
    sender_key = models.CharField(max_length=200, blank=True)
    snippet = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=BY_DATE, name="row_by_date"),
            models.Index(fields=BY_DATE, name="row_unread", condition=Q(unread__gt=0)),
            models.Index(fields=BY_DATE, name="row_starred", condition=Q(flagged__gt=0)),
            models.Index(fields=BY_DATE, name="row_attachments", condition=Q(has_attachments=True)),
            models.Index(fields=BY_DATE, name="row_external", condition=Q(is_external=True)),
            *(
                models.Index(
                    fields=BY_DATE,
                    name=f"row_{name}",
                    condition=Q(keywords__contains=f" {KEYWORDS[state]} "),
                )
                for name, state in ACTIONS.items()
            ),
            models.Index(fields=["mailbox", "conversation"], name="row_conversation"),
            models.Index(
                fields=["mailbox", "folder", "sender_key", "-last_uid"], name="row_by_sender"
            ),
            models.Index(
                fields=["mailbox", "folder", "subject_key", "-last_uid"], name="row_by_subject"
            ),
            models.Index(fields=["mailbox", "folder", "-size", "-last_uid"], name="row_by_size"),
        ]

    def __str__(self) -> str:
        return f"{self.folder_id}: {self.subject}"
