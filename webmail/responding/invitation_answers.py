"""Answering an invitation: an iTIP REPLY on its way to the organiser, and the answer remembered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from mailboxes.models import Mailbox
from webmail.composing.compose import ComposedMessage
from webmail.formats import itip
from webmail.formats.invitations import Invitation
from webmail.models import KnownEvent
from webmail.opening.opened import Opened
from webmail.responding import dispatch
from webmail.responding.invitation_cards import can_answer, known_event, own_attendee
from webmail.syntax.addresses import Address

SUBJECTS = {
    KnownEvent.Answer.ACCEPTED: gettext_lazy("Accepté : %(title)s"),
    KnownEvent.Answer.TENTATIVE: gettext_lazy("Peut-être : %(title)s"),
    KnownEvent.Answer.DECLINED: gettext_lazy("Refusé : %(title)s"),
}


class NotAsked(Exception):
    """This invitation is not, or no longer, for this person to answer."""


@dataclass(frozen=True)
class Answering:
    """Who answers which invitation, and what; `token` is of the form: a double click is one answer."""

    mailbox: Mailbox
    person: User
    opened: Opened
    invitation: Invitation
    chosen: KnownEvent.Answer
    token: UUID


def answer(asked: Answering, now: datetime) -> None:
    """Raises NotAsked."""
    mailbox, invitation = asked.mailbox, asked.invitation
    known = known_event(mailbox, asked.opened, invitation)
    attendee = own_attendee(mailbox, invitation)
    if attendee is None or not can_answer(mailbox, invitation, known):
        raise NotAsked
    ready = _composed(asked, attendee.who, now)
    with transaction.atomic():
        dispatch.dispatch(mailbox, asked.person, ready, asked.token)
        given = {"answer": asked.chosen, "answered_sequence": invitation.sequence}
        KnownEvent.objects.update_or_create(
            mailbox=mailbox,
            event=known.event,
            defaults={**given, "sequence": invitation.sequence, "answered_at": now},
        )


def _composed(asked: Answering, invited: Address, now: datetime) -> ComposedMessage:
    """Text for people, and the calendar for programs (RFC 6047 §2.4). Raises NotAsked."""
    invitation, name = asked.invitation, asked.mailbox.name
    organizer = invitation.organizer or Address("", "")
    sender = dispatch.sender_for(asked.mailbox, invited.address)
    attendee = Address(name, invited.address)
    try:
        reply = itip.reply(invitation.source, attendee, asked.chosen, now)
    except itip.NoEvent as error:
        raise NotAsked from error
    title = {"title": invitation.summary or _("(sans titre)")}
    subject = str(SUBJECTS[asked.chosen] % title)
    message = dispatch.headed(sender, [organizer], subject, now)
    message.set_content(f"{name} — {subject}\n", cte="quoted-printable")
    message.add_alternative(
        reply, maintype="text", subtype="calendar", params={"method": "REPLY", "charset": "utf-8"}
    )
    return dispatch.composed(message, sender.address, [organizer.address])
