"""Web sessions that are open, and closing them from afar."""

import re
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.epoch import begin_epoch
from accounts.notices import tell
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from audit import journal
from audit.events import Event

# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS": "Mac",
    "Linux": "Linux",
}
ALL_ENDED = gettext_lazy("Toutes vos autres sessions ont été fermées")
PORTABLE = {"iPhone", "iPad", "Android"}


@dataclass(frozen=True)
class OpenSession:
    """A session as people recognise it."""

    id: int
    browser: str
    is_portable: bool
    address: str
    since: object
    is_current: bool


def open_sessions(request: SignedInRequest) -> list[OpenSession]:
    """The current one first, then the newest."""
    sessions = [_shown(session) for session in UserSession.objects.purge_and_list(request.user)]
    return sorted(sessions, key=lambda one: (not one.is_current, -one.id))


@require_POST
@login_required
def end_one(request: SignedInRequest, session_id: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=session_id, user=request.user)
    with transaction.atomic():
        session.end()
        _record(request, Event.SESSION_ENDED)
    messages.success(request, _("La session est fermée."))
    return redirect("mina")


@require_POST
@login_required
def end_all(request: SignedInRequest) -> HttpResponse:
    """Every session but this one, and what mail programs have open."""
    user = request.user
    with transaction.atomic():
        begin_epoch(user)
        tell(user, ALL_ENDED, origin_of(request))
        _record(request, Event.ALL_SESSIONS_ENDED)
    keep_this_session(request)
    messages.success(request, _("Toutes vos autres sessions sont fermées."))
    return redirect("mina")


def keep_this_session(request: SignedInRequest) -> None:
    """Carries the session over into the epoch that the person has just begun."""
    update_session_auth_hash(request, request.user)
    # The session has a new key now, under which the list must know it.
    UserSession.objects.create_from_request(request)


def _record(request: SignedInRequest, event: Event) -> None:
    party = request.user.party
    journal.record(event, actor=party, subject=party, origin=origin_of(request))


def _shown(session: UserSession) -> OpenSession:
    browser, system = named(session.user_agent)
    name = _("%(browser)s sur %(system)s") % {"browser": browser, "system": system}
    return OpenSession(
        session.pk,
        name,
        system in PORTABLE,
        session.ip,
        session.created_at,
        session.is_current(),
    )


def named(user_agent: str) -> tuple[str, str]:
    """``("Firefox", "Windows")``: enough to recognise one's own, not to follow anybody."""
    browser = next((name for mark, name in BROWSERS.items() if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in SYSTEMS.items() if re.search(mark, user_agent)), "")
    return browser or _("Navigateur inconnu"), system or _("appareil inconnu")
