"""Asking Dovecot to tell of a mailbox: it keeps silent about those that nobody looks at.

Its push_notification plugin (driver "ox") sends what is new in a mailbox whose METADATA (RFC 5464) names
somebody to tell; deploy/dovecot says where to.
"""

import json

from django.db import transaction
from django.utils.crypto import constant_time_compare

from mailboxes.models import Mailbox
from webmail import imap
from webmail.models import MailboxIndex

ENTRY = "/private/vendor/vendor.dovecot/http-notify"


class NotNews(ValueError):
    """What was sent is not what Dovecot sends."""


def register_soon(mailbox: Mailbox, reader: Mailbox) -> None:
    """By a worker, once for each mailbox; nobody waits for it."""
    if MailboxIndex.objects.filter(mailbox=mailbox, is_told=False).exists():
        hint("register_push", mailbox.pk, reader.pk)


def register(mailbox: Mailbox, person: str) -> None:
    """Asks once for each mailbox; a server that knows no METADATA is left in peace.

    Raises MailServerUnavailable.
    """
    waiting = MailboxIndex.objects.filter(mailbox=mailbox, is_told=False)
    if not waiting.exists():
        return
    with imap.session(mailbox.address, person) as mail:
        mail.set_metadata(ENTRY, f"user={mailbox.pk}")
    with transaction.atomic():
        waiting.update(is_told=True)


def mailbox_of_news(body: bytes) -> int:
    """The mailbox that got mail. Raises NotNews."""
    try:
        said = json.loads(body)
        return int(said["user"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotNews(str(error)) from error


def is_key(authorization: str, expected: str) -> bool:
    """Whether this ``Authorization`` header (RFC 7617) holds the key that Dovecot has."""
    return bool(expected) and constant_time_compare(authorization, expected)
