"""Mail on its way out."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailboxes.models import Mailbox


class OutgoingMessage(models.Model):
    """A message on its way out. Its bytes, Message-ID and envelope never change once it is here.

    The bytes stand in a file (outbox/spool.py) until the copy is filed. States: see outbox/, which
    alone writes them.
    """

    class State(models.TextChoices):
        HELD = "held", _("Pas encore parti")
        QUEUED = "queued", _("Envoi…")
        SENDING = "sending", _("Envoi en cours…")
        SENT = "sent", _("Envoyé")
        REFUSED = "refused", _("Refusé")
        UNCERTAIN = "uncertain", _("Envoi incertain")

    class Mark(models.TextChoices):
        """What the message it came from is marked with."""

        ANSWERED = "\\Answered", _("répondu")
        FORWARDED = "$Forwarded", _("transféré")

    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="outgoing")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True)  # of the form that made it: a double click is one message
    draft_id = models.UUIDField(null=True)  # what it is again when it is taken back
    sender = models.CharField(max_length=254)
    message_id = models.CharField(max_length=255, unique=True)
    subject = models.CharField(max_length=998, blank=True)
    spool = models.UUIDField(default=uuid4)
    size = models.PositiveBigIntegerField(default=0)  # octets
    wants_reports = models.BooleanField(default=False)  # RFC 3461
    answers_folder = models.CharField(max_length=1000, blank=True)
    answers_uid = models.PositiveBigIntegerField(null=True)
    answers_uid_validity = models.PositiveBigIntegerField(default=0)  # 0: unknown
    answers_in = models.BigIntegerField(null=True)  # the number of its mailbox; None: this one
    answers_mark = models.CharField(max_length=10, choices=Mark.choices, default=Mark.ANSWERED)
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    planned_for = models.DateTimeField(null=True)  # the moment a person chose to send it at
    tried_since = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)  # from here on the server may have it
    asked_at = models.DateTimeField(null=True)  # when it was last tried to find out
    filed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)  # the last refusal of one of its recipients
    filing_attempts = models.PositiveSmallIntegerField(default=0)
    detail = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "due_at"], name="outgoing_due"),
            models.Index(fields=["person", "created_at"], name="outgoing_lately"),
            # Every page counts these; what left well is many times as many rows.
            models.Index(
                fields=["mailbox"],
                condition=~models.Q(state="sent") | models.Q(refused_at__isnull=False),
                name="outgoing_to_show",
            ),
        ]

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
