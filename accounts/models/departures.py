"""That someone leaves: planned for a day, then carried out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Agent


class Departure(models.Model):
    """Planned until ``carried_out_at`` is set; the row goes when the agent is taken back.

    ``leaves_on`` is the first day on which the account is closed. ``mailbox_closed_at`` is written
    by mailboxes/departures.py, some time after.
    """

    agent = models.OneToOneField(Agent, models.CASCADE, related_name="departure")
    leaves_on = models.DateField(_("fermeture le"), db_index=True)
    planned_at = models.DateTimeField(_("prévue le"), auto_now_add=True)
    carried_out_at = models.DateTimeField(_("faite le"), null=True, editable=False, db_index=True)
    status_before = models.CharField(max_length=10, choices=Agent.Status.choices, editable=False)
    mailbox_closed_at = models.DateTimeField(_("boîte fermée le"), null=True, editable=False)

    class Meta:
        verbose_name = _("départ")
        verbose_name_plural = _("départs")

    def __str__(self) -> str:
        return f"{self.agent}, {self.leaves_on:%Y-%m-%d}"
