"""The ASGI application served by granian."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

site = get_asgi_application()

# Django must be set up before its models are known.
from config.body_limit import with_body_limit  # noqa: E402
from webmail.push.asgi import with_streams  # noqa: E402

application = with_body_limit(with_streams(site))
