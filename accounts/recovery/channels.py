"""Sending a code to a person's own address or telephone, at once: they are waiting for it.

A code is never queued: a row that waits for the mail server would hold it in clear.
"""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from accounts.models import RecoveryContact
from accounts.secrets import Code
from accounts.telling.notices import HEADERS
from accounts.telling.sms import SmsGatewayUnavailable, send_sms

Kind = RecoveryContact.Kind


class ChannelUnavailable(Exception):
    """The code did not leave; the person may ask for another one in a moment."""


def minutes_valid(contact: RecoveryContact) -> int:
    """How long a code sent there lives (IDENTITY rules, "Reset by questions, made strong")."""
    by_phone = contact.kind == Kind.PHONE
    return int(settings.RECOVERY_SMS_CODE_MINUTES if by_phone else settings.RECOVERY_CODE_MINUTES)


def send_code(contact: RecoveryContact, code: Code) -> None:
    """Raises ChannelUnavailable. Called outside any transaction: it talks to a server."""
    try:
        if contact.kind == Kind.PHONE:
            send_sms(contact.value, _sms(contact, code))
        else:
            _mail(contact, code).send()
    except (OSError, smtplib.SMTPException, SmsGatewayUnavailable) as error:
        raise ChannelUnavailable(type(error).__name__) from error


def _sms(contact: RecoveryContact, code: Code) -> str:
    return _(
        "%(service)s : votre code est %(code)s. Il sert %(minutes)d minutes. "
        "Ne le donnez à personne."
    ) % {
        "service": settings.SERVICE_NAME,
        "code": code.reveal(),
        "minutes": minutes_valid(contact),
    }


def _mail(contact: RecoveryContact, code: Code) -> EmailMessage:
    words = {
        "name": contact.user.get_full_name(),
        "code": code.reveal(),
        "minutes": minutes_valid(contact),
        "academy_name": settings.ACADEMY_NAME,
    }
    subject = _("%(service)s : votre code") % {"service": settings.SERVICE_NAME}
    body = render_to_string("mina/recovery_code.txt", words)
    return EmailMessage(subject, body, to=[contact.value], headers=HEADERS)
