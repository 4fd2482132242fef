from django.apps import AppConfig


class WebmailConfig(AppConfig):
    name = "webmail"
    verbose_name = "Courrier"

    def ready(self) -> None:
        from webmail import checks  # noqa: F401, PLC0415  (registers them)
