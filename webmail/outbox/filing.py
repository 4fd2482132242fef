"""What follows once a message has left: the copy in Sent, the mark on the one it answers, the draft's end."""

import logging

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F
from django.http import Http404
from django.utils import timezone

from mailboxes.tokens import TokenKeyUnusable
from webmail import drafts, freshness, imap
from webmail.access import own_mailbox
from webmail.errors import MailError, MessageGone
from webmail.models import Folder, OutgoingMessage
from webmail.outbox import claims, spool

log = logging.getLogger(__name__)

SENT_NAME = "Envoyés"
FAILURES = (MailError, TokenKeyUnusable, Http404, ObjectDoesNotExist)


def file_copy(message_id: int) -> None:
    """Puts the copy in Sent and marks the answered message, once; a failure waits for the sweep."""
    now = timezone.now()
    unfiled = OutgoingMessage.objects.filter(
        pk=message_id, state=OutgoingMessage.State.SENT, filed_at=None
    )
    leased = {"due_at": now + claims.LONGEST_WAIT, "filing_attempts": F("filing_attempts") + 1}
    if unfiled.filter(claims.is_due(now)).update(**leased) != 1:
        return
    message = unfiled.select_related("mailbox", "person").get()
    try:
        _file(message)
    except FAILURES as error:
        log.warning("outbox: copy of message %s not filed yet: %s", message_id, error)
        unfiled.update(due_at=timezone.now() + claims.wait(message.filing_attempts))
    else:
        unfiled.update(filed_at=timezone.now())
        spool.remove(message.spool)
        if message.draft_id is not None:
            drafts.end(message.draft_id)


def _file(message: OutgoingMessage) -> None:
    person = own_mailbox(message.person).address
    with imap.session(message.mailbox.address, person) as mail:
        sent = sent_folder(mail)
        if not _is_there(mail, sent, message):
            mail.append(sent, spool.read(message), ["\\Seen"], message.created_at)
            freshness.outdate(message.mailbox)
        if message.answers_uid is not None:
            _mark_origin(mail, message)


def _is_there(mail: imap.MailSession, sent: str, message: OutgoingMessage) -> bool:
    """A worker may have died between APPEND and our row: the server knows."""
    if message.filing_attempts <= 1:
        return False
    mail.select(sent)
    return mail.has_message_id(message.message_id)


def sent_folder(mail: imap.MailSession) -> str:
    """The name of Sent; made when the mailbox has none, on a server that does not see to it."""
    folders = mail.folders()
    for folder in folders:
        if folder.special_use == Folder.Use.SENT:
            return folder.name
    if SENT_NAME not in {folder.name for folder in folders}:
        mail.create_folder(SENT_NAME)
    return SENT_NAME


def _mark_origin(mail: imap.MailSession, message: OutgoingMessage) -> None:
    """A folder that was rebuilt since has another message under this number: nothing is marked."""
    try:
        validity = message.answers_uid_validity
        mail.select(message.answers_folder, readonly=False, uid_validity=validity)
        mail.add_flags([message.answers_uid or 0], [message.answers_mark])
    except MessageGone:
        log.info("outbox: the message that was answered is gone")
