"""What the webmail keeps of its own: folders as last seen on the server, and mail on its way out."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailboxes.models import Mailbox


class Folder(models.Model):
    """A folder as the IMAP server last told it; can be thrown away at any time."""

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
    uid_validity = models.PositiveBigIntegerField(default=0)
    uid_next = models.PositiveBigIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    unseen = models.PositiveIntegerField(default=0)

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
    def depth(self) -> int:
        return 0 if self.special_use or not self.delimiter else self.name.count(self.delimiter)


class OutgoingMessage(models.Model):
    """A message on its way out. Its bytes, Message-ID and envelope never change once it is here.

    States: see outbox.py, which alone writes them.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("En attente d’envoi")
        SENDING = "sending", _("Envoi en cours")
        SENT = "sent", _("Envoyé")
        REFUSED = "refused", _("Refusé")
        UNCERTAIN = "uncertain", _("Envoi incertain")

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="outgoing")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True)  # of the form that made it: a double click is one message
    sender = models.CharField(max_length=254)
    message_id = models.CharField(max_length=255, unique=True)
    subject = models.CharField(max_length=998, blank=True)
    raw = models.BinaryField()
    answers_folder = models.CharField(max_length=1000, blank=True)
    answers_uid = models.PositiveBigIntegerField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    detail = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "due_at"], name="outgoing_due")]

    def __str__(self) -> str:
        return self.message_id


class OutgoingRecipient(models.Model):
    """One address of the envelope, and what the submission server said of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        ACCEPTED = "accepted", _("accepté")
        REFUSED = "refused", _("refusé")

    message = models.ForeignKey(OutgoingMessage, models.CASCADE, related_name="recipients")
    address = models.CharField(max_length=254)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    reply = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="recipient_once", fields=["message", "address"]),
        ]

    def __str__(self) -> str:
        return self.address
