"""The messages of the index."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mailboxes.models import Mailbox
from webmail.models.folders import Folder

BY_DATE = ["mailbox", "folder", "-received_at", "-uid"]


class IndexedMessage(models.Model):
    """Headers, flags and the first words of one message in one folder.

    A copy in another folder is a row of its own. Rows come and go by the thousand: the database
    checks no references for them, sync/ alone writes them, under the mailbox's lease.
    """

    pk = models.CompositePrimaryKey("mailbox_id", "folder_id", "uid")
    mailbox = models.ForeignKey(
        Mailbox, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    folder = models.ForeignKey(
        Folder, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    uid = models.PositiveBigIntegerField()
    seen = models.BooleanField()
    flagged = models.BooleanField()
    answered = models.BooleanField()
    forwarded = models.BooleanField()  # the keyword $Forwarded (RFC 9051 §2.3.2)
    draft = models.BooleanField()
    deleted = models.BooleanField()
    # All keywords in order, a space before and after each: filter by contains=" x ".
    keywords = models.TextField(blank=True)
    size = models.PositiveBigIntegerField()  # octets
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    message_id = models.TextField(blank=True)  # without its brackets
    subject = models.TextField(blank=True)
    subject_key = models.CharField(max_length=200, blank=True)  # folded, without "Re:"
    sender_name = models.TextField(blank=True)
    sender_address = models.TextField(blank=True)
    sender_key = models.CharField(max_length=200, blank=True)  # what is shown, folded
    recipients = models.TextField(blank=True)  # To and Cc, a line each: "Name <address>"
    words = models.TextField(blank=True, default="")  # what a search finds: message/words.py
    list_id = models.TextField(blank=True)
    snippet = models.TextField(null=True)  # the first words; None until they were asked for
    has_attachments = models.BooleanField()
    is_external = models.BooleanField()
    # Hashes (64 bits each) of its Message-ID (0: none), then of those it answers.
    identifiers = models.BinaryField()
    by_subject = models.BooleanField(default=False)  # in its conversation by its subject alone
    conversation = models.PositiveBigIntegerField()  # Conversation.number

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=BY_DATE, name="message_by_date"),
            models.Index(fields=BY_DATE, name="message_unread", condition=Q(seen=False)),
            models.Index(fields=BY_DATE, name="message_starred", condition=Q(flagged=True)),
            models.Index(
                fields=BY_DATE, name="message_attachments", condition=Q(has_attachments=True)
            ),
            models.Index(fields=BY_DATE, name="message_external", condition=Q(is_external=True)),
            models.Index(
                fields=["mailbox", "-received_at", "-folder", "-uid"], name="message_everywhere"
            ),
            models.Index(
                fields=["mailbox", "sender_key", "-folder", "-uid"],
                name="everywhere_by_sender",
            ),
            models.Index(
                fields=["mailbox", "subject_key", "-folder", "-uid"],
                name="everywhere_by_subject",
            ),
            models.Index(fields=["mailbox", "-size", "-folder", "-uid"], name="everywhere_by_size"),
            models.Index(
                fields=["mailbox", "folder", "sender_key", "-uid"], name="message_by_sender"
            ),
            models.Index(
                fields=["mailbox", "folder", "subject_key", "-uid"], name="message_by_subject"
            ),
            models.Index(fields=["mailbox", "folder", "-size", "-uid"], name="message_by_size"),
            models.Index(fields=["mailbox", "conversation"], name="message_conversation"),
            models.Index(
                fields=["mailbox", "folder", "uid"],
                name="message_without_snippet",
                condition=Q(snippet__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.folder_id}/{self.uid}"
