"""Asking Dovecot to tell of a mailbox: it keeps silent about those that nobody looks at.

Its push_notification plugin (driver "ox") sends what is new in a mailbox whose METADATA (RFC 5464) names
somebody to tell; deploy/dovecot says where to.
"""

import json

from django.conf import settings

from config import hints
from webmail import imap
from webmail.access import mailbox_for_index
from webmail.models import MailboxIndex

ENTRY = "/private/vendor/vendor.dovecot/http-notify"
HINT_LASTS = 60  # seconds


class NotNews(ValueError):
    """What was sent is not what Dovecot sends."""


def register_soon(mailbox_id: int) -> None:
    """By a worker, once for each mailbox; nobody waits for it. Somebody else's server is not asked."""
    if settings.MAIL_AUTH == "password":
        return
    if MailboxIndex.objects.filter(mailbox=mailbox_id, is_told=False).exists():
        hint(mailbox_id)


def hint(mailbox_id: int) -> None:
    """Asks a worker; the next page that is opened asks again if none hears it."""
    hints.hint("webmail.tasks.register_push", mailbox_id, lasts=HINT_LASTS)


def register(mailbox_id: int) -> None:
    """Asks the server once for each mailbox; one without METADATA is left in peace.

    Raises MailServerUnavailable.
    """
    mailbox = mailbox_for_index(mailbox_id)
    if mailbox is None:
        return
    waiting = MailboxIndex.objects.filter(mailbox=mailbox, is_told=False)
    if not waiting.exists():
        return
    with imap.session(mailbox.address, mailbox.address) as mail:
        mail.set_metadata(ENTRY, f"user={mailbox.pk}")
    waiting.update(is_told=True)


def mailbox_of_news(body: bytes) -> int:
    """The mailbox that got mail. Raises NotNews."""
    try:
        said = json.loads(body)
        return int(said["user"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotNews(str(error)) from error
