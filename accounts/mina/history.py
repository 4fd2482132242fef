"""What happened to one's account, as the journal tells it."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from accounts.requests import SignedInRequest
from audit.events import EVENTS, Result
from audit.models import Entry
from audit.search import history_of

ENTRIES_A_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One event; ``by`` is empty when the person did it."""

    time: datetime
    sentence: str
    result: str
    by: str
    address: str


@login_required
def history(request: SignedInRequest) -> HttpResponse:
    entries = Paginator(history_of(request.user.party.id), ENTRIES_A_PAGE)
    page = entries.get_page(request.GET.get("page"))
    lines = [line_of(entry, request.user.party.id) for entry in page]
    return render(request, "mina/history.html", {"page": page, "lines": lines})


def line_of(entry: Entry, person_id: str) -> Line:
    """Never the inner reason: it is written for the back office."""
    event = EVENTS.get(entry.event)
    return Line(
        time=entry.time,
        sentence=str(event.sentence) if event else entry.event,
        result="" if entry.result == Result.SUCCESS else str(Result(entry.result).label),
        by="" if entry.actor_id in ("", person_id) else entry.actor_label,
        address=entry.address or "",
    )
