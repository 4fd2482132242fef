"""Telling a school's secretariat how many of its people have not activated: numbers, no names.

A reminder is a row: one a day for each school, sent by a worker, tried again while the mail server
is away, given up after a few days.
"""

import logging
import smtplib
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import School, User
from accounts.roles import Permission, require
from accounts.telling.notices import HEADERS
from activation.follow_up.figures import Figures, figures_by_school
from activation.models import SchoolReminder
from audit import journal
from audit.events import Event
from audit.parties import Origin, Party
from config.hints import hint

log = logging.getLogger(__name__)

CLAIM_LASTS = timedelta(minutes=5)
GIVE_UP_AFTER = timedelta(days=3)


def remind(by: User, schools: Iterable[School], origin: Origin) -> int:
    """Queues a reminder for each of these schools that has an address, has people missing, and was
    not reminded today; returns how many. Raises Http404 without the right."""
    require(by, Permission.REMIND_SCHOOLS)
    wanted = School.objects.filter(pk__in=[school.pk for school in schools]).exclude(email="")
    found = [one.school for one in figures_by_school(wanted) if one.figures.missing]
    return sum(_queue(by, school, origin) for school in found)


def send(reminder_id: int) -> None:
    """Hands the message to the mail server when this call wins the claim."""
    if _due().filter(pk=reminder_id).update(claimed_at=timezone.now()) != 1:
        return
    reminder = SchoolReminder.objects.select_related("school").get(pk=reminder_id)
    mine = SchoolReminder.objects.filter(pk=reminder_id)
    try:
        _message(reminder).send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("activation: reminder %s waits: %s", reminder_id, type(error).__name__)
        mine.update(claimed_at=None)
    else:
        mine.update(sent_at=timezone.now())


def sweep() -> None:
    """What a hint lost, and what the mail server's absence delayed."""
    for reminder_id in _due().values_list("pk", flat=True):
        send(reminder_id)


@transaction.atomic
def _queue(by: User, school: School, origin: Origin) -> bool:
    reminder, is_new = SchoolReminder.objects.get_or_create(
        school=school,
        on=timezone.localdate(),
        defaults={"recipient": school.email, "asked_by": by},
    )
    if is_new:
        party = Party(f"school:{school.uai}", str(school))
        journal.record(Event.SCHOOL_REMINDED, actor=by.party, subject=party, origin=origin)
        transaction.on_commit(lambda: hint("activation.tasks.send_reminder", reminder.pk))
    return is_new


def _due() -> QuerySet[SchoolReminder]:
    now = timezone.now()
    unclaimed = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS)
    young = timezone.localdate() - GIVE_UP_AFTER
    return SchoolReminder.objects.filter(unclaimed, sent_at=None, on__gte=young)


def _message(reminder: SchoolReminder) -> EmailMessage:
    """Written when it leaves, so that the numbers are those of the moment."""
    with translation.override(settings.LANGUAGE_CODE):
        found = figures_by_school(School.objects.filter(pk=reminder.school_id))
        words = {
            "school": reminder.school,
            "figures": found[0].figures if found else Figures(),
            "help_url": f"{settings.BASE_URL}{reverse('activation_help')}",
            "follow_up_url": f"{settings.BASE_URL}{reverse('follow_up')}",
            "academy_name": settings.ACADEMY_NAME,
        }
        text = render_to_string("activation/reminder.txt", words)
        subject = _("Comptes à activer dans votre établissement")
        return EmailMessage(subject, text, to=[reminder.recipient], headers=HEADERS)
