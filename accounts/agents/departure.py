"""Leaving: planned for a day, carried out on that day, undone when it was a mistake.

The account closes and forgets what opens it; the mailbox goes on receiving for a while
(mailboxes/departures.py) and the NUMEN is kept for some months (accounts/sealed/retention.py). The login
is never given to anybody else. Source: IDENTITY rules, "Retention".
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.http import Http404
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import throttling
from accounts.epoch import begin_epoch, end_applications
from accounts.models import Agent, Departure, FreezeLink, HandedCode, TemporaryPassword, User
from accounts.roles import Permission, Role, require
from accounts.telling.notices import tell
from audit import journal
from audit.events import Event
from audit.parties import NOWHERE, SYSTEM, Origin, Party

Status = Agent.Status

# Sent inside the transaction, with ``departure``, before its row goes.
taken_back = Signal()


@transaction.atomic
def plan_departure(
    by: User, agent: Agent, leaves_on: date, origin: Origin, justification: str
) -> None:
    """The account closes on ``leaves_on``, at once when that day has come. Raises Http404.

    Planning again changes the day. The import of staff asks for it with the day after the last one.
    """
    agent = _locked(agent)
    _require(by, agent)
    if agent.status == Status.DEPARTED:
        raise Http404
    departure = _planned(agent, leaves_on)
    is_due, role = leaves_on <= timezone.localdate(), agent.role
    if is_due:
        _carry_out(departure, origin)
    elif agent.user is not None:
        closes = _closing(agent.user, leaves_on)
        tell(agent.user, gettext_lazy("Votre départ est enregistré"), origin, details=closes)
    journal.record(
        Event.DEPARTURE_PLANNED,
        actor=by.party,
        subject=agent.party,
        origin=origin,
        reason=leaves_on.isoformat(),
        justification=justification,
    )
    if is_due:
        _record_departed(agent, role, by.party, origin)


@transaction.atomic
def cancel_departure(by: User, agent: Agent, origin: Origin, justification: str) -> None:
    """The account stays open after all. Raises Http404 unless a departure is planned."""
    agent = _locked(agent)
    _require(by, agent)
    if not Departure.objects.filter(agent=agent, carried_out_at=None).delete()[0]:
        raise Http404
    if agent.user is not None:
        tell(agent.user, gettext_lazy("Votre départ est annulé"), origin)
    _record(Event.DEPARTURE_CANCELLED, agent, by.party, origin, justification)


@transaction.atomic
def take_back(by: User, agent: Agent, origin: Origin, justification: str) -> None:
    """The account is as open as it was before, without anything that opens it.

    Answers and passwords are gone: a temporary password, or a letter, leads back in. What the
    person could do for others has to be given again. Raises Http404 unless :func:`may_be_undone`.
    """
    agent = _locked(agent)
    _require(by, agent)
    if not may_be_undone(agent):
        raise Http404
    departure = agent.departure
    agent.status = departure.status_before
    agent.save(update_fields=["status"])
    if agent.user is not None:
        agent.user.is_active = agent.status == Status.ACTIVE
        agent.user.save(update_fields=["is_active"])
    taken_back.send(sender=Departure, departure=departure)
    departure.delete()
    if agent.user is not None:
        tell(agent.user, gettext_lazy("Votre compte est rouvert"), origin)
    _record(Event.AGENT_TAKEN_BACK, agent, by.party, origin, justification)


def may_be_undone(agent: Agent) -> bool:
    """While the NUMEN is still kept; later the person comes back through the import of staff."""
    if agent.status != Status.DEPARTED:
        return False
    kept = timezone.now() - timedelta(days=settings.DEPARTED_NUMEN_DAYS)
    return Departure.objects.filter(agent=agent, carried_out_at__gt=kept).exists()


def _planned(agent: Agent, leaves_on: date) -> Departure:
    facts = {"leaves_on": leaves_on, "status_before": agent.status}
    departure, _new = Departure.objects.update_or_create(agent=agent, defaults=facts)
    departure.agent = agent
    return departure


def carry_out_due() -> None:
    """Run hourly. Whoever is not closed yet, on the day planned or later, is closed now."""
    due = Departure.objects.filter(carried_out_at=None, leaves_on__lte=timezone.localdate())
    for departure in due.select_related("agent"):
        _carry_out_if_due(departure.agent)


@transaction.atomic
def _carry_out_if_due(agent: Agent) -> None:
    """The row is read again under the agent's lock: it may be cancelled, moved or done meanwhile."""
    agent = _locked(agent)
    due = Departure.objects.filter(carried_out_at=None, leaves_on__lte=timezone.localdate())
    departure = due.filter(agent=agent).first()
    if departure is not None:
        departure.agent, role = agent, agent.role
        _carry_out(departure, NOWHERE)
        _record_departed(agent, role, SYSTEM, NOWHERE)


def _carry_out(departure: Departure, origin: Origin) -> None:
    agent = departure.agent
    departure.status_before, departure.carried_out_at = agent.status, timezone.now()
    departure.save(update_fields=["status_before", "carried_out_at"])
    agent.status, agent.role = Status.DEPARTED, Role.AGENT
    agent.save(update_fields=["status", "role"])
    if agent.user is not None:
        _close(agent.user)
        tell(agent.user, gettext_lazy("Votre compte est fermé"), origin, offers_freezing=False)


def _record_departed(agent: Agent, role: str, actor: Party, origin: Origin) -> None:
    reason = f"was {role}"
    journal.record(
        Event.AGENT_DEPARTED, actor=actor, subject=agent.party, origin=origin, reason=reason
    )


def _close(user: User) -> None:
    """Nothing opens the account any more, and nothing that would is kept."""
    user.security_answers.all().delete()
    end_applications(user)
    HandedCode.objects.filter(user=user).delete()
    TemporaryPassword.objects.filter(user=user).delete()
    FreezeLink.objects.filter(user=user).delete()
    throttling.forget_devices(user.username)
    user.set_unusable_password()
    user.is_active = user.must_change_password = False
    user.save(update_fields=["password", "is_active", "must_change_password"])
    begin_epoch(user)


def _locked(agent: Agent) -> Agent:
    rows = Agent.objects.select_for_update(of=("self",)).select_related("user", "school")
    return rows.get(pk=agent.pk)


def _require(by: User, agent: Agent) -> None:
    """Nobody leaves by their own hand: one administrator always remains."""
    require(by, Permission.MANAGE_DEPARTURES, agent.school)
    if agent.user_id == by.pk:
        raise Http404


def _record(event: Event, agent: Agent, actor: Party, origin: Origin, justification: str) -> None:
    journal.record(
        event, actor=actor, subject=agent.party, origin=origin, justification=justification
    )


def _closing(user: User, leaves_on: date) -> str:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        day = date_format(leaves_on, "DATE_FORMAT")
        return _("Le compte ferme le %(day)s.") % {"day": day}
