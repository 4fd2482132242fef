"""The page of a mailbox's folders and labels, and what its forms do."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.access import Right, mailbox_for
from webmail.acting import actions, acts, deeds
from webmail.acting.actions import Change
from webmail.acting.acts import Part
from webmail.acting.folders import FolderRefused, Folders
from webmail.imap import UidSet
from webmail.lists import labels, listing
from webmail.lists.folder_order import in_order
from webmail.lists.labels import COLOURS, NameTaken, TooManyLabels
from webmail.lists.list_address import ListAddress, OddAddress, Show, View, number
from webmail.models import Act, Folder, IndexedMessage, Label
from webmail.views.browsing.acting import do
from webmail.views.shell import open_session, shell_of

REASONS = {
    "length": gettext_lazy("Donnez au dossier un nom de 1 à 100 caractères."),
    "characters": gettext_lazy(
        "Ce nom contient un caractère qu’un dossier ne peut pas avoir : / * % \\ ~"
    ),
    "taken": gettext_lazy("Un dossier porte déjà ce nom."),
    "too deep": gettext_lazy("Les dossiers ne peuvent pas être rangés plus profondément."),
    "inside itself": gettext_lazy("Un dossier ne peut pas être rangé dans lui-même."),
    "special": gettext_lazy(
        "Ce dossier sert au courrier : il ne peut être ni renommé, ni déplacé, ni supprimé."
    ),
    "has folders": gettext_lazy(
        "Ce dossier en contient d’autres : déplacez-les ou supprimez-les d’abord."
    ),
    "has messages": gettext_lazy(
        "Ce dossier contient des messages : videz-le d’abord, ils iront à la corbeille."
    ),
    "refused": gettext_lazy("Le serveur de courriel a refusé."),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def folders(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Fields of POST: `action`, `dossier`, and what the action needs."""
    if request.method == "POST":
        return _do(request, mailbox_for(request.user, mailbox_id, Right.WRITE))
    context = shell_of(request, mailbox_id, Right.WRITE)
    rows = in_order(Folder.objects.filter(mailbox=mailbox_id))
    tags = Label.objects.filter(mailbox=mailbox_id).order_by("name")
    page = {"rows": rows, "tags": tags, "colours": COLOURS}
    return render(request, "webmail/folders.html", context | page)


def _do(request: SignedInRequest, chosen: Mailbox) -> HttpResponse:
    action = request.POST.get("action", "")
    if action not in ON_SERVER and action not in ON_MESSAGES and action != "create":
        raise Http404("no such action")
    folder = None if action == "create" else _folder(request, chosen, "dossier")
    try:
        if folder and action in ON_MESSAGES:
            return ON_MESSAGES[action](request, chosen, folder)
        with open_session(request, chosen) as mail:
            told = _on_server(request, Folders.of(mail, chosen), folder)
    except FolderRefused as refused:
        messages.error(request, str(REASONS[refused.reason]))
    else:
        messages.success(request, told)
    return redirect("folders", chosen.pk)


def _on_server(request: SignedInRequest, known: Folders, folder: Folder | None) -> str:
    if folder is None:
        made = known.create(request.POST.get("nom", ""), _parent(request, known.mailbox))
        return _("Le dossier « %(name)s » est créé.") % {"name": made.label}
    return ON_SERVER[request.POST["action"]](request, known, folder)


def _folder(request: SignedInRequest, chosen: Mailbox, field: str) -> Folder:
    """Raises Http404."""
    try:
        asked = number(request.POST.get(field, ""))
    except OddAddress as error:
        raise Http404("no such folder") from error
    return get_object_or_404(Folder, mailbox=chosen, pk=asked)


def _parent(request: SignedInRequest, chosen: Mailbox) -> Folder | None:
    return _folder(request, chosen, "dans") if request.POST.get("dans") else None


def _rename(request: SignedInRequest, known: Folders, folder: Folder) -> str:
    renamed = known.rename(folder, request.POST.get("nom", ""))
    deeds.folder_changed(request.user, known.mailbox, folder, renamed.name)
    return _("Le dossier s’appelle maintenant « %(name)s ».") % {"name": renamed.label}


def _move(request: SignedInRequest, known: Folders, folder: Folder) -> str:
    moved = known.move(folder, _parent(request, known.mailbox))
    deeds.folder_changed(request.user, known.mailbox, folder, moved.name)
    return _("Le dossier « %(name)s » est déplacé.") % {"name": moved.label}


def _delete(request: SignedInRequest, known: Folders, folder: Folder) -> str:
    known.delete(folder)
    deeds.folder_changed(request.user, known.mailbox, folder)
    return _("Le dossier « %(name)s » est supprimé.") % {"name": folder.label}


def _subscribe(request: SignedInRequest, known: Folders, folder: Folder) -> str:
    known.subscribe(folder, wanted=True)
    return _("Les autres logiciels de courriel montreront « %(name)s ».") % {"name": folder.label}


