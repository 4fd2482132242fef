"""Arrivals from another academy, as HR announced them."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent


class ExpectedTransfer(models.Model):
    """Somebody who may activate without a letter, once, around the day of their arrival.

    ``from_academy`` is where they come from; the academy they come to is this one.
    """

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="expected_transfers")
    from_academy = models.CharField(_("académie d’origine"), max_length=80)
    on = models.DateField(_("arrivée le"))
    # Where the notice goes that stops an impostor; empty when HR does not know it.
    former_address = models.EmailField(_("ancienne adresse"), max_length=254, blank=True)
    used_at = models.DateTimeField(_("utilisée le"), null=True, editable=False)

    class Meta:
        verbose_name = _("mutation attendue")
        verbose_name_plural = _("mutations attendues")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="transfer_one_awaited", fields=["agent"], condition=Q(used_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, {self.from_academy}, {self.on}"

    def is_open_on(self, day: date) -> bool:
        """Whether it can serve on that day: not used, and near enough to the arrival."""
        return self.used_at is None and abs((day - self.on).days) <= settings.TRANSFER_DAYS
