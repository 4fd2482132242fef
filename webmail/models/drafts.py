"""What people are writing, from the first keystroke until it has left."""

import uuid
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models

from mailboxes.models import Mailbox


class Draft(models.Model):
    """One message being written, as it was typed: nothing of it is checked before it leaves.

    The row is the truth; the copy in the mailbox's own Drafts folder follows when the writer rests.
    The modules of webmail/drafts/ alone write these rows.
    """

    class State(models.TextChoices):
        WRITING = "writing"
        LEAVING = "leaving"  # the outbox has it, and may still give it back
        SENT = "sent"  # emptied; the row stays a while, so that a second click finds it

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # chosen by the page that began it
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="drafts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WRITING)
    version = models.PositiveIntegerField(default=1)  # one more at each save
    page = models.UUIDField(null=True)  # the open page that saved last: it need not fear itself
    mode = models.CharField(max_length=10, blank=True)  # of answers.MODES; "" for a new message

    sender = models.CharField(max_length=254, blank=True)  # an address
    to = models.TextField(blank=True)
    cc = models.TextField(blank=True)
    bcc = models.TextField(blank=True)
    subject = models.CharField(max_length=998, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(
        null=True
    )  # None: plain text; as the browser gave it, never to be shown unclean

    in_reply_to = models.TextField(blank=True)  # identifiers stand without their brackets
    references = models.TextField(blank=True)  # separated by spaces
    source_folder = models.CharField(max_length=1000, blank=True)  # of the answered message
    source_validity = models.PositiveBigIntegerField(default=0)
    source_uid = models.PositiveBigIntegerField(null=True)
    source_in = models.BigIntegerField(null=True)  # the number of its mailbox; None: this one

    # The copy in the Drafts folder.
    filed_folder = models.CharField(max_length=1000, blank=True)
    filed_validity = models.PositiveBigIntegerField(default=0)
    filed_uid = models.PositiveBigIntegerField(null=True)
    filed_version = models.PositiveIntegerField(default=0)  # 0: none, or another program's
    due_at = models.DateTimeField(null=True)  # when the folder must be brought up to date
    claimed_at = models.DateTimeField(null=True)  # by a worker

    sent_as = models.CharField(
        max_length=64, blank=True
    )  # SHA-256 of what left, for a second click
    moved_to = models.UUIDField(null=True)  # the row that goes on with it in another mailbox
    confirmed = models.CharField(max_length=100, blank=True)  # codes of guards.py, answered
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "state", "changed_at"], name="draft_of_mailbox"),
            models.Index(fields=["mailbox", "filed_uid"], name="draft_filed"),
            models.Index(fields=["due_at"], name="draft_due"),
            models.Index(fields=["state", "changed_at"], name="draft_age"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class DraftFile(models.Model):
    """A file that goes with a draft. Its octets are in the spool, or still in another message.

    `sha256` is empty until the octets are here; until then they are those of part `from_section`
    ("" for the whole message) of message `from_uid`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)  # chosen by the page that sends it
    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()  # octets
    sha256 = models.CharField(max_length=64, blank=True)
    content_id = models.CharField(max_length=255, blank=True)  # stands inside the text when set
    from_folder = models.CharField(max_length=1000, blank=True)
    from_validity = models.PositiveBigIntegerField(default=0)
    from_uid = models.PositiveBigIntegerField(null=True)
    from_section = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["order", "created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_here(self) -> bool:
        return bool(self.sha256)

    @property
    def path(self) -> Path:
        return Path(settings.SPOOL) / "drafts" / self.id.hex[:2] / self.id.hex
