"""One POST that does something to messages of a folder."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from webmail import actions
from webmail.access import mailbox_for
from webmail.imap import UID_LIMIT
from webmail.models import Folder
from webmail.views.lists import open_session

DONE = {
    "archive": gettext_lazy("Message archivé."),
    "junk": gettext_lazy("Message déplacé dans les indésirables."),
    "inbox": gettext_lazy("Message remis dans la boîte de réception."),
    "delete": gettext_lazy("Message mis à la corbeille."),
    "unread": gettext_lazy("Message marqué comme non lu."),
}


@login_required
@require_POST
def act(request: SignedInRequest, mailbox_id: int, folder_id: int) -> HttpResponse:
    """Fields: `uid` and `action`. Back to the list when the message left or is unread again."""
    chosen = mailbox_for(request.user, mailbox_id)
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=chosen)
    uid, action = _uid(request), request.POST.get("action", "")
    if action not in actions.FLAGS and action not in actions.MOVES:
        raise Http404("no such action")
    with open_session(request, chosen) as mail:
        left = actions.act(mail, folder, [uid], action)
    if action in DONE:
        messages.success(request, str(DONE[action]))
    if left or action == "unread":
        return redirect("folder", chosen.pk, folder.pk)
    return redirect("message", chosen.pk, folder.pk, uid)


def _uid(request: SignedInRequest) -> int:
    asked = request.POST.get("uid", "")
    if not (
        asked.isascii() and asked.isdigit() and len(asked) <= 10 and 0 < int(asked) < UID_LIMIT
    ):
        raise Http404(_("Ce message n’existe pas."))
    return int(asked)
