"""Mail on its way out."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailboxes.models import Mailbox


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
