"""POSTs that do something to messages of a folder, or take it back."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.origins import origin_of
from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.access import Right, mailbox_for
from webmail.acting import act_words, actions, acts, taking_back
from webmail.acting.actions import AlreadyThere, Change, UnknownAction
from webmail.acting.acts import Part
from webmail.errors import MessageGone
from webmail.imap import UidSet
from webmail.lists import panes, picking
from webmail.lists.list_address import ListAddress, OddAddress, number
from webmail.lists.picking import Message, NothingPicked, Picked
from webmail.lists.surroundings import Surroundings, surroundings_for
from webmail.models import Act, Folder
from webmail.sync import freshness
from webmail.team import anchors, assigning
from webmail.views.browsing.lists import list_address, listed_id
from webmail.views.shell import open_session

# These leave the message where it is, and open as it is.
STAYS_OPEN = frozenset(("read", "star", "unstar", "label", "unlabel", *actions.STATEFUL))
ASSIGN = "assign"


TOO_MANY = gettext_lazy("Attribuez 500 conversations au plus à la fois.")


@login_required
@require_POST
def act(request: SignedInRequest, mailbox_id: int, folder_id: int) -> HttpResponse:
    """Fields: `action` ("archive", "move 12"…) or `seul` ("star c12"), and which messages (picking.py).

    `ouvert` ("34.5", of folder 5) is open beside the list; `liste` in the address is whose list it is.
    """
    around = surroundings_for(request.user, mailbox_id, Right.WRITE)
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=around.mailbox)
    address = list_address(request)
    listed = listed_id(request) or folder_id
    try:
        opened = picking.opened(request.POST, folder)
        if _named(request)[0] == ASSIGN:
            _assign(request, around, folder, address)
            return redirect(_way_back(request, Listed(folder, listed, address), opened, []))
        parts = _parts(request, around, folder, address)
    except NothingPicked:
        messages.warning(request, _("Cochez d’abord un message."))
        return redirect(panes.folder_url(mailbox_id, listed, address))
    except (UnknownAction, OddAddress) as error:
        raise Http404("no such action") from error
    if not parts:
        messages.warning(request, _("Ces messages y sont déjà."))
        return redirect(panes.folder_url(mailbox_id, listed, address))
    do(request, around.mailbox, parts, must_be_there=bool(request.POST.get("uid")))
    return redirect(_way_back(request, Listed(folder, listed, address), opened, parts))


def _parts(
    request: SignedInRequest, around: Surroundings, listed: Folder, address: ListAddress
) -> list[Part]:
    """What is asked, folder by folder; none where everything is where it is to be.

    Raises NothingPicked, UnknownAction, OddAddress, MessageGone, Http404.
    """
    places = _places(request, around, listed, address)
    folders = Folder.objects.filter(mailbox=around.mailbox).in_bulk(list(places))
    if len(folders) < len(places):
        raise Http404("no such folder")
    parts = []
    for folder_id, uids in places.items():
        with suppress(AlreadyThere):
            what = asked(request, folders[folder_id], has_team=around.team is not None)
            parts.append(Part(folders[folder_id], what, uids))
            others = actions.also(folders[folder_id], what, uids)
            parts += [Part(folders[folder_id], *other) for other in others]
    return parts


def _places(
    request: SignedInRequest, around: Surroundings, listed: Folder, address: ListAddress
) -> dict[int, UidSet]:
    """The messages that are meant, by folder. Raises NothingPicked, OddAddress, MessageGone, Http404."""
    picked = picked_in(request)
    view, keyword = around.view(address), _keyword(around, address)
    return picking.messages_of(picked, listed, address, view, keyword)


def _assign(
    request: SignedInRequest, around: Surroundings, listed: Folder, address: ListAddress
) -> None:
    """To the member whose number is asked, or to nobody (0). Raises as `_parts` does."""
    asked = number(_named(request)[1] or request.POST.get("attribution") or "0")
    member = around.team.member(asked) if around.team else None
    if around.team is None or (asked and (member is None or not member.may_answer_for)):
        raise UnknownAction(ASSIGN)
    places = _places(request, around, listed, address)
    found = anchors.of_picked(around.mailbox.pk, places)
    if not found:
        raise MessageGone(ASSIGN)
    if len(found) > assigning.MOST:
        messages.warning(request, str(TOO_MANY))
        return
    person = User.objects.get(pk=asked) if asked else None
    words = act_words.assigned(member.name if member else "", len(found))
    done = assigning.assign(around.mailbox, request.user, person, found, origin_of(request))
    if done is None:
        messages.success(request, words)
    else:
        taking_back.remember_handover(request, done, words)


def picked_in(request: SignedInRequest) -> Picked:
    """Raises OddAddress, NothingPicked."""
    alone = request.POST.get("seul")
    return Picked.of_rows(alone.partition(" ")[2]) if alone else Picked.read(request.POST)


def _named(request: SignedInRequest) -> tuple[str, str]:
    """What is to be done, and to what: "move 12"."""
    name, _space, argument = request.POST.get("action", "").partition(" ")
    return name, argument


def asked(request: SignedInRequest, folder: Folder, *, has_team: bool) -> Change:
    """Raises UnknownAction, OddAddress, MessageGone."""
    alone = request.POST.get("seul")
    if alone:
        return actions.change(folder, alone.partition(" ")[0])
    name, argument = _named(request)
    if name in actions.STATEFUL and not has_team:
        raise UnknownAction(name)
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
    parts: Sequence[Part],
    *,
    must_be_there: bool = False,
) -> None:
    """Now, or by a worker when it is much; the next page says so and offers to take it back."""
    if acts.are_large(parts):
        tell(request, acts.begin(request.user, parts), parts, act_words.begun)
        return
    freshness.require_writable(mailbox)
    for part in parts:
        part.folder.mailbox = mailbox
    with open_session(request, mailbox) as mail:
        if must_be_there:
            opened = parts[0]
            mail.select(opened.folder.name, uid_validity=opened.folder.uid_validity)
            mail.require(list(opened.uids))
        done = acts.do(mail, request.user, parts)
    tell(request, done, parts, act_words.done)


def tell(
    request: SignedInRequest,
    done: Sequence[Act],
    parts: Sequence[Part],
    sentence: Callable[[Change, int], str],
) -> None:
    """What was done, and the offer to take it back."""
    kind = parts[0].what.kind  # of a state that is set: not those that come off with it
    words = sentence(parts[0].what, sum(act.total for act in done if act.kind == kind))
    if not taking_back.remember(request, done, words):
        messages.success(request, words)
    if len(done) < len(parts):
        messages.warning(request, act_words.broken_off(sum(len(part.uids) for part in parts)))


@dataclass(frozen=True)
class Listed:
    """The list that a form stood in or beside; the form is of `folder`."""

    folder: Folder
    folder_id: int  # whose list it is
    address: ListAddress

    @property
    def url(self) -> str:
        return panes.folder_url(self.folder.mailbox_id, self.folder_id, self.address)

    def url_beside(self, message: Message) -> str:
        query = panes.beside(self.address, message.folder_id, self.folder_id)
        args = [self.folder.mailbox_id, message.folder_id, message.uid]
        return reverse("message", args=args) + query


def _way_back(
    request: SignedInRequest, listed: Listed, opened: Message | None, parts: Sequence[Part]
) -> str:
    """Beside the message that was open, unless it left or is to be unread again; else the list.

    `retour` is the page of the conversation that one other message was put away from.
    """
    whole = ours(request.POST.get("retour"))
    done = parts[0].what.name if parts else ASSIGN
    if whole and done != "unread":
        return whole
    if opened is None:
        return listed.url
    places = {part.folder.pk: part.uids for part in parts}
    leaves = opened.uid in places.get(opened.folder_id, UidSet())
    if leaves and done not in STAYS_OPEN:
        return listed.url
    return listed.url_beside(opened)


def _beside(request: SignedInRequest, listed: Folder, address: ListAddress) -> str:
    """The page one is on: nothing left it."""
    opened = request.POST.get("uid") or request.POST.get("ouvert")
    if opened:
        return panes.message_url(listed, picking.uid(opened), address)
    return panes.folder_url(listed.mailbox_id, listed.pk, address)


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
        goes_on = _take_back(request, chosen, act_id)
    except acts.TooLate:
        messages.warning(request, _("Il est trop tard pour annuler."))
    else:
        words = _("Annulation en cours.") if goes_on else _("C’est annulé.")
        messages.success(request, words)
    return redirect(ours(request.POST.get("next")) or reverse("mailbox", args=[chosen.pk]))


def _take_back(request: SignedInRequest, chosen: Mailbox, number: UUID) -> bool:
    """What was given to somebody, or done to messages; whether workers go on with it.

    Raises TooLate, and the mail server's errors.
    """
    handover = assigning.made(chosen, request.user, number)
    if handover is None:
        return acts.take_back(chosen, request.user, number)
    team = surroundings_for(request.user, chosen.pk, Right.WRITE).team
    if team is None or not assigning.take_back(handover, team, origin_of(request)):
        raise acts.TooLate(str(number))
    return False
