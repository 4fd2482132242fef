"""What administrators tell everyone: the banner above each page, sign-in included."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def shown_at(self, now: datetime | Now) -> "AnnouncementQuerySet":
        return self.filter(withdrawn_at=None, starts_at__lte=now, ends_at__gt=now)

    def not_over_at(self, now: datetime) -> "AnnouncementQuerySet":
        return self.filter(withdrawn_at=None, ends_at__gt=now)


class Announcement(models.Model):
    """Shown from ``starts_at`` until ``ends_at``, unless withdrawn before. Never deleted."""

    class Level(models.IntegerChoices):
        """By urgency: where several are due, the most urgent is shown."""

        INFORMATION = 1, _("Information")
        MAINTENANCE = 2, _("Maintenance")
        INCIDENT = 3, _("Incident en cours")

    text = models.CharField(_("texte"), max_length=300)
    level = models.PositiveSmallIntegerField(_("niveau"), choices=Level.choices)
    starts_at = models.DateTimeField(_("à partir du"))
    ends_at = models.DateTimeField(_("jusqu’au"), db_index=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("auteur")
    )
    withdrawn_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("annonce")
        verbose_name_plural = _("annonces")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="announcement_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("La fin doit venir après le début."),
            ),
        ]

    def __str__(self) -> str:
        return self.text
