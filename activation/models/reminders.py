"""Reminders to schools whose people have not activated."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import School


class SchoolReminder(models.Model):
    """A message to a secretariat, on its way or gone; one a day at most."""

    school = models.ForeignKey(School, models.CASCADE, related_name="activation_reminders")
    on = models.DateField(_("jour"))
    recipient = models.EmailField(_("destinataire"), max_length=254)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, editable=False)

    class Meta:
        verbose_name = _("rappel à un établissement")
        verbose_name_plural = _("rappels aux établissements")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="reminder_one_a_day", fields=["school", "on"]),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.on}"
