"""What this room adds to the first page of the back office."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from accounts.views.back_office import Task

TASKS = (
    Task(
        Permission.IMPORT_STAFF,
        "imports",
        "file-up",
        _("Imports"),
        _("Les fichiers des ressources humaines : établissements et agents."),
    ),
    Task(
        Permission.PRINT_LETTERS,
        "letters",
        "printer",
        _("Courriers d’activation"),
        _("Préparer, imprimer et suivre les lettres des nouveaux agents."),
    ),
    Task(
        Permission.HAND_OUT_LETTERS,
        "returned_letters",
        "mail-question-mark",
        _("Courriers revenus"),
        _("Remettre en main propre une lettre que la poste a rapportée."),
    ),
    Task(
        Permission.SEE_FIGURES,
        "follow_up",
        "chart-column",
        _("Activations"),
        _("Qui a ouvert son compte, qui attend, établissement par établissement."),
    ),
)
