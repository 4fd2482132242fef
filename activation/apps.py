from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivationConfig(AppConfig):
    name = "activation"
    verbose_name = "Activation"

    def ready(self) -> None:
        # Models are loaded only now.
        from accounts.roles import Permission  # noqa: PLC0415
        from accounts.views.back_office import Task, offer  # noqa: PLC0415

        offer(
            Task(
                Permission.IMPORT_STAFF,
                "imports",
                "file-up",
                _("Imports"),
                _("Les fichiers des ressources humaines : établissements et agents."),
            )
        )
