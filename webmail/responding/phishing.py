"""A message that somebody takes for phishing, reported to the academy's desk."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit import journal
from audit.events import Event
from audit.parties import Origin
from mailboxes.models import Mailbox
from webmail.models import Folder
from webmail.responding import dispatch
from webmail.syntax.addresses import Address
from webmail.syntax.headers import split

MOST_OCTETS = 10 << 20  # of the message that goes along; of a larger one, the beginning


def report(
    mailbox: Mailbox,
    person: User,
    origin: Origin,
    folder: Folder,
    uid: int,
    raw: bytes,
    now: datetime,
) -> None:
    """To the desk, where the academy has one, and into the journal; twice is once.

    `raw` is at most MOST_OCTETS.
    """
    fields = split(raw)
    token = dispatch.token_of("phishing", mailbox.pk, folder.pk, folder.uid_validity, uid)
    with transaction.atomic():
        if settings.PHISHING_DESK:
            sender = dispatch.sender_for(mailbox, "")
            desk = Address("", settings.PHISHING_DESK)
            subject = fields.text("subject") or _("(sans objet)")
            message = dispatch.headed(
                sender, [desk], _("Hameçonnage signalé : %(subject)s") % {"subject": subject}, now
            )
            text = _("Message signalé par %(address)s.") % {"address": mailbox.address}
            whole = dispatch.with_original(message, f"{text}\n", raw)
            ready = dispatch.composed(message, sender.address, [desk.address], whole)
            dispatch.dispatch(mailbox, person, ready, token)
        journal.record(
            Event.PHISHING_REPORTED,
            actor=person.party,
            subject=person.party,
            origin=origin,
            reason=fields.text("from") or "",
        )
