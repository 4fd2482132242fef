"""What the composer's script asks for while one writes: saves, files, and throwing away.

Answers are JSON; their status says what to do: 401 sign in again, 404 gone or not yours, 409 somebody
else saved, 410 the same has left, 413 a text that is too long, 422 a file that cannot go along, with words
for the person.
"""

from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial, wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import drafts
from webmail.access import Right, mailbox_for
from webmail.drafts import fetching, files, filing
from webmail.drafts.receiving import SpooledFile
from webmail.errors import FileRefused
from webmail.files.file_responses import asynchronous, disposition, guarded
from webmail.models import Draft, DraftFile
from webmail.pictures.kinds import picture_type
from webmail.presentation import full_date, local
from webmail.views.composing import sheets
from webmail.views.composing.draft_files import (
    change_files,
    file_line,
    file_lines,
    left_out,
    with_spooled_files,
)
from webmail.views.composing.places import in_its_place
from webmail.views.shell import open_session
from webmail.writing.forms import is_too_long

BEGINNING = 64  # octets that tell a picture
PIECE = 1 << 16  # octets
DOWNLOAD = "application/octet-stream"

View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Like `login_required`, for a script: the sign-in page would be taken for the answer."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return JsonResponse({}, status=HTTPStatus.UNAUTHORIZED)
        return view(request, *args, **kwargs)

    return checked


@signed_in
@require_POST
@with_spooled_files
def save(request: SignedInRequest, mailbox_id: int, draft_id: UUID) -> JsonResponse:
    """The form as it stands. With `rest`, the writer goes away: the Drafts folder follows at once."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    if is_too_long(request.POST):
        return JsonResponse({}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    sheet = sheets.kept(request, sheets.posted(request, chosen))
    if sheet.stored is not None:
        return JsonResponse(stored_text(request, sheet.stored), status=HTTPStatus.CONFLICT)
    row = sheet.draft
    if row is None:
        return JsonResponse({}, status=HTTPStatus.GONE)
    change_files(request, row)
    if "rest" in request.POST:
        filing.hint(row.pk)
    return JsonResponse(
        {
            "id": row.pk,
            "url": reverse("draft", args=[row.mailbox_id, row.pk]),
            "version": row.version,
            "label": saved_label(row),
            "left": sheet.has_left,
            "files": [
                vars(line)
                for line in file_lines(row.mailbox, row.pk, row.files.all(), is_saved=True)
            ],
        }
    )


def saved_label(row: Draft) -> str:
    moment = formats.date_format(local(row.changed_at), "H:i")
    return _("Brouillon enregistré à %(time)s") % {"time": moment}


def stored_text(request: SignedInRequest, stored: Draft) -> dict[str, Any]:
    """What somebody saved meanwhile, for the one who must choose."""
    is_own = stored.person_id == request.user.pk
    return {
        "version": stored.version,
        "who": "" if is_own else stored.person.get_full_name(),
        "when": full_date(local(stored.changed_at)),
        "subject": stored.subject,
        "to": stored.to,
        "text": stored.text,
    }


@login_required
@require_POST
@in_its_place
def discard(request: SignedInRequest, mailbox_id: int, draft_id: UUID) -> HttpResponseBase:
    """Throws the draft away. One that was never saved needs nothing."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    if Draft.objects.filter(pk=draft_id, mailbox=chosen).exists():
        _discard(request, chosen, draft_id)
    messages.success(request, _("Brouillon supprimé."))
    return redirect("mailbox", chosen.pk)


def _discard(request: SignedInRequest, chosen: Mailbox, draft_id: UUID) -> None:
    """Wherever it is now; one that has left stays so."""
    with suppress(Http404):
        row = sheets.open_row(request, chosen, draft_id)
        if drafts.discard(row):
            filing.hint(row.pk)


@login_required
@require_safe
def signed_in_again(request: SignedInRequest) -> HttpResponse:
    """Ends a sign-in that was begun from a composer, in a window of its own."""
    return render(request, "webmail/signed_in_again.html")


# --- files ------------------------------------------------------------------------------------------


@signed_in
@require_POST
@with_spooled_files
def upload(
    request: SignedInRequest, mailbox_id: int, draft_id: UUID, file_id: UUID
) -> JsonResponse:
    """One file; the same `file_id` again is the same file, sent once more after a cut."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    came = request.FILES.get("file")
    try:
        row = sheets.open_row(request, chosen, draft_id)
        file = _added(request, row, came, file_id)
    except FileRefused as refused:
        return JsonResponse({"error": str(refused)}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    except Http404:
        if isinstance(came, SpooledFile):
            came.forget()
        raise
    return JsonResponse(vars(file_line(row.mailbox, row.pk, file)))


def _added(request: SignedInRequest, row: Draft, came: Any, file_id: UUID) -> DraftFile:
    if not isinstance(came, SpooledFile):
        raise FileRefused(
            next(iter(left_out(request)), _("Aucun fichier n’est arrivé : réessayez."))
        )
    content_id = f"{file_id}@{settings.DOMAINS[0]}" if "inline" in request.POST else ""
    return files.add(row, came, file_id, content_id)


@signed_in
@require_POST
def remove_file(
    request: SignedInRequest, mailbox_id: int, draft_id: UUID, file_id: UUID
) -> JsonResponse:
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    row = sheets.open_row(request, chosen, draft_id)
    files.remove(row, file_id)
    return JsonResponse({})


@login_required
@require_safe
def show_file(
    request: SignedInRequest, mailbox_id: int, draft_id: UUID, file_id: UUID
) -> HttpResponseBase:
    """What was attached: pictures are shown, all else is a download."""
    chosen = mailbox_for(request.user, mailbox_id, Right.SEND)
    row = sheets.open_row(request, chosen, draft_id)
    file = get_object_or_404(DraftFile, pk=file_id, draft=row)
    if not file.is_here:
        with open_session(request, row.mailbox) as mail:
            fetching.bring(mail, row)
        file.refresh_from_db()
    with file.path.open("rb") as beginning:
        kind = picture_type(beginning.read(BEGINNING))
    pieces = asynchronous(partial(_pieces, file.path))
    response = guarded(StreamingHttpResponse(pieces, content_type=kind or DOWNLOAD))
    if kind is None:
        response["Content-Disposition"] = disposition("attachment", file.name)
    return response


def _pieces(path: Path) -> Generator[bytes, None, None]:
    with path.open("rb") as file:
        while octets := file.read(PIECE):
            yield octets
