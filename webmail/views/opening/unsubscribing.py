"""Leaving the list that a message came through, once the reader confirmed it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from webmail.access import Right, folder_for
from webmail.lists import panes
from webmail.models import Folder
from webmail.outside.asking import Bounds
from webmail.responding import dispatch, unsubscribing
from webmail.responding.unsubscribing import Leaving, NotHeard, Way
from webmail.syntax.headers import split
from webmail.views.opening.invitations import opened_message
from webmail.views.shell import shell_of

MOST_OCTETS = 1 << 16  # of an answer that nobody reads


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int
) -> HttpResponse:
    """A page that says what will happen; its button does it."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.SEND)
    opened = opened_message(request, folder, uid)
    message = opened.shown.message
    leaving = unsubscribing.way_of(
        message, split(opened.fetched.headers), settings.AUTHENTICATION_SERVERS
    )
    if leaving is None:
        raise Http404("no way out of a list")
    if request.method == "POST" and leaving.way is not Way.PAGE:
        _leave(request, folder, uid, leaving)
        return redirect(panes.message_url(folder, uid))
    context = {
        "way": leaving.way.name,
        "leaving": leaving,
        "list_name": message.list_id or (message.from_[0].address if message.from_ else ""),
        "back_url": panes.message_url(folder, uid),
    }
    return render(
        request, "webmail/unsubscribe.html", shell_of(request, mailbox_id, Right.SEND) | context
    )


def _leave(request: SignedInRequest, folder: Folder, uid: int, leaving: Leaving) -> None:
    if leaving.way is Way.MESSAGE:
        sender = dispatch.sender_for(folder.mailbox, "")
        ready = unsubscribing.letter(leaving, sender, timezone.now())
        token = dispatch.token_of("unsubscribe", folder.pk, folder.uid_validity, uid)
        dispatch.dispatch(folder.mailbox, request.user, ready, token)
        messages.success(request, _("La demande de désabonnement est envoyée."))
        return
    try:
        unsubscribing.ask_once(leaving.url, _bounds())
    except NotHeard:
        messages.error(
            request,
            _("%(host)s n’a pas accepté la demande : réessayez plus tard.") % {"host": leaving.to},
        )
    else:
        messages.success(
            request, _("C’est fait : %(host)s a reçu votre désabonnement.") % {"host": leaving.to}
        )


def _bounds() -> Bounds:
    return Bounds(
        octets=MOST_OCTETS,
        seconds=settings.PICTURE_SECONDS,
        private_hosts=settings.PICTURE_PRIVATE_HOSTS,
    )
