"""Failed attempts, counted in the database so that they survive Redis, a restart and a new node."""

from typing import ClassVar

from django.db import models

KEY_LENGTH = 64  # HMAC-SHA-256 in hexadecimal


class Throttle(models.Model):
    """The failures of one identity, one known device or one address.

    ``key`` is a keyed hash of whom it counts: the table tells nobody which logins exist, nor where
    people sign in from.
    """

    key = models.CharField(max_length=KEY_LENGTH, unique=True)
    in_a_row = models.PositiveIntegerField(default=0)
    in_window = models.PositiveIntegerField(default=0)
    window_started_at = models.DateTimeField()
    last_failure_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.in_a_row} in a row"


class KnownDevice(models.Model):
    """A device from which this identity has signed in before, with its own count of failures."""

    identity_key = models.CharField(max_length=KEY_LENGTH)
    device_key = models.CharField(max_length=KEY_LENGTH)
    last_success_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["identity_key", "device_key"], name="known_device_once_an_identity"
            )
        ]

    def __str__(self) -> str:
        return f"{self.device_key[:8]}… of {self.identity_key[:8]}…"
