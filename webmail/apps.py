from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _


class WebmailConfig(AppConfig):
    name = "webmail"
    verbose_name = "Courrier"

    def ready(self) -> None:
        from webmail import checks  # noqa: F401, PLC0415  (registers them)

        self._listen()
        self._offer_pages()

    def _offer_pages(self) -> None:
        from accounts.mina.data import add_part  # noqa: PLC0415
        from accounts.roles import Permission  # noqa: PLC0415
        from accounts.views.back_office import Task, offer  # noqa: PLC0415
        from webmail.personal_data import described  # noqa: PLC0415

        add_part("mail", described)
        offer(
            Task(
                Permission.MANAGE_MAILBOXES,
                "footers",
                "panel-bottom",
                _("Pieds de page"),
                _("Ce qui termine chaque message d’un domaine ou d’un établissement."),
            )
        )

    def _listen(self) -> None:
        from django.contrib.sessions.models import Session  # noqa: PLC0415

        from accounts.epoch import connections_must_end  # noqa: PLC0415
        from mailboxes.delegating.granting import rights_changed  # noqa: PLC0415
        from webmail import rights  # noqa: PLC0415
        from webmail.push import signals  # noqa: PLC0415
        from webmail.signing_in import signed_in  # noqa: PLC0415

        connections_must_end.connect(signals.epoch_began)
        post_delete.connect(signals.session_ended, sender=Session)
        rights_changed.connect(rights.changed)
        user_logged_in.connect(signed_in)
