"""Whether what is uncertain has left: asked of the Sent folder and of the server's log, never guessed."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from webmail import imap
from webmail.acting import deeds
from webmail.models import OutgoingMessage, OutgoingRecipient
from webmail.outbox import server_log
from webmail.outbox.filing import FAILURES, sent_folder

log = logging.getLogger(__name__)

State = OutgoingMessage.State
ASKED_EVERY = timedelta(minutes=10)
# What nobody knew after so long, nobody will know.
ASKED_FOR = timedelta(days=1)


def to_be_asked() -> Q:
    now = timezone.now()
    lately = Q(asked_at=None) | Q(asked_at__lt=now - ASKED_EVERY)
    return lately & Q(state=State.UNCERTAIN, created_at__gt=now - ASKED_FOR)


def clear_up(message_id: int) -> None:
    """A worker's look, now and then; a failure waits for the next."""
    asked = OutgoingMessage.objects.filter(to_be_asked(), pk=message_id)
    if asked.update(asked_at=timezone.now()) != 1:
        return
    message = OutgoingMessage.objects.select_related("mailbox", "person").get(pk=message_id)
    try:
        has_left(message)
    except FAILURES as error:
        log.warning("outbox: whether message %s has left is not known yet: %s", message_id, error)


def has_left(message: OutgoingMessage) -> bool:
    """Whether the uncertain message is known to have left; then it is sent from now on.

    Raises what keeps Sent from being asked.
    """
    taken = server_log.has_accepted(message.message_id)
    if taken or _is_in_sent(message):
        _note_that_it_left(message)
        return True
    if taken is False:
        words = _("Le serveur d’envoi n’en a pas trace : vous pouvez le renvoyer.")
        OutgoingMessage.objects.filter(pk=message.pk, state=State.UNCERTAIN).update(detail=words)
    return False


def _is_in_sent(message: OutgoingMessage) -> bool:
    mailbox = message.mailbox.address
    with imap.session(mailbox, mailbox) as mail:
        mail.select(sent_folder(mail))
        return mail.has_message_id(message.message_id)


@transaction.atomic
def _note_that_it_left(message: OutgoingMessage) -> None:
    """The copy may be in Sent already: filing asks first."""
    doubtful = OutgoingMessage.objects.filter(pk=message.pk, state=State.UNCERTAIN)
    now = timezone.now()
    if doubtful.update(state=State.SENT, detail="", due_at=now, filing_attempts=1) == 1:
        deeds.sent(message)
        waiting = message.recipients.filter(state=OutgoingRecipient.State.WAITING)
        waiting.update(state=OutgoingRecipient.State.ACCEPTED)
