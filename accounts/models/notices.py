"""What is told by mail or text message when something about an account changes, and the link that stops it."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models.people import User

TOKEN_HASH_LENGTH = 64  # SHA-256 in hexadecimal


class Notice(models.Model):
    """One message to one address or telephone, kept until its server has taken it."""

    class Channel(models.TextChoices):
        MAIL = "mail"
        SMS = "sms"

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        GIVEN_UP = "given_up"

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=4, choices=Channel.choices, default=Channel.MAIL)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "due_at"], name="notice_due")]

    def __str__(self) -> str:
        return f"{self.subject} → {self.recipient}"


class FreezeLink(models.Model):
    """The right, given by « Ce n’est pas moi » in a notice, to freeze the account once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="freeze_links")
    token_hash = models.CharField(max_length=TOKEN_HASH_LENGTH, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.user}, {self.expires_at:%Y-%m-%d}"
