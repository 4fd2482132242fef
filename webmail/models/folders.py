"""A mailbox's folders, labels, and how far its index is."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailboxes.models import Mailbox

MOST_STEPS = 3  # that a folder's name stands further in than others: the name itself needs the room


class MailboxIndex(models.Model):
    """How the index of one mailbox stands; who writes it holds the lease (sync/lease.py)."""

    mailbox = models.OneToOneField(
        Mailbox, models.CASCADE, primary_key=True, related_name="mail_index"
    )
    version = models.PositiveBigIntegerField(default=0)  # one more for each holder of the lease
    lease_until = models.DateTimeField(null=True)
    is_filling = models.BooleanField(default=False)  # the holder gives way to whoever waits
    next_conversation = models.PositiveBigIntegerField(default=1)
    unfinished = models.BooleanField(default=False)  # messages or snippets are still to be read
    hinted_at = models.DateTimeField(null=True)  # when a worker was last asked to go on
    synced_at = models.DateTimeField(null=True)  # when the index last knew what the server told
    changes = models.PositiveBigIntegerField(default=0)  # one more for each writing
    is_told = models.BooleanField(default=False)  # the mail server was asked to tell of new mail
    seen_at = models.DateTimeField(null=True)  # when a page last showed this mailbox
    storage_used = models.PositiveBigIntegerField(null=True)  # KiB, as QUOTA told
    storage_limit = models.PositiveBigIntegerField(null=True)  # KiB; None: no limit, or not told

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["seen_at"], name="mailbox_index_seen"),
            models.Index(
                fields=["hinted_at"],
                name="mailbox_index_unfinished",
                condition=models.Q(unfinished=True),
            ),
        ]

    def __str__(self) -> str:
        return f"index of {self.mailbox_id}"


def indented(label: str, step: int) -> str:
    """As the choices of a list show it, where no style reaches: no-break spaces before it."""
    return " " * 3 * step + label


class Folder(models.Model):
    """A folder as the IMAP server last told it, and how much of it is in the index.

    The server's numbers come from its last STATUS. `gaps` are the UIDs below `indexed_next` that are
    still to be read, as an IMAP sequence set ("1:84000,90001:93000"); "" when none.
    """

    class Use(models.TextChoices):
        INBOX = "inbox", _("Boîte de réception")
        DRAFTS = "drafts", _("Brouillons")
        SENT = "sent", _("Envoyés")
        ARCHIVE = "archive", _("Archives")
        JUNK = "junk", _("Indésirables")
        TRASH = "trash", _("Corbeille")

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=1000)
    delimiter = models.CharField(max_length=1, blank=True)
    special_use = models.CharField(max_length=8, choices=Use.choices, blank=True)
    selectable = models.BooleanField(default=True)
    subscribed = models.BooleanField(default=True)
    uid_validity = models.PositiveBigIntegerField(default=0)
    uid_next = models.PositiveBigIntegerField(default=0)
    highest_modseq = models.PositiveBigIntegerField(default=0)  # 0: the server keeps none
    messages = models.PositiveIntegerField(default=0)
    unseen = models.PositiveIntegerField(default=0)
    # The index.
    indexed_next = models.PositiveBigIntegerField(default=0)  # UIDs from here on were never read
    indexed_modseq = models.PositiveBigIntegerField(default=0)  # changes up to here are known
    gaps = models.TextField(default="", blank=True)
    indexed = models.PositiveIntegerField(default=0)  # messages in the index
    synced_status = models.CharField(max_length=100, blank=True)  # `status` when last caught up

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="folder_name_once", fields=["mailbox", "name"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The last part of the name, or the usual French name of a special folder."""
        if self.special_use:
            return str(self.Use(self.special_use).label)
        return self.name.rsplit(self.delimiter, 1)[-1] if self.delimiter else self.name

    @property
    def step(self) -> int:
        """How far in its name stands: no further than MOST_STEPS, however deep it lies."""
        depth = 0 if self.special_use or not self.delimiter else self.name.count(self.delimiter)
        return min(depth, MOST_STEPS)

    @property
    def indented(self) -> str:
        return indented(self.label, self.step)

    @property
    def status(self) -> str:
        """The server's numbers in one word: another word says that something happened here."""
        numbers = (
            self.uid_validity,
            self.uid_next,
            self.messages,
            self.unseen,
            self.highest_modseq,
        )
        return "/".join(map(str, numbers))

    @property
    def is_filled(self) -> bool:
        """Whether every message the server told of is in the index."""
        return not self.gaps and self.indexed_next > 0


class Label(models.Model):
    """A name and a colour for an IMAP keyword of one mailbox."""

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="labels")
    keyword = models.CharField(max_length=100)  # an atom (RFC 9051 §9); servers ignore its case
    name = models.CharField(max_length=60)
    colour = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="label_keyword_once", fields=["mailbox", "keyword"]),
        ]

    def __str__(self) -> str:
        return self.name
