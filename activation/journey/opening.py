"""Opening the mailbox on the mail server: its folders, and the message of welcome in it.

Run at once by the last step, again by a worker as long as the server is away; claimed, so that two
who come at the same moment do not write the welcome twice.
"""

import logging
from datetime import timedelta
from email.headerregistry import Address as MailAddress
from email.utils import parseaddr

from django.conf import settings
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from activation.journey.welcome import welcome_message
from activation.models import Journey
from config.hints import hint
from webmail.errors import MailError
from webmail.imap import MailSession, session

log = logging.getLogger(__name__)

Step = Journey.Step
INBOX = "INBOX"
CLAIM_LASTS = timedelta(minutes=2)
TRY_AGAIN_SECONDS = 5


def open_or_go_on(journey_id: int) -> None:
    """Opens the mailbox, or asks a worker to try again soon.

    Without Redis nobody hears it, and the scheduled sweep finds the row later.
    """
    open_mailbox(journey_id)
    if Journey.objects.filter(pk=journey_id, step=Step.OPENING).exists():
        hint("activation.tasks.open_mailbox_of", journey_id, after=TRY_AGAIN_SECONDS)


def open_mailbox(journey_id: int) -> None:
    """One try. Nothing happens where the mailbox is open, or somebody else is at it."""
    if not _claim(journey_id):
        return
    journey = Journey.objects.select_related("agent__user__mailbox").get(pk=journey_id)
    address = journey.account.mailbox.address
    try:
        with session(address, address) as mail:
            _prepare(mail, journey, address)
    except MailError as error:
        log.warning("activation: mailbox of %s waits: %s", journey_id, type(error).__name__)
        _settle(journey_id)
    else:
        _settle(journey_id, step=Step.DONE, opened_at=timezone.now())


def sweep() -> None:
    """Every mailbox that waits: what a hint lost, and claims whose worker died."""
    for journey_id in _waiting().values_list("pk", flat=True):
        open_mailbox(journey_id)


def _waiting() -> QuerySet[Journey]:
    unclaimed = Q(claimed_at=None) | Q(claimed_at__lt=timezone.now() - CLAIM_LASTS)
    return Journey.objects.filter(unclaimed, step=Step.OPENING)


def _claim(journey_id: int) -> bool:
    return _waiting().filter(pk=journey_id).update(claimed_at=timezone.now()) == 1


def _settle(journey_id: int, **how: object) -> None:
    Journey.objects.filter(pk=journey_id).update(claimed_at=None, **how)


def _prepare(mail: MailSession, journey: Journey, address: str) -> None:
    """Looking at the folders makes them: Dovecot's configuration says which (deploy/dovecot)."""
    mail.folders()
    mail.select(INBOX)
    message_id = f"bienvenue.{journey.flow}@{settings.DOMAINS[0]}"
    if not mail.has_message_id(message_id):
        mail.append(INBOX, _welcome(journey, address, message_id))


def _welcome(journey: Journey, address: str, message_id: str) -> bytes:
    account = journey.account
    with translation.override(account.language or settings.LANGUAGE_CODE):
        words = _words(journey, address)
        service, service_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
        return welcome_message(
            sender=MailAddress(service, addr_spec=service_address),
            recipient=MailAddress(account.get_full_name(), addr_spec=address),
            subject=_("Bienvenue dans votre messagerie"),
            text=render_to_string("activation/welcome.txt", words),
            html=render_to_string("activation/welcome.html", words),
            message_id=message_id,
            at=timezone.localtime(journey.activated_at),
        )


def _words(journey: Journey, address: str) -> dict[str, object]:
    return {
        "agent": journey.agent,
        "login": journey.account.username,
        "address": address,
        "academy_name": settings.ACADEMY_NAME,
        "service_name": settings.SERVICE_NAME,
        "site_url": settings.BASE_URL,
        "mina_url": f"{settings.BASE_URL}{reverse('mina')}",
    }
