"""Letting delegates into a mailbox on the mail server: done once, whoever they are and will be.

Dovecot's entries name two groups of this mailbox; the groups of each person come from the site at sign-in
(mailboxes/migrations/0021), so nothing needs to be written when a right is given or taken back. New
folders get their parent's entries, and those of before follow the INBOX's (deploy/dovecot).
"""

import logging

from django.conf import settings

from mailboxes.delegating.standing import group_of
from mailboxes.models import Mailbox, Right
from mailboxes.tokens import TokenKeyUnusable
from webmail import imap
from webmail.access import mailbox_for_index, mailboxes_to_open, was_opened
from webmail.errors import FolderNameRefused, MailError
from webmail.imap import MailSession

log = logging.getLogger(__name__)

# RFC 4314 §2.1. Nobody gets "a": rights are the site's to give.
RIGHTS = {Right.READ: "lr", Right.WRITE: "lrwstipekx"}
INBOX = "INBOX"


def open_to_delegates(mailbox_id: int) -> None:
    """Unless it is done; what fails is tried again by the sweep."""
    mailbox = mailbox_for_index(mailbox_id)
    if mailbox is None or mailbox.opened_at is not None or settings.MAIL_AUTH == "password":
        return
    try:
        with imap.session(mailbox.address, mailbox.address) as mail:
            _open(mail, mailbox)
    except (MailError, TokenKeyUnusable) as error:
        log.warning("mailbox %s is not open to delegates yet: %s", mailbox_id, error)
        return
    was_opened(mailbox_id)


def _open(mail: MailSession, mailbox: Mailbox) -> None:
    """Delegates' programs show subscribed folders only, and none that nobody made yet."""
    for right, rights in RIGHTS.items():
        mail.set_rights(INBOX, f"${group_of(mailbox.pk, right)}", rights)
    for folder in mail.folders():
        try:
            mail.create_folder(folder.name)
        except FolderNameRefused:  # it is there
            mail.subscribe(folder.name)


def sweep() -> None:
    """Mailboxes with delegations that Dovecot could not be told of."""
    for mailbox_id in mailboxes_to_open():
        open_to_delegates(mailbox_id)
