from django.apps import AppConfig


class ActivationConfig(AppConfig):
    name = "activation"
    verbose_name = "Activation"

    def ready(self) -> None:
        # Models are loaded only now.
        from accounts.mina.data import add_part  # noqa: PLC0415
        from accounts.sealed.key_rotation import count_files_too  # noqa: PLC0415
        from accounts.signing_in.adapter import ask_where_to_go_on  # noqa: PLC0415
        from accounts.views.back_office import offer  # noqa: PLC0415
        from activation.imports import parts  # noqa: PLC0415
        from activation.journey.views.proof import lead_on  # noqa: PLC0415
        from activation.letters import files  # noqa: PLC0415
        from activation.personal_data import described  # noqa: PLC0415
        from activation.tiles import TASKS  # noqa: PLC0415

        add_part("activation", described)
        ask_where_to_go_on(lead_on)
        count_files_too(files.keys_in_use)
        count_files_too(parts.keys_in_use)
        for task in TASKS:
            offer(task)
