"""What people did to their messages: to be undone, or still being done."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from mailboxes.models import Mailbox
from webmail.models.folders import Folder


class Act(models.Model):
    """One thing done to messages of one folder. acts.py alone writes these rows.

    What one click did in several folders is one row each; all but one name the `first` of them, by which
    they are taken back together. Sets of UIDs are written as IMAP does ("1:500,502"), in ascending order.
    """

    class Kind(models.TextChoices):
        FLAG = "flag"  # puts `flag` on
        UNFLAG = "unflag"
        MOVE = "move"  # to `target`
        ERASE = "erase"  # for good

    class State(models.TextChoices):
        WAITING = "waiting"  # for a worker, not before `due_at`
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"  # `detail` says why; what was done stays done
        UNDONE = "undone"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="acts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    folder = models.ForeignKey(Folder, models.CASCADE, related_name="+")
    first = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=8)  # as the person called it: actions.NAMES
    kind = models.CharField(max_length=6, choices=Kind.choices)
    flag = models.CharField(max_length=100, blank=True)  # a system flag or a keyword
    target = models.ForeignKey(Folder, models.CASCADE, null=True, related_name="+")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    pending = models.TextField()  # UIDs still to do
    changed = models.TextField(blank=True)  # UIDs whose flag was another one before
    arrived = models.TextField(blank=True)  # UIDs in `target` of what was moved
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    detail = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["mailbox", "state"], name="act_of_mailbox"),
            models.Index(fields=["state", "due_at"], name="act_due"),
            models.Index(fields=["created_at"], name="act_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.total} in {self.folder_id}"
