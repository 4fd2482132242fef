"""How a person likes the mail pages."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

NARROWEST, WIDEST, STEP = 18, 44, 2  # rem; webmail.css has a rule for each step
LONGEST_UNDO = 30  # seconds


class Preferences(models.Model):
    """One row a person; none until something was chosen."""

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Confortable")
        COMPACT = "compact", _("Compacte")

    class Pane(models.TextChoices):
        RIGHT = "right", _("À droite de la liste")
        OFF = "off", _("À la place de la liste")

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="mail_preferences",
    )
    by_conversation = models.BooleanField(
        _("regrouper les messages en conversations"), default=True
    )
    density = models.CharField(
        _("densité de la liste"),
        max_length=12,
        choices=Density.choices,
        default=Density.COMFORTABLE,
    )
    with_snippets = models.BooleanField(_("montrer le début des messages"), default=True)
    pane = models.CharField(
        _("où s’ouvre un message"), max_length=5, choices=Pane.choices, default=Pane.RIGHT
    )
    list_width = models.PositiveSmallIntegerField(
        _("largeur de la liste"),
        default=26,
        validators=[MinValueValidator(NARROWEST), MaxValueValidator(WIDEST)],
    )
    undo_seconds = models.PositiveSmallIntegerField(  # None: the academy's
        _("délai pour annuler un envoi"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_UNDO)],
    )
    adapts_dark = models.BooleanField(
        _("adapter les couleurs des messages au mode sombre"), default=False
    )
    # Seconds an unread message is open before it counts as read; None: only when asked.
    read_after = models.PositiveSmallIntegerField(
        _("marquer un message ouvert comme lu"), null=True, blank=True, default=0
    )
    with_shortcuts = models.BooleanField(_("raccourcis clavier"), default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="preferences_list_width",
                condition=models.Q(list_width__gte=NARROWEST, list_width__lte=WIDEST),
            ),
        ]

    def __str__(self) -> str:
        return f"preferences of {self.person_id}"
