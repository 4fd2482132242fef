"""Web sessions that are open, browsers that are trusted, and closing them from afar."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.epoch import begin_epoch
from accounts.mina.browsers import Browser, browser_of
from accounts.models import TrustedBrowser
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from accounts.second_factor.trust import distrust, is_this_browser, trusted_browsers
from accounts.telling.notices import tell
from audit import journal
from audit.events import Event

ALL_ENDED = gettext_lazy("Toutes vos autres sessions ont été fermées")


@dataclass(frozen=True)
class Line:
    """A session, or a trusted browser, as people recognise it."""

    id: int
    browser: Browser
    address: str | None
    since: datetime
    last_used: datetime
    is_current: bool


@login_required
def sessions(request: SignedInRequest) -> HttpResponse:
    context = {"sessions": open_sessions(request), "trusted": _trusted(request)}
    return render(request, "mina/sessions.html", context)


def open_sessions(request: SignedInRequest) -> list[Line]:
    """The current one first, then the newest."""
    rows = [_shown(session) for session in UserSession.objects.purge_and_list(request.user)]
    return sorted(rows, key=lambda one: (not one.is_current, -one.id))


@require_POST
@login_required
def end_one(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    with transaction.atomic():
        session.end()
        _record(request, Event.SESSION_ENDED)
    messages.success(request, _("La session est fermée."))
    return redirect("mina_sessions")


@require_POST
@login_required
def end_all(request: SignedInRequest) -> HttpResponse:
    """Every session but this one, every trusted browser, and what mail programs have open."""
    user = request.user
    with transaction.atomic():
        begin_epoch(user)
        tell(user, ALL_ENDED, origin_of(request))
        _record(request, Event.ALL_SESSIONS_ENDED)
    keep_this_session(request)
    messages.success(request, _("Toutes vos autres sessions sont fermées."))
    return redirect("mina_sessions")


@require_POST
@login_required
def end_trust(request: SignedInRequest, browser_id: int) -> HttpResponse:
    browser = get_object_or_404(TrustedBrowser, pk=browser_id, user=request.user)
    distrust(browser, origin_of(request))
    messages.success(request, _("Ce navigateur redemandera le deuxième facteur."))
    return redirect("mina_sessions")


def keep_this_session(request: SignedInRequest) -> None:
    """Carries the session over into the epoch that the person has just begun."""
    update_session_auth_hash(request, request.user)
    # The session has a new key now, under which the list must know it.
    UserSession.objects.create_from_request(request)


def _record(request: SignedInRequest, event: Event) -> None:
    party = request.user.party
    journal.record(event, actor=party, subject=party, origin=origin_of(request))


def _shown(session: UserSession) -> Line:
    return Line(
        session.pk,
        browser_of(session.user_agent),
        session.ip,
        session.created_at,
        session.last_seen_at,
        session.is_current(),
    )


def _trusted(request: SignedInRequest) -> list[Line]:
    return [
        Line(
            row.pk,
            browser_of(row.user_agent),
            row.address,
            row.trusted_at,
            row.last_used_at,
            is_this_browser(request, row),
        )
        for row in trusted_browsers(request.user)
    ]
