"""Browsers that need no second factor for a while."""

from typing import ClassVar

from django.db import models

from accounts.models.people import User

TOKEN_HASH_LENGTH = FINGERPRINT_LENGTH = 64  # SHA-256 in hexadecimal
USER_AGENT_MAX_LENGTH = 300


class TrustedBrowser(models.Model):
    """One person's trust in one browser. Deleting the row ends it at once.

    ``given_under`` is what the person signed in with at the time: another password or another
    factor ends the trust, whoever changed it.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="trusted_browsers")
    token_hash = models.CharField(max_length=TOKEN_HASH_LENGTH, editable=False)
    given_under = models.CharField(max_length=FINGERPRINT_LENGTH, editable=False)
    user_agent = models.CharField(max_length=USER_AGENT_MAX_LENGTH)
    address = models.GenericIPAddressField(null=True)
    trusted_at = models.DateTimeField()
    last_used_at = models.DateTimeField()

    class Meta:
        ordering = ("-trusted_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(name="browser_trusted_once", fields=["user", "token_hash"]),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.trusted_at:%Y-%m-%d}"
