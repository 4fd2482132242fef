"""A forgotten identifier: sent to the address or telephone it was asked for with, never shown.

The page only leaves a job behind, whatever was typed: the look-up is a worker's, so that time tells
nothing about who is known here.
"""

import logging
import smtplib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import RecoveryContact
from accounts.recovery.contacts import read_contact
from accounts.telling.notices import HEADERS
from accounts.telling.sms import SmsGatewayUnavailable, send_sms
from audit import journal
from audit.events import Event
from audit.parties import Origin

log = logging.getLogger(__name__)

Kind = RecoveryContact.Kind


def read_any_contact(typed: str) -> tuple[Kind, str]:
    """An address where there is an ``@``, else a number. Raises ValidationError."""
    kind = Kind.ADDRESS if "@" in typed else Kind.PHONE
    return kind, read_contact(kind, typed)


def send_identifiers(typed: str, origin: Origin) -> None:
    """Tells every open account that verified this contact, there and nowhere else."""
    for contact in contacts_of(typed):
        try:
            with translation.override(contact.user.language or settings.LANGUAGE_CODE):
                _send(contact)
        except (OSError, smtplib.SMTPException, SmsGatewayUnavailable) as error:
            log.warning("recovery: an identifier did not leave: %s", type(error).__name__)
            continue
        party = contact.user.party
        journal.record(Event.IDENTIFIER_ASKED, subject=party, origin=origin, method=contact.kind)


def contacts_of(typed: str) -> list[RecoveryContact]:
    """Two people may share a telephone: each has their own identifier."""
    try:
        kind, value = read_any_contact(typed)
    except ValidationError:
        return []
    rows = RecoveryContact.objects.select_related("user__agent").filter(
        kind=kind, value__iexact=value, verified_at__isnull=False, user__is_active=True
    )
    return list(rows.order_by("pk"))


def _send(contact: RecoveryContact) -> None:
    login = contact.user.get_username()
    service = settings.SERVICE_NAME
    if contact.kind == Kind.PHONE:
        text = _("%(service)s : votre identifiant est %(login)s.")
        send_sms(contact.value, text % {"service": service, "login": login})
        return
    words = {
        "name": contact.user.get_full_name(),
        "login": login,
        "url": f"{settings.BASE_URL}/",
        "academy_name": settings.ACADEMY_NAME,
    }
    subject = _("%(service)s : votre identifiant") % {"service": service}
    body = render_to_string("mina/forgotten_identifier.txt", words)
    EmailMessage(subject, body, to=[contact.value], headers=HEADERS).send()
