"""Answering an invitation that came with a message."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from webmail.access import Right, folder_for
from webmail.errors import MessageGone
from webmail.lists import panes
from webmail.models import Folder, KnownEvent
from webmail.opening.opened import Opened
from webmail.responding import invitation_answers
from webmail.responding.invitation_answers import Answering, NotAsked
from webmail.views.opening.reading import fetch_readings
from webmail.views.shell import open_session

TOLD = {
    KnownEvent.Answer.ACCEPTED: gettext_lazy(
        "Vous avez accepté : la réponse part à %(organizer)s."
    ),
    KnownEvent.Answer.TENTATIVE: gettext_lazy(
        "Vous viendrez peut-être : la réponse part à %(organizer)s."
    ),
    KnownEvent.Answer.DECLINED: gettext_lazy("Vous avez refusé : la réponse part à %(organizer)s."),
}


@login_required
@require_POST
def answer(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str
) -> HttpResponse:
    """Fields `reponse` (ACCEPTED, TENTATIVE, DECLINED) and `token`."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.SEND)
    given, token = _given(request), _token(request)
    opened = opened_message(request, folder, uid)
    invitation = next(
        (it for it in opened.shown.message.invitations if it.section == section), None
    )
    if invitation is None:
        raise Http404("no such invitation")
    asked = Answering(folder.mailbox, request.user, opened, invitation, given, token)
    try:
        invitation_answers.answer(asked, timezone.now())
    except NotAsked:
        messages.warning(request, _("Cette invitation n’attend pas, ou plus, votre réponse."))
    else:
        organizer = invitation.organizer
        name = (organizer.name or organizer.address) if organizer else ""
        messages.success(request, TOLD[given] % {"organizer": name})
    return redirect(panes.message_url(folder, uid))


def _given(request: SignedInRequest) -> KnownEvent.Answer:
    try:
        return KnownEvent.Answer(request.POST.get("reponse", ""))
    except ValueError as error:
        raise Http404("no such answer") from error


def _token(request: SignedInRequest) -> UUID:
    try:
        return UUID(request.POST.get("token", ""))
    except ValueError as error:
        raise Http404("no such form") from error


def opened_message(request: SignedInRequest, folder: Folder, uid: int) -> Opened:
    """Raises MessageGone."""
    with open_session(request, folder.mailbox) as mail:
        for opened in fetch_readings(mail, folder, {uid: 0}):
            return opened
    raise MessageGone(str(uid))
