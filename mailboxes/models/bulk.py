"""One act of an administrator on the rights of many functional mailboxes."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from mailboxes.models.delegations import REASON_LENGTH, Right

AGENT_LENGTH = 300


class BulkKind(models.TextChoices):
    GIVE = "give", _("Donner un accès")
    CHANGE = "change", _("Modifier les accès existants")
    REVOKE = "revoke", _("Retirer les accès")


class BulkAct(models.Model):
    """mailboxes/delegating/bulk.py alone writes these rows.

    ``chosen`` are the mailboxes' numbers, of which the first ``done`` are done; ``refused`` says of which
    why nothing changed: [number, reason of GrantRefused, name] each.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("en attente")
        RUNNING = "running", _("en cours")
        DONE = "done", _("terminé")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=BulkKind.choices)
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    level = models.PositiveSmallIntegerField(choices=Right.choices, default=Right.READ)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    reason = models.CharField(max_length=REASON_LENGTH)
    # Where the administrator was, for the journal's entries that a worker writes.
    address = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=AGENT_LENGTH, blank=True)
    chosen = models.JSONField(default=list)
    refused = models.JSONField(default=list)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)  # rights
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["state", "due_at"], name="bulk_act_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.done}/{self.total}"

    @property
    def total(self) -> int:
        return len(self.chosen)

    @property
    def is_under_way(self) -> bool:
        return self.state != self.State.DONE
