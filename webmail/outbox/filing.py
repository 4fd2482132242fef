"""What follows once a message has left: the copy in Sent, the mark on the one it answers, the draft's end."""

import logging
from datetime import timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F
from django.http import Http404
from django.utils import timezone

from mailboxes.tokens import TokenKeyUnusable
from webmail import drafts, imap
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.acting import deeds
from webmail.errors import MailError, MessageGone
from webmail.models import Folder, OutgoingMessage
from webmail.outbox import claims, spool
from webmail.sync import freshness

log = logging.getLogger(__name__)

SENT_NAME = "Envoyés"
NO_ACCESS = (Http404, ObjectDoesNotExist)
FAILURES = (MailError, TokenKeyUnusable, *NO_ACCESS)
# Who files for longer has died.
FILING_LASTS = timedelta(minutes=5)


def file_copy(message_id: int) -> None:
    """Puts the copy in Sent and marks the answered message, once; a failure waits for the sweep."""
    now = timezone.now()
    unfiled = OutgoingMessage.objects.filter(
        pk=message_id, state=OutgoingMessage.State.SENT, filed_at=None
    )
    leased = {"due_at": now + FILING_LASTS, "filing_attempts": F("filing_attempts") + 1}
    if unfiled.filter(claims.is_due(now)).update(**leased) != 1:
        return
    message = unfiled.select_related("mailbox", "person").get()
    try:
        clerk = Clerk(message.mailbox.address)
    except NO_ACCESS as error:
        _put_off(message, error)
    else:
        clerk.file(message)
        clerk.note()


class Clerk:
    """Files in one mailbox, as itself: its copy stays, whatever became of the writer's right since.

    Remembers which folder is Sent, and what it filed until it is noted.
    """

    def __init__(self, mailbox: str) -> None:
        """By its primary address."""
        self.mailbox = mailbox
        self.sent = ""
        self.filed: list[OutgoingMessage] = []

    def file(self, message: OutgoingMessage) -> None:
        """A message that this worker alone may file now."""
        try:
            self._file(message)
        except (MailError, TokenKeyUnusable, FileNotFoundError, *NO_ACCESS) as error:
            self.sent = ""
            _put_off(message, error)
        else:
            self.filed.append(message)

    def note(self) -> None:
        """Once for many. Who dies before it is followed by somebody who finds the copies there."""
        filed, self.filed = self.filed, []
        if not filed:
            return
        rows = OutgoingMessage.objects.filter(pk__in=[message.pk for message in filed])
        rows.update(filed_at=timezone.now())
        freshness.outdate(filed[0].mailbox)
        for message in filed:
            spool.remove(message.spool)
            if message.draft_id is not None:
                drafts.end(message.draft_id)

    def _file(self, message: OutgoingMessage) -> None:
        with (
            spool.open_message(message) as file,
            imap.session(self.mailbox, self.mailbox) as mail,
        ):
            self.sent = self.sent or sent_folder(mail)
            if not _is_there(mail, self.sent, message):
                facts = (message.size, ["\\Seen"], message.created_at)
                mail.append_file(self.sent, file, *facts)
            if message.answers_uid is not None and message.answers_in is None:
                _mark_origin(mail, message)
        if message.answers_in is not None:
            _mark_elsewhere(message, message.answers_in)


def _put_off(message: OutgoingMessage, error: Exception) -> None:
    log.warning("outbox: copy of message %s not filed yet: %s", message.pk, error)
    due_at = timezone.now() + claims.wait(message.filing_attempts)
    OutgoingMessage.objects.filter(pk=message.pk, filed_at=None).update(due_at=due_at)


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


def _mark_elsewhere(message: OutgoingMessage, mailbox_id: int) -> None:
    """By the writer, in the other mailbox that the answered message lies in: where they may file."""
    try:
        mailbox = mailbox_for(message.person, mailbox_id, Right.WRITE)
    except Http404:
        log.info("outbox: the message that was answered is not the writer's to mark")
        return
    with imap.session(mailbox.address, own_mailbox(message.person).address) as mail:
        _mark_origin(mail, message)
    freshness.outdate(mailbox)
    folder = mailbox.folders.filter(name=message.answers_folder).first()
    if folder is not None:
        folder.mailbox = mailbox
        deed = deeds.SENDING[OutgoingMessage.Mark(message.answers_mark)]
        deeds.had(message.person, folder, message.answers_uid or 0, deed)
