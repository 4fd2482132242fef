"""``python -m tests.webmail.outbox.outbox_worker NUMBER``: a worker's process that sends one message, to be killed."""

import os
import sys

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from webmail import outbox  # noqa: PLC0415  (its settings need the environment)

    outbox.send(int(sys.argv[1]))


if __name__ == "__main__":
    main()
