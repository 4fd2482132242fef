from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "directory"
    verbose_name = "Annuaire"

    def ready(self) -> None:
        # Models are loaded only now.
        from accounts.mina.data import add_part  # noqa: PLC0415
        from directory.contacts.personal_data import described  # noqa: PLC0415

        add_part("contacts", described)
