"""The list of all one's mailboxes, and what is done from it: in each mailbox with the right one has there."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.acting import act_words, acts, taking_back
from webmail.acting.actions import LABELLING, MOVE, AlreadyThere, UnknownAction
from webmail.acting.acts import Part
from webmail.errors import MailError
from webmail.imap import UidSet
from webmail.lists import beside, panes, picking, together
from webmail.lists.beside import Beside
from webmail.lists.list_address import ListAddress, OddAddress
from webmail.lists.picking import Message, NothingPicked
from webmail.lists.surroundings import folders_of, preferences_of, surroundings_for, view_of
from webmail.models import Act, Folder
from webmail.sync import freshness
from webmail.views.browsing.acting import STAYS_OPEN, asked, ours, picked_in, tell
from webmail.views.browsing.lists import (
    LIVE,
    PART,
    answer,
    inbox_among,
    list_address,
    together_context,
)
from webmail.views.shell import open_session

OF_ONE_MAILBOX = frozenset((MOVE, *LABELLING))


@login_required
@require_safe
def all_mail(request: SignedInRequest) -> HttpResponse:
    """Page, or the part of it that a script asks for, in the pane of one's own mailbox."""
    address = _address(request)
    own = own_mailbox(request.user)
    around = surroundings_for(request.user, own.pk, Right.READ)
    folders = folders_of(around.mailbox)
    if inbox_among(folders) is None:
        return redirect("mailbox", own.pk)
    context = together_context(request, around, address, folders)
    if address.is_first_page and request.headers.get(PART) != LIVE:
        together.keep_up(beside.together(context["boxes"]))
    return answer(request, context | {"reading": None})


def _address(request: SignedInRequest) -> ListAddress:
    """Raises Http404."""
    read = list_address(request)
    if read.label:
        raise Http404("a label is of one mailbox")
    return replace(read, together=True, everywhere=bool(read.search))


@login_required
@require_POST
def act(request: SignedInRequest) -> HttpResponse:
    """The fields of views/browsing/acting.py; rows name their folders ("c12.5", "m34.5")."""
    address = _address(request)
    boxes = beside.together(beside.beside(request.user))
    view = view_of(address, preferences_of(request.user))
    try:
        opened = picking.opened(request.POST, Folder())
        places = together.messages_of(picked_in(request), boxes, address, view)
        parts = _parts(request, places, boxes)
    except NothingPicked:
        messages.warning(request, _("Cochez d’abord un message."))
        return redirect(panes.folder_url(0, 0, address))
    except (UnknownAction, OddAddress) as error:
        raise Http404("no such action") from error
    if parts:
        _do(request, parts)
    return redirect(_way_back(boxes, opened, parts, address))


def _parts(
    request: SignedInRequest, places: Mapping[Folder, UidSet], boxes: Iterable[Beside]
) -> list[Part]:
    """What is asked, mailbox by mailbox, without what one may only read; of that it is told.

    Raises UnknownAction, OddAddress, MessageGone.
    """
    open_ones = {box.id for box in boxes if box.may_write}
    parts, closed = [], set()
    for folder, uids in places.items():
        what = None
        with suppress(AlreadyThere):
            what = asked(request, folder, has_team=False)
        if what is not None and what.name in OF_ONE_MAILBOX:
            raise UnknownAction(what.name)
        if folder.mailbox_id not in open_ones:
            closed.add(folder.mailbox_id)
        elif what is not None:
            parts.append(Part(folder, what, uids))
    _tell_left_out(request, [box for box in boxes if box.id in closed])
    if not parts and not closed:
        messages.warning(request, _("Ces messages y sont déjà."))
    return sorted(parts, key=lambda part: part.folder.mailbox_id)


def _tell_left_out(request: SignedInRequest, boxes: Iterable[Beside]) -> None:
    for box in boxes:
        words = _("Vous pouvez lire « %(name)s », pas y classer : ses messages n’ont pas changé.")
        messages.warning(request, words % {"name": box.name})


def _do(request: SignedInRequest, parts: Sequence[Part]) -> None:
    """Each in its own mailbox, behind its own gate. Raises Http404, MailError."""
    by_mailbox = groupby(parts, key=lambda part: part.folder.mailbox_id)
    gated = [(mailbox_for(request.user, pk, Right.WRITE), list(some)) for pk, some in by_mailbox]
    if acts.are_large(parts):
        tell(request, acts.begin(request.user, parts), parts, act_words.begun)
        return
    done: list[Act] = []
    for mailbox, some in gated:
        try:
            done += _done(request, mailbox, some, done[0] if done else None)
        except MailError:
            if not done:
                raise
            break
    tell(request, done, parts, act_words.done)


def _done(
    request: SignedInRequest, mailbox: Mailbox, parts: Sequence[Part], first: Act | None
) -> list[Act]:
    freshness.require_writable(mailbox)
    with open_session(request, mailbox) as mail:
        return acts.do(mail, request.user, parts, first)


def _way_back(
    boxes: Iterable[Beside], opened: Message | None, parts: Sequence[Part], address: ListAddress
) -> str:
    """Beside the message that was open, unless it leaves; else the list."""
    of_list = panes.folder_url(0, 0, address)
    if opened is None:
        return of_list
    numbers = [box.id for box in boxes]
    folder = Folder.objects.filter(pk=opened.folder_id, mailbox__in=numbers).first()
    leaves = any(part.folder == folder and opened.uid in part.uids for part in parts)
    if folder is None or (leaves and parts[0].what.name not in STAYS_OPEN):
        return of_list
    return panes.message_url(folder, opened.uid, address)


@login_required
@require_POST
def take_back(request: SignedInRequest, act_id: UUID) -> HttpResponse:
    """In every mailbox where one click acted. Field `next`: the page one is on, which stays."""
    numbers = acts.mailboxes_of_click(request.user, act_id)
    if not numbers:
        raise Http404("nobody did this")
    taking_back.forget(request)
    chosen = [mailbox_for(request.user, pk, Right.WRITE) for pk in numbers]
    try:
        goes_on = [acts.take_back(mailbox, request.user, act_id) for mailbox in chosen]
    except acts.TooLate:
        messages.warning(request, _("Il est trop tard pour annuler."))
    else:
        words = _("Annulation en cours.") if any(goes_on) else _("C’est annulé.")
        messages.success(request, words)
    return redirect(ours(request.POST.get("next")) or reverse("all_mail"))
