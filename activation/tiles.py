"""What this room adds to the first page of the back office."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from accounts.views.back_office import Task

FOLLOW_UP = Task(
    Permission.SEE_FIGURES,
    "follow_up",
    "chart-column",
    _("Activations"),
    _("Qui a ouvert son compte, qui attend, établissement par établissement."),
)
