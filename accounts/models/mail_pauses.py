"""Pauses of the sign-in page, as the mail servers see them (mailboxes/migrations, view by view)."""

from typing import ClassVar

from django.db import models

from accounts.models.people import User

LONGEST_ADDRESS = 45  # of IPv6, with an IPv4 address inside


class MailPause(models.Model):
    """Until then the account's password opens no mail program but on the lines that are known."""

    user = models.OneToOneField(User, models.CASCADE, related_name="mail_pause")
    began_at = models.DateTimeField()
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}, {self.until:%Y-%m-%d %H:%M}"


class MailLine(models.Model):
    """A network address, as Dovecot writes it, from which the person's mail program signed in.

    ``paused_until`` is for the line that guesses itself: it waits alone.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="mail_lines")
    address = models.CharField(max_length=LONGEST_ADDRESS)
    last_success_at = models.DateTimeField(db_index=True)
    paused_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="mail_line_once", fields=["user", "address"]),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.address}"
