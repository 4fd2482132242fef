"""POSTs that do something to messages of a folder, or take it back."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import act_words, actions, acts, freshness, panes, picking, taking_back
from webmail.access import Right, mailbox_for
from webmail.actions import Change, UnknownAction
from webmail.imap import UidSet
from webmail.list_address import ListAddress, OddAddress, number
from webmail.models import Act, Folder
from webmail.picking import NothingPicked, Picked
from webmail.surroundings import Surroundings, surroundings_for
from webmail.views.lists import list_address
from webmail.views.shell import open_session

# These leave the message where it is, and open as it is.
STAYS_OPEN = frozenset(("read", "star", "unstar", "label", "unlabel"))


@login_required
@require_POST
def act(request: SignedInRequest, mailbox_id: int, folder_id: int) -> HttpResponse:
    """Fields: `action` ("archive", "move 12"…) or `seul` ("star c12"), and which messages (picking.py)."""
    around = surroundings_for(request.user, mailbox_id, Right.WRITE)
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=around.mailbox)
    address = list_address(request)
    try:
        picked = _picked(request)
        if picked.elsewhere:
            return _act_in_folders(request, around, picked.elsewhere, folder, address)
        what = _asked(request, folder)
    except NothingPicked:
        messages.warning(request, _("Cochez d’abord un message."))
        return redirect(panes.folder_url(mailbox_id, folder_id, address))
    except (UnknownAction, OddAddress) as error:
        raise Http404("no such action") from error
    view, keyword = around.view(address), _keyword(around, address)
    uids = picking.messages_of(picked, folder, address, view, keyword)
    do(request, around.mailbox, folder, what, uids, must_be_there=bool(request.POST.get("uid")))
    return redirect(_way_back(request, folder, what, uids, address))


def _act_in_folders(
    request: SignedInRequest,
    around: Surroundings,
    picked: Mapping[int, Sequence[int]],
    listed: Folder,
    address: ListAddress,
) -> HttpResponse:
    """What was found in several folders, folder by folder; only what lies in one can be taken back."""
    count, last = 0, None
    for folder_id, uids in picked.items():
        folder = get_object_or_404(Folder, pk=folder_id, mailbox=around.mailbox)
        try:
            what = _asked(request, folder)
        except UnknownAction:
            continue  # it is there already
        do(request, around.mailbox, folder, what, UidSet.of(uids))
        count, last = count + len(uids), what
    if last is None:
        messages.warning(request, _("Ces messages y sont déjà."))
    elif len(picked) > 1:
        taking_back.forget(request)
        messages.success(request, act_words.done(last, count))
    return redirect(panes.folder_url(listed.mailbox_id, listed.pk, address))


def _picked(request: SignedInRequest) -> Picked:
    """Raises OddAddress, NothingPicked."""
    alone = request.POST.get("seul")
    return Picked.of_rows(alone.partition(" ")[2]) if alone else Picked.read(request.POST)


def _asked(request: SignedInRequest, folder: Folder) -> Change:
    """Raises UnknownAction, OddAddress, MessageGone."""
    alone = request.POST.get("seul")
    if alone:
        return actions.change(folder, alone.partition(" ")[0])
    name, _space, argument = request.POST.get("action", "").partition(" ")
    return actions.change(folder, name, number(argument or _chosen(request, name)))


def _chosen(request: SignedInRequest, name: str) -> str:
    """The folder or label of a list of choices, as the simple version has them."""
    field = "cible" if name == actions.MOVE else "etiquette"
    return request.POST.get(field) or "0"


def _keyword(around: Surroundings, address: ListAddress) -> str:
    label = around.label(address.label)
    if address.label and label is None:
        raise Http404("no such label")
    return label.keyword if label else ""


def do(
    request: SignedInRequest,
    mailbox: Mailbox,
    folder: Folder,
    what: Change,
    uids: UidSet,
    *,
    must_be_there: bool = False,
) -> Act:
    """Now, or by a worker when it is much; the next page says so and offers to take it back."""
    if acts.is_large(what, uids):
        done = acts.begin(request.user, folder, what, uids)
        _tell(request, done, act_words.begun(what, len(uids)))
        return done
    freshness.require_writable(mailbox)
    with open_session(request, mailbox) as mail:
        if must_be_there:
            mail.select(folder.name, uid_validity=folder.uid_validity)
            mail.require(list(uids))
        done = acts.do(mail, request.user, folder, what, uids)
    _tell(request, done, act_words.done(what, len(uids)))
    return done


def _tell(request: SignedInRequest, done: Act, words: str) -> None:
    if acts.can_be_taken_back(done):
        taking_back.remember(request, done, words)
    else:
        taking_back.forget(request)
        messages.success(request, words)


def _way_back(
    request: SignedInRequest, folder: Folder, what: Change, uids: UidSet, address: ListAddress
) -> str:
    """Beside the message that was open, unless it left or is to be unread again; else the list."""
    opened = request.POST.get("uid") or request.POST.get("ouvert")
    if opened and (what.name in STAYS_OPEN or picking.uid(opened) not in uids):
        return panes.message_url(folder, picking.uid(opened), address)
    return panes.folder_url(folder.mailbox_id, folder.pk, address)


def ours(url: str | None) -> str:
    """The address of a page of this site, as a form gives it back; "" for any other."""
    is_ours = url and url.startswith("/") and url_has_allowed_host_and_scheme(url, None)
    return url if url and is_ours else ""


@login_required
@require_POST
def take_back(request: SignedInRequest, mailbox_id: int, act_id: UUID) -> HttpResponse:
    """Field `next`: the page one is on, which stays."""
    chosen = mailbox_for(request.user, mailbox_id, Right.WRITE)
    taking_back.forget(request)
    try:
        taken = acts.take_back(chosen, request.user, act_id)
    except acts.TooLate:
        messages.warning(request, _("Il est trop tard pour annuler."))
    else:
        words = _("Annulation en cours.") if taken.further else _("C’est annulé.")
        messages.success(request, words)
    return redirect(ours(request.POST.get("next")) or reverse("mailbox", args=[chosen.pk]))
