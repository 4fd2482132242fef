from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_delete, post_migrate, post_save


class MailboxesConfig(AppConfig):
    name = "mailboxes"
    verbose_name = "Boîtes"

    def ready(self) -> None:
        from mailboxes import checks, signals  # noqa: PLC0415  (models are loaded only now)

        register(checks.token_key_is_readable)
        register(checks.connections_can_be_ended)
        post_migrate.connect(signals.views_may_be_read, sender=self)
        for model in signals.models_behind_the_views():
            post_save.connect(signals.identity_changed, sender=model)
            post_delete.connect(signals.identity_changed, sender=model)
        post_save.connect(signals.factor_added, sender="mfa.Authenticator")
        self._show_technical_pages()
        self._answer_for_accounts()

    def _show_technical_pages(self) -> None:
        from accounts.technical import technical_site  # noqa: PLC0415
        from mailboxes.technical import PAGES  # noqa: PLC0415

        for model, page in PAGES.items():
            technical_site.register(model, page)
        self._offer_tasks()

    def _offer_tasks(self) -> None:
        from accounts.views.back_office import offer  # noqa: PLC0415
        from mailboxes.tiles import TASKS  # noqa: PLC0415

        for task in TASKS:
            offer(task)

    def _answer_for_accounts(self) -> None:
        """The app below this one asks through what is registered here."""
        from accounts.agents.departure import taken_back  # noqa: PLC0415
        from accounts.epoch import connections_must_end  # noqa: PLC0415
        from accounts.mina.data import add_part  # noqa: PLC0415
        from accounts.naming.identifiers import ask_about_addresses  # noqa: PLC0415
        from accounts.naming.logins import ask_which_are_addresses  # noqa: PLC0415
        from accounts.telling.known_addresses import ask_about_mailboxes  # noqa: PLC0415
        from mailboxes import signals  # noqa: PLC0415
        from mailboxes.delegating import owners  # noqa: PLC0415

        ask_about_addresses(owners.owner_of)
        ask_which_are_addresses(owners.which_are_addresses)
        ask_about_mailboxes(owners.addresses_of)
        add_part("mailbox", owners.described)
        add_part("delegations", owners.delegations_of)
        add_part("deeds", owners.deeds_of)
        connections_must_end.connect(signals.connections_must_end)
        taken_back.connect(signals.taken_back)
