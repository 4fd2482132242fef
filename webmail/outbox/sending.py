"""The worker's side: one message, and while the connection is open whatever the same hand sends."""

import logging
from collections import deque
from collections.abc import Iterable
from contextlib import ExitStack

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from mailboxes.tokens import TokenKeyUnusable
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.acting import deeds
from webmail.errors import (
    DangerousText,
    DeliveryUncertain,
    LoginRefused,
    PasswordNeeded,
    SubmissionUnavailable,
)
from webmail.models import OutgoingMessage, OutgoingRecipient
from webmail.outbox import claims, doubts, spool
from webmail.outbox.filing import FILING_LASTS, Clerk, file_copy
from webmail.servers import smtp
from webmail.servers.credentials import Credentials, credentials_for

log = logging.getLogger(__name__)

State = OutgoingMessage.State
NO_ACCESS = (Http404, ObjectDoesNotExist)
# Over one connection; then others have their turn.
BATCH, BATCHES = 20, 5


class ClaimLost(Exception):
    """Another worker has the message by now."""


def send(message_id: int) -> OutgoingMessage | None:
    """Delivers the message when this call wins the claim, then files the copy in Sent.

    What is uncertain is asked about, what has left is filed. Returns one of those that wait for another
    turn: their own hints may be too old by now.
    """
    if claims.is_over(message_id):
        return None
    message = claims.claim(message_id)
    if message is None:
        doubts.clear_up(message_id)
        file_copy(message_id)
        return None
    return next(iter(_send_with_others(message)), None)


def _send_with_others(message: OutgoingMessage) -> list[OutgoingMessage]:
    """Those of the same hand that wait for another turn."""
    with Courier() as courier:
        batch = [message]
        for _ in range(BATCHES):
            _send_all(batch, courier)
            batch = claims.claim_more(message, BATCH) if courier.is_open else []
            if not batch:
                break
        claims.give_back(batch)
    return batch


def _send_all(batch: Iterable[OutgoingMessage], courier: "Courier") -> None:
    left = deque(batch)
    courier.ask_again()
    try:
        while left:
            _deliver(left.popleft(), courier)
            if not courier.is_open:
                return
    finally:
        claims.give_back(left)
        courier.note()


class Courier(ExitStack):
    """The connections of one person for one mailbox; opened by the first message."""

    submission: smtp.Submission | None = None
    clerk: Clerk | None = None
    credentials: Credentials | None = None

    @property
    def is_open(self) -> bool:
        return self.submission is not None and self.submission.is_open

    def ask_again(self) -> None:
        """The right to the mailbox, taken back meanwhile or not, counts for the next messages."""
        self.credentials = None

    def note(self) -> None:
        """What was filed in Sent meanwhile."""
        if self.clerk is not None:
            self.clerk.note()

    def submit(self, message: OutgoingMessage) -> smtp.Outcome:
        """Raises what `_deliver` answers."""
        submission = self._submission_for(message)
        with spool.open_message(message) as file:
            named = submission.name(_envelope(message))
            if named.accepted:
                named = submission.hand_over(file, named)
        if not named.accepted:
            return named
        if not claims.pass_the_point_of_no_return(message):
            submission.abandon()
            raise ClaimLost(message.pk)
        return submission.conclude(named)

    def _submission_for(self, message: OutgoingMessage) -> smtp.Submission:
        if self.credentials is None:
            mailbox = mailbox_for(message.person, message.mailbox_id, Right.SEND)
            # Signed in as themselves: Postfix too asks whether this person may send as that mailbox.
            person = own_mailbox(message.person).address
            self.credentials = credentials_for(person, person)
            self.clerk = Clerk(mailbox.address)
        if self.submission is None:
            self.submission = self.enter_context(smtp.Submission(self.credentials))
        self.submission.credentials = self.credentials
        return self.submission


def _envelope(message: OutgoingMessage) -> smtp.Envelope:
    waiting = sorted(_waiting(message), key=lambda recipient: recipient.pk)
    addresses = tuple(recipient.address for recipient in waiting)
    report = str(message.token) if message.wants_reports else ""
    return smtp.Envelope(message.sender, addresses, message.size, report)


def _waiting(message: OutgoingMessage) -> list[OutgoingRecipient]:
    """As they were when the message was claimed: nobody else changes them until it is given back."""
    return [it for it in message.recipients.all() if it.state == OutgoingRecipient.State.WAITING]


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
        _conclude(message, outcome, courier)


def _conclude(message: OutgoingMessage, outcome: smtp.Outcome, courier: Courier) -> None:
    if outcome.accepted:
        deeds.sent(message)
    if outcome.refused or outcome.postponed or courier.clerk is None:
        _record(message, outcome)
        file_copy(message.pk)
    elif claims.end_well(message, FILING_LASTS):
        message.filing_attempts = 1
        courier.clerk.file(message)


@transaction.atomic
def _record(message: OutgoingMessage, outcome: smtp.Outcome) -> None:
    if not claims.ours(message).select_for_update().values_list("pk"):
        return
    kept = OutgoingRecipient.State
    message.recipients.filter(address__in=outcome.accepted).update(state=kept.ACCEPTED, reply="")
    for address, words in outcome.refused.items():
        message.recipients.filter(address=address).update(state=kept.REFUSED, reply=words)
    if outcome.refused:
        claims.note_refusal(message)
    for address, words in outcome.postponed.items():
        message.recipients.filter(address=address).update(reply=words)
    if outcome.postponed:
        claims.retry_later(message, "")
    else:
        claims.end(message, "")
