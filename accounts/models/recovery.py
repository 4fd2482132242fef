"""Where a person can be reached when the academic mailbox is closed to them."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User

CODE_HASH_LENGTH = 128  # an Argon2id hash takes 97


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
