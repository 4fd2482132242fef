"""What is forgotten some time after it served. Source: IDENTITY rules, "Retention".

Run nightly; each step changes nothing when it is run again.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from accounts.models import Agent, User
from accounts.sealed.numen import forget_numen
from audit import journal
from audit.events import Event
from audit.parties import SYSTEM

log = logging.getLogger(__name__)

Status = Agent.Status


def forget_what_is_due() -> None:
    forget_numens_of_departed()
    remove_unclaimed()


def forget_numens_of_departed() -> None:
    """``DEPARTED_NUMEN_DAYS`` after they left."""
    left = Agent.objects.filter(
        status=Status.DEPARTED,
        departure__carried_out_at__lte=_days_ago(settings.DEPARTED_NUMEN_DAYS),
        numen_key__isnull=False,
    )
    for agent in left:
        with transaction.atomic():
            forget_numen(agent)
            journal.record(Event.NUMEN_FORGOTTEN, actor=SYSTEM, subject=agent.party)


def remove_unclaimed() -> None:
    """Accounts that were imported ``UNCLAIMED_ACCOUNT_DAYS`` ago and that nobody activated."""
    unclaimed = Agent.objects.filter(
        status=Status.IMPORTED, created_at__lte=_days_ago(settings.UNCLAIMED_ACCOUNT_DAYS)
    )
    for agent in unclaimed.select_related("user"):
        try:
            _remove(agent)
        except ProtectedError:
            log.warning("retention: agent %s is unclaimed, but something refers to it", agent.pk)


@transaction.atomic
def _remove(agent: Agent) -> None:
    """The login, where one was reserved, stays reserved."""
    party, user = agent.party, agent.user
    agent.delete()
    if user is not None and not user.is_active:
        User.objects.filter(pk=user.pk).delete()
    journal.record(Event.UNCLAIMED_REMOVED, actor=SYSTEM, subject=party)


def _days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