def _unsubscribe(request: SignedInRequest, known: Folders, folder: Folder) -> str:
    known.subscribe(folder, wanted=False)
    return _("Les autres logiciels de courriel ne montreront plus « %(name)s ».") % {
        "name": folder.label
    }


ON_SERVER: dict[str, Callable[[SignedInRequest, Folders, Folder], str]] = {
    "rename": _rename,
    "move": _move,
    "delete": _delete,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
}


def _empty(request: SignedInRequest, chosen: Mailbox, folder: Folder) -> HttpResponse:
    """To the bin; what is in the bin or in the junk goes for good, after a moment to take it back."""
    name = actions.ERASE if folder.special_use in actions.LAST_STOPS else "delete"
    return _to_all(request, chosen, folder, actions.change(folder, name), Show.ALL)


def _read(request: SignedInRequest, chosen: Mailbox, folder: Folder) -> HttpResponse:
    return _to_all(request, chosen, folder, actions.change(folder, "read"), Show.UNREAD)


def _to_all(
    request: SignedInRequest, chosen: Mailbox, folder: Folder, what: Change, show: Show
) -> HttpResponse:
    uids = _all_of(request, chosen, folder, show)
    if uids:
        do(request, chosen, [Part(folder, what, uids)])
    else:
        messages.info(request, _("Il n’y avait rien à faire."))
    return redirect("folder", chosen.pk, folder.pk)


def _all_of(request: SignedInRequest, chosen: Mailbox, folder: Folder, show: Show) -> UidSet:
    """From the index; from the server while the index does not know the whole folder."""
    if folder.is_filled:
        return UidSet.of(listing.all_uids(folder, ListAddress(show=show), View.MESSAGES))
    with open_session(request, chosen) as mail:
        mail.select(folder.name, uid_validity=folder.uid_validity)
        return mail.all_uids()


ON_MESSAGES: dict[str, Callable[[SignedInRequest, Mailbox, Folder], HttpResponse]] = {
    "empty": _empty,
    "read": _read,
}


@login_required
@require_POST
def change_labels(request: SignedInRequest, mailbox_id: int) -> HttpResponse:
    """Fields: `action`, `etiquette`, `nom`, `couleur`."""
    chosen = mailbox_for(request.user, mailbox_id, Right.WRITE)
    action = request.POST.get("action", "")
    try:
        if action == "create":
            labels.create(chosen, *_wanted(request))
            messages.success(request, _("L’étiquette est créée."))
        elif action == "change":
            labels.change(_label(request, chosen), *_wanted(request))
            messages.success(request, _("L’étiquette est changée."))
        elif action == "delete":
            _remove(request, _label(request, chosen))
        else:
            raise Http404("no such action")
    except NameTaken:
        messages.error(request, _("Une étiquette porte déjà ce nom."))
    except TooManyLabels:
        messages.error(request, _("Il y a déjà %(n)s étiquettes.") % {"n": labels.MOST})
    except _NoName:
        messages.error(request, _("Donnez à l’étiquette un nom de 1 à 60 caractères."))
    return redirect(reverse("folders", args=[chosen.pk]) + "#etiquettes")


class _NoName(Exception):
    """The field is empty, too long, or holds what is no text."""


def _wanted(request: SignedInRequest) -> tuple[str, str]:
    """Name and colour. Raises _NoName, Http404."""
    name = " ".join(request.POST.get("nom", "").split())
    colour = request.POST.get("couleur", COLOURS[0])
    if colour not in COLOURS:
        raise Http404("no such colour")
    if not 0 < len(name) <= 60 or not name.isprintable():
        raise _NoName
    return name, colour


def _label(request: SignedInRequest, chosen: Mailbox) -> Label:
    try:
        asked = number(request.POST.get("etiquette", ""))
    except OddAddress as error:
        raise Http404("no such label") from error
    return get_object_or_404(Label, mailbox=chosen, pk=asked)


def _remove(request: SignedInRequest, label: Label) -> None:
    """The label goes at once; a worker takes its keyword off the messages."""
    bearing = IndexedMessage.objects.filter(
        mailbox_id=label.mailbox_id, keywords__contains=f" {label.keyword} "
    )
    by_folder: dict[int, list[int]] = {}
    for folder_id, uid in bearing.values_list("folder_id", "uid"):
        by_folder.setdefault(folder_id, []).append(uid)
    what = Change("unlabel", Act.Kind.UNFLAG, label.keyword)
    folders = Folder.objects.filter(mailbox=label.mailbox_id, pk__in=by_folder)
    acts.begin(request.user, [Part(it, what, UidSet.of(by_folder[it.pk])) for it in folders])
    label.delete()
    messages.success(request, _("L’étiquette est supprimée."))
