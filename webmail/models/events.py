"""What is known of events that came by mail."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from mailboxes.models import Mailbox


class KnownEvent(models.Model):
    """The newest state of an event that a mailbox saw, and what its holder answered.

    An older invitation is thereby told from the newest one, whatever order they are opened in.
    """

    class Answer(models.TextChoices):
        ACCEPTED = "ACCEPTED", _("Accepter")
        TENTATIVE = "TENTATIVE", _("Peut-être")
        DECLINED = "DECLINED", _("Refuser")

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+", db_index=False)
    event = models.CharField(max_length=64)  # hash of its UID, organiser and instance
    sequence = models.PositiveBigIntegerField(default=0)
    is_cancelled = models.BooleanField(default=False)
    answer = models.CharField(max_length=9, choices=Answer.choices, blank=True)
    answered_sequence = models.PositiveBigIntegerField(default=0)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="event_known_once", fields=["mailbox", "event"]),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}: {self.event[:8]}"
