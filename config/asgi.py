"""The ASGI application served by granian."""

import gc
import os
from importlib import import_module

from django.conf import settings

from config.one_thread import one_thread_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

site = one_thread_application()

# Django must be set up before its models are known.
from config.body_limit import with_body_limit  # noqa: E402
from webmail.push.asgi import with_streams  # noqa: E402

application = with_body_limit(with_streams(site))

# What is loaded by now stays: no search for garbage need walk through it again, while a page waits.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
