from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_delete, post_migrate, post_save


class MailboxesConfig(AppConfig):
    name = "mailboxes"
    verbose_name = "Boîtes"

    def ready(self) -> None:
        from accounts.identifiers import ask_about_addresses  # noqa: PLC0415
        from mailboxes import checks, owners, signals  # noqa: PLC0415  (models are loaded only now)

        ask_about_addresses(owners.owner_of)
        register(checks.token_key_is_readable)
        post_migrate.connect(signals.views_may_be_read, sender=self)
        for model in signals.models_behind_the_views():
            post_save.connect(signals.identity_changed, sender=model)
            post_delete.connect(signals.identity_changed, sender=model)
