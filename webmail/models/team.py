"""What a team keeps beside the messages of a shared mailbox: who sees to what, notes, and whom they call."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from mailboxes.models import Mailbox


class OfConversation(models.Model):
    """Belongs to the conversation that one message stands for, whatever the index calls it.

    The index can be thrown away, and conversations merge and split: what names the message stays.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+")
    message_id = models.TextField(blank=True)  # without its brackets; "" for a message without one
    identifier = models.BigIntegerField()  # as in MessageReference

    class Meta:
        abstract = True


class Assignment(OfConversation):
    """Who sees to a conversation; no row, nobody."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    assigned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="assignment_once", fields=["mailbox", "identifier"]),
        ]
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "person"], name="assignment_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.person_id}"


class Handover(models.Model):
    """What one click gave to somebody, so that it can be taken back; team/assigning.py alone writes these rows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    person = models.ForeignKey(  # None: to nobody
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    # [[Message-ID, identifier, number of who had it before or null], …]
    before = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{len(self.before)} to {self.person_id}"


class TeamNote(OfConversation):
    """A word among colleagues, which leaves with no message; plain text."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "identifier"], name="note_of_conversation"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}"


class TeamNotice(OfConversation):
    """A conversation that somebody is called to, until they have looked at it."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned"
        MENTIONED = "mentioned"  # in `note`

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.ForeignKey(TeamNote, models.CASCADE, null=True, related_name="+")
    told_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["person", "-told_at"],
                name="team_notice_unseen",
                condition=Q(seen_at=None),
            ),
            models.Index(fields=["mailbox", "identifier"], name="team_notice_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"
