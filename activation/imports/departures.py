"""Who may have left, as a file shows it: proposed to a person, who chooses. Nothing is automatic."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.agents.departure import plan_departure
from accounts.models import Agent, User
from activation.models.imports import Import, ImportLine
from activation.models.problems import Problem
from audit.parties import Origin

Kind = ImportLine.Kind


def proposed(row: Import) -> QuerySet[ImportLine]:
    """Those who are absent from the file, or whose post is over, and whose departure nobody planned."""
    absent = Q(kind=Kind.MISSING) | Q(kind=Kind.NOTE, problem=Problem.POST_IS_OVER.value)
    lines = row.lines.filter(absent, agent__isnull=False, agent__departure__isnull=True)
    staying = lines.exclude(agent__status=Agent.Status.DEPARTED)
    return staying.select_related("agent__school").order_by("pk")


def plan(
    by: User, lines: Iterable[ImportLine], leaves_on: date, origin: Origin, justification: str
) -> int:
    """Plans the departures chosen; returns how many. Who may not be sent away is left out."""
    planned = 0
    for line in lines:
        if line.agent is None:
            continue
        try:
            plan_departure(by, line.agent, leaves_on, origin, justification)
        except Http404:  # oneself, or somebody who has left meanwhile
            continue
        planned += 1
    return planned
