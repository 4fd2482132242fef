"""How a person puts the mailboxes beside their own in order."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from mailboxes.models import Mailbox


class MailboxPlace(models.Model):
    """Of one mailbox in one person's folder pane; without a row it stands last, shown and together.

    A row gives no right: whoever lost theirs sees nothing of the mailbox, whatever stands here.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="places")
    position = models.PositiveSmallIntegerField()
    is_shown = models.BooleanField(default=True)
    is_together = models.BooleanField(
        default=True
    )  # its INBOX is part of the list of all mailboxes

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "mailbox"], name="mailbox_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.mailbox_id} at {self.position}"
