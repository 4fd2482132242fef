from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class WebmailConfig(AppConfig):
    name = "webmail"
    verbose_name = "Courrier"

    def ready(self) -> None:
        from webmail import checks  # noqa: F401, PLC0415  (registers them)
        from webmail.signing_in import signed_in  # noqa: PLC0415

        user_logged_in.connect(signed_in)
