"""Telling a person, at every address known to be theirs, that something about the account changed.

A notice is a row written with the change itself: it leaves when the transaction commits, and
waits for the mail server as long as it must. The row is the truth, Celery only a hint.
"""

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise

from accounts.models import FreezeLink, Notice, User
from accounts.telling.freeze_links import new_freeze_link
from accounts.telling.known_addresses import known_addresses
from accounts.telling.sms import SmsGatewayUnavailable, send_sms
from audit.parties import Origin
from config import hints

log = logging.getLogger(__name__)

State = Notice.State
CLAIM_LASTS = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
GIVE_UP_AFTER = timedelta(days=7)
KEPT = timedelta(days=30)
# What tells a machine's message from a person's: nobody's absence reply answers it (RFC 3834).
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def tell(
    user: User,
    what: str | Promise,
    origin: Origin,
    *,
    details: str | Promise = "",
    offers_freezing: bool = True,
    also: Sequence[str] = (),
) -> None:
    """Queues « what » for every known address, with when, from where, and the freeze link.

    ``also``: addresses that HR, not the person, gave. Called inside the transaction that makes the
    change.
    """
    addresses = list(dict.fromkeys([*known_addresses(user), *also]))
    link = freeze_url(user) if addresses and offers_freezing else ""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        words = words_of(user, what, origin, details, link)
        for address in addresses:
            queue(user, address, str(what), words)


def queue(user: User, address: str, subject: str, words: dict[str, object]) -> None:
    """One notice to one address; ``words`` is the context of the two templates."""
    notice = Notice.objects.create(
        user=user,
        recipient=address,
        subject=subject,
        text=render_to_string("mina/notices/notice.txt", words),
        html=render_to_string("mina/notices/notice.html", words),
    )
    transaction.on_commit(lambda: hint(notice.pk))


def queue_sms(user: User, number: str, what: str, text: str) -> None:
    """One text message; ``what`` is the subject that the row is known by."""
    sms = Notice.Channel.SMS
    notice = Notice.objects.create(
        user=user, channel=sms, recipient=number, subject=what, text=text, html=""
    )
    transaction.on_commit(lambda: hint(notice.pk))


def hint(notice_id: int) -> None:
    """Asks a worker to send this row now; without Redis the scheduled sweep finds it later."""
    hints.hint("accounts.tasks.send_notice", notice_id)


def sweep() -> None:
    """What a hint lost: rows that are due, and claims whose worker died.

    The latter may be sent twice: told twice is better than never.
    """
    now = timezone.now()
    Notice.objects.filter(state=State.SENDING, claimed_at__lt=now - CLAIM_LASTS).update(
        state=State.QUEUED
    )
    due = Notice.objects.filter(state=State.QUEUED, due_at__lte=now).order_by("due_at")
    for notice_id in due.values_list("pk", flat=True):
        send(notice_id)
    _forget(now)


def _forget(now: datetime) -> None:
    """What has no more use: notices that left long ago, links that no longer work."""
    done = Notice.objects.exclude(state__in=(State.QUEUED, State.SENDING))
    done.filter(created_at__lt=now - KEPT).delete()
    FreezeLink.objects.filter(expires_at__lt=now).delete()


def send(notice_id: int) -> None:
    """Hands the notice to the mail server when this call wins the claim."""
    now = timezone.now()
    due = Notice.objects.filter(pk=notice_id, state=State.QUEUED, due_at__lte=now)
    if due.update(state=State.SENDING, claimed_at=now) != 1:
        return
    notice = Notice.objects.get(pk=notice_id)
    try:
        _hand_over(notice)
    except (OSError, smtplib.SMTPException, SmsGatewayUnavailable) as error:
        log.warning("notices: %s waits: %s", notice_id, type(error).__name__)
        _wait(notice)
    else:
        _settle(notice, State.SENT)


def _hand_over(notice: Notice) -> None:
    if notice.channel == Notice.Channel.SMS:
        send_sms(notice.recipient, notice.text)
    else:
        _message(notice).send()


def _message(notice: Notice) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        notice.subject, notice.text, to=[notice.recipient], headers=HEADERS
    )
    message.attach_alternative(notice.html, "text/html")
    return message


def _settle(notice: Notice, state: Notice.State) -> None:
    """The texts go: they hold a link that freezes the account."""
    notice.state, notice.text, notice.html = state, "", ""
    notice.sent_at = timezone.now() if state == State.SENT else None
    notice.save(update_fields=["state", "sent_at", "text", "html"])


def _wait(notice: Notice) -> None:
    """As long again as the notice is old, within bounds."""
    age = timezone.now() - notice.created_at
    if age > GIVE_UP_AFTER:
        _settle(notice, State.GIVEN_UP)
        return
    notice.state = State.QUEUED
    notice.due_at = timezone.now() + min(max(FIRST_WAIT, age), LONGEST_WAIT)
    notice.save(update_fields=["state", "due_at"])


def freeze_url(user: User) -> str:
    """A new link « Ce n’est pas moi »."""
    token = new_freeze_link(user).reveal()
    return f"{settings.BASE_URL}{reverse('mina_freeze', args=[token])}"


def words_of(
    user: User,
    what: str | Promise,
    origin: Origin,
    details: str | Promise = "",
    link: str = "",
) -> dict[str, object]:
    """The context of the templates of a notice to ``user``."""
    return {
        "name": user.get_full_name(),
        "what": what,
        "details": details,
        "when": timezone.localtime(),
        "address": origin.plain_address,
        "freeze_url": link,
        "academy_name": settings.ACADEMY_NAME,
        "mina_url": f"{settings.BASE_URL}{reverse('mina')}",
    }
