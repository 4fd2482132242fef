"""Getting back into one's account: where a person can be reached, and resets under way."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

CODE_HASH_LENGTH = 128  # room for more than the keyed hash of today
KEYED_HASH_LENGTH = TOKEN_HASH_LENGTH = 64  # SHA-256 in hexadecimal
FLOW_LENGTH = 32  # a UUID in hexadecimal


class RecoveryContact(models.Model):
    """A personal address or mobile number; it counts only once ``verified_at`` is set."""

    class Kind(models.TextChoices):
        ADDRESS = "address", _("adresse de secours")
        PHONE = "phone", _("téléphone de secours")

    user = models.ForeignKey(User, models.CASCADE, related_name="recovery_contacts")
    kind = models.CharField(_("nature"), max_length=7, choices=Kind.choices)
    value = models.CharField(_("coordonnée"), max_length=254)
    verified_at = models.DateTimeField(_("vérifiée le"), null=True)
    code_hash = models.CharField(max_length=CODE_HASH_LENGTH, blank=True, editable=False)
    code_expires_at = models.DateTimeField(null=True, editable=False)
    code_tries = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("coordonnée de secours")
        verbose_name_plural = _("coordonnées de secours")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="recovery_one_verified_of_a_kind",
                fields=["user", "kind"],
                condition=Q(verified_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="recovery_one_pending_of_a_kind",
                fields=["user", "kind"],
                condition=Q(verified_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"


class Reset(models.Model):
    """One journey from right answers to a new password: the proof of how far it has come.

    ``flow`` ties its entries of the journal together. ``opened_under`` is what the account's
    credentials were at the start: a sign-in or a new password ends every journey.
    """

    class Step(models.TextChoices):
        ANSWERED = "answered"  # the questions were answered right
        HELD = "held"  # waits, for want of a second proof
        PROVED = "proved"  # may choose a new password, with the link
        DONE = "done"
        CANCELLED = "cancelled"

    user = models.ForeignKey(User, models.CASCADE, related_name="resets")
    flow = models.CharField(max_length=FLOW_LENGTH, unique=True)
    step = models.CharField(max_length=9, choices=Step.choices, default=Step.ANSWERED)
    opened_under = models.CharField(max_length=KEYED_HASH_LENGTH)
    started_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(db_index=True)
    proof = models.CharField(max_length=20, blank=True)
    contact = models.ForeignKey(RecoveryContact, models.SET_NULL, null=True, related_name="+")
    code_hash = models.CharField(max_length=KEYED_HASH_LENGTH, blank=True)
    code_expires_at = models.DateTimeField(null=True)
    code_tries = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    cancel_hash = models.CharField(max_length=TOKEN_HASH_LENGTH, null=True, unique=True)
    token_hash = models.CharField(max_length=TOKEN_HASH_LENGTH, null=True, unique=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="reset_one_link_a_person", fields=["user"], condition=Q(step="proved")
            ),
            models.UniqueConstraint(
                name="reset_one_hold_a_person", fields=["user"], condition=Q(step="held")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.flow}: {self.step}"


class HandedCode(models.Model):
    """A code that the secretary gives by hand; one at a time for each person."""

    user = models.OneToOneField(User, models.CASCADE, related_name="handed_code")
    code_hash = models.CharField(max_length=KEYED_HASH_LENGTH)
    expires_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.user}, {self.expires_at:%Y-%m-%d}"
