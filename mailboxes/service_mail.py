"""How the site itself sends: from a mailbox of its own, signed in with a token like everybody."""

import base64
import ssl
from email.utils import parseaddr
from functools import cached_property
from smtplib import SMTP, SMTPAuthenticationError

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail.backends.smtp import EmailBackend
from django.db import IntegrityError

from mailboxes.institutional.provisioning import create_functional_mailbox
from mailboxes.models import Address
from mailboxes.tokens import mail_token

ACCEPTED = 235  # RFC 4954, section 4


class ServiceMailBackend(EmailBackend):
    """Django's backend, submitting over TLS as the mailbox of ``DEFAULT_FROM_EMAIL``."""

    def __init__(self, fail_silently: bool = False, **kwargs: object) -> None:
        super().__init__(
            host=settings.SMTP_HOST,
            port=settings.SMTP_PORT,
            use_ssl=True,
            use_tls=False,
            username="",
            password="",
            timeout=settings.MAIL_TIMEOUT,
            fail_silently=fail_silently,
        )

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)

    def open(self) -> bool | None:
        """Raises ``OSError`` and ``smtplib.SMTPException``."""
        opened = super().open()
        if opened and self.connection is not None:
            self._sign_in(self.connection)
        return opened

    def _sign_in(self, connection: SMTP) -> None:
        """XOAUTH2, which both Dovecot and smtplib's plain commands know."""
        address = service_address()
        words = f"user={address}\x01auth=Bearer {mail_token(address, address)}\x01\x01"
        connection.ehlo()
        code, reply = connection.docmd(
            "AUTH", "XOAUTH2 " + base64.b64encode(words.encode()).decode()
        )
        if code != ACCEPTED:
            self.close()
            raise SMTPAuthenticationError(code, reply)


def service_address() -> str:
    """The address of the site's own mailbox, which is made when first needed."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
    mine = Address.objects.filter(address=address)
    if mine.exists():
        return address
    try:
        create_functional_mailbox(settings.SERVICE_NAME, address, quota_mb=100)
    except (ValidationError, IntegrityError):
        if not mine.exists():  # else another worker, which sends at the same moment, was quicker
            raise
    return address
