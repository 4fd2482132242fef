"""The row of an activation: begun by a proof, one step after the other, ended by time or by another.

The row is the truth, the browser only holds its name. One activation at a time for each agent: a
new proof ends the earlier one, whose choices go with it.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Agent, User
from accounts.naming.first_account import account_of
from accounts.passwords import normalised
from accounts.questions.questions_form import QuestionsForm
from accounts.secrets import Password
from activation.models import Journey
from audit import journal
from audit.events import Event
from audit.parties import Origin

Step = Journey.Step
IN_ORDER = (Step.PASSWORD, Step.QUESTIONS, Step.TERMS)
UNDER_WAY = tuple(step.value for step in IN_ORDER)
ENDED = (Step.OPENING, Step.DONE)


class JourneyOver(Exception):
    """Too late, replaced by a newer one, or the account changed meanwhile: begin again."""


def begin(agent: Agent, proof: Journey.Proof, origin: Origin, **what: object) -> Journey:
    """A new activation of ``agent``, who has proved who they are; ``what`` it was proved with.

    Raises JourneyOver for an account that is open already, or no longer to be opened.
    """
    account = account_of(agent)  # in a transaction of its own: see reserve_login
    with transaction.atomic():
        if _locked_agent(agent.pk).status != Agent.Status.IMPORTED:
            raise JourneyOver
        end(Journey.objects.filter(agent=agent, step__in=UNDER_WAY))
        account.security_answers.all().delete()  # of an activation that was given up
        journey = Journey.objects.create(
            flow=uuid.uuid4().hex, agent=agent, proof=proof, expires_at=_later(), **what
        )
        journal.record(
            Event.ACTIVATION_STARTED,
            subject=agent.party,
            origin=origin,
            method=proof.value,
            flow=journey.flow,
        )
    return journey


def under_way(flow: str) -> Journey | None:
    """The activation of that name, unless it is over or its account is open."""
    return _alive().filter(flow=flow).first()


def ended(flow: str) -> Journey | None:
    """The activation of that name once the account is open; shown for as long as one may pause."""
    since = timezone.now() - _pause()
    rows = Journey.objects.select_related("agent__user")
    return rows.filter(flow=flow, step__in=ENDED, activated_at__gt=since).first()


def has_reached(journey: Journey, step: Journey.Step) -> bool:
    """Whether this step may be shown: it is the next one, or done already."""
    return IN_ORDER.index(step) <= IN_ORDER.index(Step(journey.step))


def is_done(journey: Journey, step: Journey.Step) -> bool:
    return IN_ORDER.index(step) < IN_ORDER.index(Step(journey.step))


@transaction.atomic
def keep_password(journey: Journey, password: Password) -> None:
    """The chosen password, which has passed the rules. Raises JourneyOver."""
    row = locked(journey)
    row.password_hash = make_password(normalised(password.reveal()))
    _go_on(row, Step.QUESTIONS, "password_hash")


@transaction.atomic
def keep_answers(journey: Journey, form: QuestionsForm) -> None:
    """The chosen answers, of a form that is valid. Raises JourneyOver."""
    row = locked(journey)
    form.save()
    _go_on(row, Step.TERMS)


def locked(journey: Journey) -> Journey:
    """The row as it is now, and its agent, for this transaction alone. Raises JourneyOver."""
    _locked_agent(journey.agent_id)  # always before the row: two who lock never wait in a circle
    row = _alive().select_for_update(of=("self",)).filter(pk=journey.pk).first()
    if row is None:
        raise JourneyOver
    return row


def end(journeys: QuerySet[Journey]) -> None:
    """They cannot go on; the passwords chosen in them are erased."""
    journeys.update(step=Step.OVER, password_hash="")


def end_expired() -> None:
    """Run nightly. A late one cannot go on anyway; here what was chosen in it goes too."""
    late = Journey.objects.filter(step__in=UNDER_WAY, expires_at__lte=timezone.now())
    for account in User.objects.filter(agent__journeys__in=late, is_active=False):
        account.security_answers.all().delete()
    end(late)


def _locked_agent(agent_id: int) -> Agent:
    return Agent.objects.select_for_update(of=("self",)).get(pk=agent_id)


def _alive() -> QuerySet[Journey]:
    rows = Journey.objects.select_related("agent__user", "agent__school", "transfer")
    return rows.filter(
        step__in=UNDER_WAY,
        expires_at__gt=timezone.now(),
        agent__status=Agent.Status.IMPORTED,
    )


def _go_on(row: Journey, step: Journey.Step, *also: str) -> None:
    """To ``step``, unless it is behind already; each step gives time for the next."""
    if not has_reached(row, step):
        row.step = step
    row.expires_at = _later()
    row.save(update_fields=["step", "expires_at", *also])


def _later() -> datetime:
    return timezone.now() + _pause()


def _pause() -> timedelta:
    return timedelta(minutes=settings.ACTIVATION_MINUTES)
