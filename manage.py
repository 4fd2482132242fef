#!/usr/bin/env python3
"""Django's command line for Pli."""

import os
import secrets
import sys

# Commands that read and write files only: they need no secret, so none has to be configured for them.
WITHOUT_SECRETS = {"show_message", "makemessages", "compilemessages", "build_password_lists"}
SECRETS = ("PLI_SECRET_KEY", "PLI_ANSWER_PEPPER")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in WITHOUT_SECRETS:
        make_throwaway_secrets()
    from django.core.management import execute_from_command_line  # noqa: PLC0415  (settings first)

    execute_from_command_line(sys.argv)


def make_throwaway_secrets() -> None:
    for name in SECRETS:
        if f"{name}_FILE" not in os.environ:
            os.environ.setdefault(name, secrets.token_urlsafe(48))


if __name__ == "__main__":
    main()
