"""A mailbox's folders and the list of one folder."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.drafts import filing
from webmail.lists import beside, panes
from webmail.lists.beside import Beside
from webmail.lists.list_address import ListAddress, OddAddress, number
from webmail.lists.list_pane import ListMaker
from webmail.lists.surroundings import Surroundings, folders_of, surroundings_for
from webmail.lists.together_pane import TogetherMaker
from webmail.models import Draft, Folder, IndexedMessage
from webmail.presentation import counted
from webmail.sync import freshness
from webmail.sync.freshness import Freshness
from webmail.views.shell import shell_context

PART = "X-Pli-Part"  # header of static/js/panes.js: what of the page it will replace
LIVE = "live"  # the list as it is now, for a page that heard of a change: nothing else moves
PARTS = frozenset(("list", "rows", "read", "all", LIVE))


@dataclass(frozen=True)
class FolderHeading:
    label: str
    total: int = 0
    unread: int = 0

    @property
    def unread_label(self) -> str:
        words = ngettext("%(n)s non lu", "%(n)s non lus", self.unread)
        return words % {"n": counted(self.unread)} if self.unread else ""

    @property
    def unread_messages_label(self) -> str:
        words = ngettext("%(n)s message non lu", "%(n)s messages non lus", self.unread)
        return words % {"n": counted(self.unread)} if self.unread else ""


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    return redirect("mailbox", own_mailbox(request.user).pk)


@login_required
@require_safe
def mailbox(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """The way in: the INBOX, whose row may not exist before the first look at the server."""
    chosen = mailbox_for(request.user, mailbox_id, Right.READ)
    inbox = chosen.folders.filter(special_use=Folder.Use.INBOX).first()
    if inbox is None:
        freshness.first_look(chosen)
        inbox = chosen.folders.get(special_use=Folder.Use.INBOX)
    return redirect("folder", chosen.pk, inbox.pk)


@login_required
@require_safe
def folder(request: SignedInRequest, mailbox_id: int, folder_id: int) -> HttpResponse:
    """Page, or the part of it that a script asks for: the list, or its rows alone."""
    address = list_address(request)
    around = surroundings_for(request.user, mailbox_id, Right.READ)
    if address.together:
        return redirect(panes.folder_url(mailbox_id, folder_id, address))
    fresh = looked(request, around, folder_id, address)
    context = list_context(request, around, folder_id, address)
    context |= {"away": fresh.away, "read_only": fresh.read_only, "reading": None}
    return answer(request, context)


def looked(
    request: SignedInRequest, around: Surroundings, folder_id: int, address: ListAddress
) -> Freshness:
    """Looks at the server where a first page is opened; what follows shows what is known."""
    if not address.is_first_page or request.headers.get(PART) == LIVE:
        return Freshness()
    freshness.note_seen(around.mailbox, around.index)
    return freshness.look(around.mailbox, folder_id)


def list_address(request: SignedInRequest) -> ListAddress:
    """Raises Http404."""
    try:
        return replace(ListAddress.read(request.GET), reader=request.user.pk)
    except OddAddress as error:
        raise Http404("no such list") from error


def listed_id(request: SignedInRequest) -> int:
    """The folder whose list is shown beside a message of another one, else 0. Raises Http404."""
    try:
        return number(request.GET.get("liste") or "0")
    except OddAddress as error:
        raise Http404("no such list") from error


def list_context(
    request: SignedInRequest,
    around: Surroundings,
    folder_id: int,
    address: ListAddress,
    opened: IndexedMessage | None = None,
    known_folders: list[Folder] | None = None,
) -> dict[str, Any]:
    """Folder pane and list pane from the index; two queries, one when the mailbox's folders are known.

    Raises Http404.
    """
    folders = folders_of(around.mailbox) if known_folders is None else known_folders
    if address.together:
        return together_context(request, around, address, folders, opened)
    current = next((f for f in folders if f.pk == folder_id and f.selectable), None)
    if current is None:
        raise Http404("no such folder")
    maker = ListMaker(around, folders, current, address)
    try:
        pane = maker.pane(maker.page(), opened)
    except OddAddress as error:
        raise Http404("no such list") from error
    shell = shell_context(request, around, folders, current, address)
    unfiled = _unfiled(current)
    return shell | {"folder": heading(current, address), "pane": pane, "unfiled": unfiled}


def together_context(
    request: SignedInRequest,
    around: Surroundings,
    address: ListAddress,
    folders: list[Folder],
    opened: IndexedMessage | None = None,
) -> dict[str, Any]:
    """The list of all mailboxes, in the pane of one of them, whose folders are given. Raises Http404."""
    inbox = inbox_among(folders)
    if inbox is None:
        raise Http404("no such folder")
    shell = shell_context(request, around, folders, inbox, address)
    maker = TogetherMaker(around, folders, inbox, address, beside.together(shell["boxes"]))
    try:
        pane = maker.pane(maker.page(), opened)
    except OddAddress as error:
        raise Http404("no such list") from error
    return shell | {"folder": heading(inbox, address, shell["boxes"]), "pane": pane}


def inbox_among(folders: Iterable[Folder]) -> Folder | None:
    """None in a mailbox that no page ever showed."""
    return next((it for it in folders if it.special_use == Folder.Use.INBOX), None)


def _unfiled(folder: Folder) -> list[Draft]:
    return filing.unfiled(folder.mailbox_id) if folder.special_use == Folder.Use.DRAFTS else []


def heading(current: Folder, address: ListAddress, boxes: Iterable[Beside] = ()) -> FolderHeading:
    """`boxes` are needed for the list of all mailboxes."""
    if address.everywhere:
        return FolderHeading(_("Résultats de recherche"))
    if address.together:
        unread = sum(box.unread for box in beside.together(boxes))
        return FolderHeading(_("Toutes mes boîtes"), unread=unread)
    return FolderHeading(current.label, current.messages, current.unseen)


def answer(request: SignedInRequest, context: dict[str, Any]) -> HttpResponse:
    """One template serves the page, one its parts; both include the same pieces."""
    part = request.headers.get(PART, "")
    if part not in PARTS:
        return render(request, "webmail/mailbox.html", context)
    leaves_reading = part == LIVE or context.get("leaves_reading", False)
    pieces = {"part": part, "leaves_reading": leaves_reading}
    return render(request, "webmail/parts.html", context | pieces)
