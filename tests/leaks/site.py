"""The site as the tests' web server runs it: config/asgi.py, watched."""

import os
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402

from tests.leaks import FOLDER, recording  # noqa: E402

recording.start(Path(os.environ[FOLDER]), settings.MIDDLEWARE)

from config.asgi import application  # noqa: E402  (it reads the middleware)

__all__ = ["application"]
