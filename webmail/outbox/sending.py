"""The worker's side: one message, and while the connection is open whatever the same hand sends."""

import logging
from contextlib import ExitStack
from itertools import count

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from mailboxes.tokens import TokenKeyUnusable
from webmail import smtp
from webmail.access import mailbox_for, own_mailbox
from webmail.credentials import Credentials, credentials_for
from webmail.errors import (
    DangerousText,
    DeliveryUncertain,
    LoginRefused,
    PasswordNeeded,
    SubmissionUnavailable,
)
from webmail.models import OutgoingMessage, OutgoingRecipient
from webmail.outbox import claims, doubts, spool
from webmail.outbox.filing import file_copy

log = logging.getLogger(__name__)

State = OutgoingMessage.State
NO_ACCESS = (Http404, ObjectDoesNotExist)
# Over one connection; then others have their turn.
AT_ONCE = 100


class ClaimLost(Exception):
    """Another worker has the message by now."""


def send(message_id: int) -> None:
    """Delivers the message when this call wins the claim, then files the copy in Sent.

    What is uncertain is asked about, what has left is filed.
    """
    message = claims.claim(message_id)
    if message is None:
        doubts.clear_up(message_id)
        file_copy(message_id)
        return
    with Courier() as courier:
        for number in count(1):
            _deliver(message, courier)
            file_copy(message.pk)
            following = claims.claim_next(message) if _goes_on(courier, number) else None
            if following is None:
                return
            message = following


def _goes_on(courier: "Courier", number: int) -> bool:
    return courier.is_open and number < AT_ONCE


class Courier(ExitStack):
    """The connection of one person for one mailbox; opened by the first message."""

    submission: smtp.Submission | None = None

    @property
    def is_open(self) -> bool:
        return self.submission is not None and self.submission.is_open

    def submit(self, message: OutgoingMessage) -> smtp.Outcome:
        """Raises what `_deliver` answers."""
        # Asked again for each message: the right may have been taken back meanwhile.
        credentials = _credentials(message)
        if self.submission is None:
            self.submission = self.enter_context(smtp.Submission(credentials))
        with spool.open_message(message) as file:
            named = self.submission.name(_envelope(message))
            if named.accepted:
                named = self.submission.hand_over(file, named)
        if not named.accepted:
            return named
        if not claims.pass_the_point_of_no_return(message):
            self.submission.abandon()
            raise ClaimLost(message.pk)
        return self.submission.conclude(named)


def _credentials(message: OutgoingMessage) -> Credentials:
    mailbox = mailbox_for(message.person, message.mailbox_id).address
    return credentials_for(mailbox, own_mailbox(message.person).address)


def _envelope(message: OutgoingMessage) -> smtp.Envelope:
    waiting = message.recipients.filter(state=OutgoingRecipient.State.WAITING).order_by("pk")
    addresses = tuple(waiting.values_list("address", flat=True))
    report = str(message.token) if message.wants_reports else ""
    return smtp.Envelope(message.sender, addresses, message.size, report)


def _deliver(message: OutgoingMessage, courier: Courier) -> None:
    try:
        outcome = courier.submit(message)
    except NO_ACCESS:
        claims.end(message, _("Cette boîte n’est plus accessible à la personne qui écrivait."))
    except LoginRefused:
        claims.end(
            message, _("Le serveur de courrier n’ouvre pas cette boîte à la personne qui écrivait.")
        )
    except PasswordNeeded:
        claims.wait_for_the_person(message)
    except DangerousText:
        claims.end(message, _("Une adresse contient un caractère interdit."))
    except FileNotFoundError:
        log.exception("outbox: the text of message %s is gone", message.pk)
        claims.end(message, _("Le texte de ce message a disparu du serveur."))
    except TokenKeyUnusable:
        log.exception("outbox: message %s waits for the token key", message.pk)
        claims.retry_later(message, "")
    except SubmissionUnavailable as error:
        claims.retry_later(message, str(error))
    except DeliveryUncertain as error:
        log.warning("outbox: whether message %s has left is uncertain: %s", message.pk, error)
        claims.settle(message, State.UNCERTAIN, "")
    except ClaimLost:
        log.warning("outbox: message %s was given to another worker", message.pk)
    else:
        _record(message, outcome)


@transaction.atomic
def _record(message: OutgoingMessage, outcome: smtp.Outcome) -> None:
    if not claims.ours(message).select_for_update().values_list("pk"):
        return
    kept = OutgoingRecipient.State
    message.recipients.filter(address__in=outcome.accepted).update(state=kept.ACCEPTED, reply="")
    for address, words in outcome.refused.items():
        message.recipients.filter(address=address).update(state=kept.REFUSED, reply=words)
    for address, words in outcome.postponed.items():
        message.recipients.filter(address=address).update(reply=words)
    if outcome.postponed:
        claims.retry_later(message, "")
    else:
        claims.end(message, "")
