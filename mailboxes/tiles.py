"""What this room offers under ``/gestion/``."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from accounts.views.back_office import Task

TASKS = (
    Task(
        Permission.SEE_DELEGATIONS,
        "functional_mailboxes",
        "mailbox",
        _("Boîtes fonctionnelles"),
        _("Qui répond de chaque boîte, qui y a accès ; en ouvrir, en fermer."),
    ),
)
