"""Working together: notes, who is there, and what colleagues call one to."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from webmail.access import Right, own_mailbox
from webmail.conversations.team_pane import notes_of
from webmail.lists import panes
from webmail.lists.surroundings import surroundings_for
from webmail.models import Folder, IndexedMessage
from webmail.team import notes, notices, presence
from webmail.team.anchors import Anchor
from webmail.team.notes import OddNote
from webmail.team.people import Team
from webmail.team.presence import Doing
from webmail.views.browsing.acting import ours
from webmail.views.shell import shell_of


def _team(request: SignedInRequest, mailbox_id: int, right: Right) -> Team:
    """Raises Http404 for a mailbox that nobody shares, too."""
    around = surroundings_for(request.user, mailbox_id, right)
    if around.team is None:
        raise Http404("nobody shares this mailbox")
    return around.team


@login_required
@require_POST
def write_note(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """Fields `texte`, `mention` (a member's number, any number of times), `retour`."""
    team = _team(request, mailbox_id, Right.WRITE)
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=mailbox_id)
    place = {"mailbox": mailbox_id, "folder": folder_id, "uid": uid}
    anchor = Anchor.of(get_object_or_404(IndexedMessage, **place))
    called = [int(it) for it in request.POST.getlist("mention") if it.isdecimal() and len(it) < 10]
    try:
        notes.write(request.user, anchor, request.POST.get("texte", ""), called, team)
    except OddNote:
        _tell_odd(request)
    else:
        messages.success(request, _("Note ajoutée. Elle ne part avec aucun message."))
    return redirect(ours(request.POST.get("retour")) or panes.message_url(folder, uid))


def _tell_odd(request: SignedInRequest) -> None:
    words = _("Une note a de 1 à %(n)s caractères : rien n’a été changé.")
    messages.error(request, words % {"n": notes.LONGEST})


@login_required
@require_POST
def change_note(request: SignedInRequest, mailbox_id: int, note_id: int) -> HttpResponse:
    """Fields `texte`, or `supprimer`; `retour`."""
    team = _team(request, mailbox_id, Right.WRITE)
    note = notes.own(request.user, mailbox_id, note_id)
    if "supprimer" in request.POST:
        notes.remove(note)
        messages.success(request, _("Note supprimée."))
    else:
        try:
            notes.change(note, request.POST.get("texte", ""), team)
        except OddNote:
            _tell_odd(request)
        else:
            messages.success(request, _("Note modifiée."))
    return redirect(ours(request.POST.get("retour")) or reverse("mailbox", args=[mailbox_id]))


@login_required
@require_safe
def conversation_notes(
    request: SignedInRequest, mailbox_id: int, conversation: int
) -> HttpResponse:
    """As the reading pane shows them, oldest first: for a page that hears that they changed."""
    around = surroundings_for(request.user, mailbox_id, Right.READ)
    if around.team is None:
        raise Http404("nobody shares this mailbox")
    entries = notes_of(around, around.team, conversation)
    return render(request, "webmail/notes.html", {"notes": [entry for _at, entry in entries]})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def here(request: SignedInRequest, mailbox_id: int, conversation: int) -> HttpResponse:
    """Who else is at a conversation. POST says that one is there too: `fait` (presence.Doing), `parti`."""
    doing = Doing.WRITES if request.POST.get("fait") == Doing.WRITES else Doing.READS
    right = Right.SEND if doing is Doing.WRITES else Right.READ
    team = _team(request, mailbox_id, right)
    if request.method == "POST" and "parti" in request.POST:
        presence.leave(mailbox_id, conversation, team.me, doing)
    elif request.method == "POST":
        presence.note(mailbox_id, conversation, team.me, doing)
    found = presence.here(mailbox_id, conversation, team)
    return JsonResponse({"label": found.label, "writing": bool(found.writing)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def called(request: SignedInRequest) -> HttpResponse:
    """What the person sees to, and where colleagues mention them. POST: all of it was seen."""
    if request.method == "POST":
        notices.all_seen(request.user)
        return redirect("called")
    context = shell_of(request, own_mailbox(request.user).pk, Right.READ)
    lists = {"calls": notices.calls(request.user), "given": notices.given(request.user)}
    return render(request, "webmail/called.html", context | lists)
