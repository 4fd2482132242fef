from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivationConfig(AppConfig):
    name = "activation"
    verbose_name = "Activation"

    def ready(self) -> None:
        self._offer_pages()
        self._count_files()

    def _offer_pages(self) -> None:
        # Models are loaded only now.
        from accounts.roles import Permission  # noqa: PLC0415
        from accounts.views.back_office import Task, offer  # noqa: PLC0415

        offer(
            Task(
                Permission.PRINT_LETTERS,
                "letters",
                "printer",
                _("Courriers d’activation"),
                _("Préparer, imprimer et suivre les lettres des nouveaux agents."),
            )
        )
        offer(
            Task(
                Permission.HAND_OUT_LETTERS,
                "returned_letters",
                "mail-question-mark",
                _("Courriers revenus"),
                _("Remettre en main propre une lettre que la poste a rapportée."),
            )
        )

    def _count_files(self) -> None:
        from accounts.key_rotation import count_files_too  # noqa: PLC0415
        from activation.letters import files  # noqa: PLC0415

        count_files_too(files.keys_in_use)
