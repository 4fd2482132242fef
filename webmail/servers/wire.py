"""What IMAP and SMTP share at their edge: trust in the server, and text that is safe to send."""

import re
import ssl
from functools import lru_cache

from django.conf import settings

from webmail.errors import DangerousText

CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def refuse_control(text: str) -> None:
    """The client libraries send a raw line break when given one, so none gets that far."""
    if CONTROL.search(text):
        raise DangerousText(repr(text))


@lru_cache(maxsize=1)
def tls_context() -> ssl.SSLContext:
    """TLS to the mail servers, checked against the academy's authority when it has its own."""
    return ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)
