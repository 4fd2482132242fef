from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate, post_save, pre_save


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Comptes"

    def ready(self) -> None:
        # Models are loaded only now.
        from accounts.naming import logins  # noqa: PLC0415
        from accounts.passwords.checks import passwords_can_be_chosen  # noqa: PLC0415
        from accounts.questions.checks import questions_can_be_answered  # noqa: PLC0415
        from accounts.recovery.checks import (  # noqa: PLC0415
            recovery_makes_sense,
            text_messages_can_leave,
            text_messages_reach_people,
        )
        from accounts.sealed.keyring import key_ring_is_readable  # noqa: PLC0415
        from accounts.second_factor import journalling  # noqa: PLC0415
        from accounts.technical import shown, technical_site  # noqa: PLC0415
        from accounts.terms.first_version import publish_first_version  # noqa: PLC0415
        from accounts.throttling.checks import limits_make_sense  # noqa: PLC0415

        register(key_ring_is_readable)
        register(passwords_can_be_chosen)
        register(questions_can_be_answered)
        register(limits_make_sense)
        register(recovery_makes_sense)
        register(text_messages_can_leave)
        register(text_messages_reach_people, deploy=True)
        journalling.connect()
        pre_save.connect(logins.refuse_given_login, sender="accounts.User")
        post_save.connect(logins.record_login, sender="accounts.User")
        post_migrate.connect(publish_first_version, sender=self)
        for model, page in shown.PAGES.items():
            technical_site.register(model, page)
