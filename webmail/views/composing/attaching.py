"""Choosing another message, or files of it, to go along with a draft: a page between two of the composer."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.requests import SignedInRequest
from mailboxes.models import Deed, Mailbox
from webmail import drafts
from webmail.access import Right, mailbox_for
from webmail.acting import deeds
from webmail.drafts import Source, files
from webmail.errors import FileRefused, MailError
from webmail.models import Draft, DraftFile, IndexedMessage
from webmail.presentation import local, short_date, size_label, type_label
from webmail.views.composing.origins import carried_file, whole_message
from webmail.views.composing.places import in_its_place, layout_of, place_of, url_in_place
from webmail.views.opening.reading import fetch_reading
from webmail.views.shell import open_session, shell_of
from webmail.writing import attachable
from webmail.writing.attachable import Place, read_place

CHOOSE = "choisir"  # the composer's button that leads here
MOST = 20  # messages and files at once
LONGEST = 200  # characters sought


@dataclass(frozen=True)
class FileLine:
    place: str
    name: str
    size_label: str
    icon: str


@dataclass(frozen=True)
class MessageLine:
    """`files` are known of the message that was opened, None of others."""

    place: str
    author: str
    subject: str
    date_label: str
    size_label: str
    has_files: bool
    files: Sequence[FileLine] | None = None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@in_its_place
def attach_mail(request: SignedInRequest, mailbox_id: int, draft_id: UUID) -> HttpResponse:
    """`?q=` seeks, `?ouvert=12-345` shows a message's files; a POST takes fields `message` and `piece`."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    row = drafts.open_draft(chosen, draft_id)
    if request.method != "POST":
        return _page(request, row)
    wanted = [read_place(it) for name in ("message", "piece") for it in request.POST.getlist(name)]
    if not wanted:
        return _page(request, row, _("Cochez au moins un message ou un fichier."))
    if len(wanted) > MOST:
        return _page(request, row, _("Au plus %(n)s à la fois.") % {"n": MOST})
    try:
        files.append(row, _files_of(request, chosen, wanted))
    except FileRefused as refused:
        return _page(request, row, str(refused))
    except MailError:
        return _page(request, row, _("La messagerie ne répond pas : réessayez dans un instant."))
    return HttpResponseRedirect(_draft_url(request, row), status=HTTPStatus.SEE_OTHER)


def choose(request: SignedInRequest, row: Draft) -> HttpResponse:
    """From the composer to here. See Other: a corner of the list page has not done its work yet."""
    url = url_in_place(request, reverse("attach_mail", args=[row.mailbox_id, row.pk]))
    return HttpResponseRedirect(url, status=HTTPStatus.SEE_OTHER)


def _files_of(
    request: SignedInRequest, chosen: Mailbox, wanted: Sequence[Place]
) -> list[DraftFile]:
    """Raises MailError, and Http404 for what is not in this mailbox."""
    found = []
    with open_session(request, chosen) as mail:
        for message, places in attachable.by_message(wanted).items():
            folder = attachable.folder_at(chosen, message)
            fetched, shown = fetch_reading(mail, folder, message.uid)
            folder.mailbox = chosen
            deeds.had(request.user, folder, message.uid, Deed.FILES)
            source = Source(folder.name, folder.uid_validity, fetched.uid)
            known = {file.section: file for file in shown.attachments}
            for place in places:
                if place.section not in {"", *known}:
                    raise Http404("no such file")
                found.append(
                    carried_file(source, known[place.section])
                    if place.section
                    else whole_message(source, fetched, shown)
                )
    return found


def _draft_url(request: SignedInRequest, row: Draft) -> str:
    return url_in_place(request, reverse("draft", args=[row.mailbox_id, row.pk]))


def _page(request: SignedInRequest, row: Draft, problem: str = "") -> HttpResponse:
    sought = request.GET.get("q", "").replace("\0", "")[:LONGEST]
    opened = request.GET.get("ouvert", "")
    place = read_place(opened) if opened else None
    try:
        shown = _file_lines(request, row.mailbox, place) if place else []
    except MailError:
        shown, problem = [], _("La messagerie ne répond pas : réessayez dans un instant.")
    newest = attachable.newest(row.mailbox, sought)
    context = shell_of(request, row.mailbox_id, Right.SEND) | {
        "layout": layout_of(request),
        "place": place_of(request),
        "lines": [_line(one, place, shown) for one in newest],
        "sought": sought,
        "problem": problem,
        "draft_url": _draft_url(request, row),
        "page_url": request.path,
    }
    return render(request, "webmail/attach.html", context)


def _line(message: IndexedMessage, opened: Place | None, shown: Sequence[FileLine]) -> MessageLine:
    place = Place(message.folder_id, message.uid)
    return MessageLine(
        place=str(place),
        author=message.sender_name or message.sender_address,
        subject=message.subject or _("(sans objet)"),
        date_label=short_date(local(message.received_at), local(timezone.now())),
        size_label=size_label(message.size),
        has_files=message.has_attachments,
        files=shown if place == opened else None,
    )


def _file_lines(request: SignedInRequest, chosen: Mailbox, place: Place) -> list[FileLine]:
    """Raises MailError and Http404."""
    folder = attachable.folder_at(chosen, place)
    with open_session(request, chosen) as mail:
        _fetched, shown = fetch_reading(mail, folder, place.uid)
    return [
        FileLine(
            str(Place(place.folder_id, place.uid, file.section)),
            file.name,
            size_label(file.size),
            type_label(file.name, file.type)[1],
        )
        for file in shown.attachments
    ]
