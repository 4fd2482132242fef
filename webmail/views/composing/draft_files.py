"""Files of a draft: uploads, names, order, and how they look on the page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail.drafts import files, limits
from webmail.drafts.receiving import SpooledFile, SpoolHandler
from webmail.errors import FileRefused
from webmail.models import Draft, DraftFile
from webmail.presentation import size_label, type_label

FILE_BUTTONS = frozenset({"remove", "up", "attach"})

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class FileLine:
    """As the page shows a file; `url` opens it once its octets are here."""

    id: str
    name: str
    size: int
    size_label: str
    icon: str
    url: str
    content_id: str


def with_spooled_files(view: View) -> View:
    """Files of the form go to the spool as they come; the form's token is looked at after that."""
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def receiving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.upload_handlers = [SpoolHandler(request)]
        return protected(request, *args, **kwargs)

    return receiving


def change_files(request: SignedInRequest, row: Draft) -> list[str]:
    """What the form says of files: new ones, names, order, which go. What could not be, in words."""
    problems = _take(request, row)
    for name in request.POST.getlist("remove"):
        files.remove(row, _number(name))
    files.arrange(row, _arranged(request))
    return problems


def _take(request: SignedInRequest, row: Draft) -> list[str]:
    uploads = [
        came for came in request.FILES.getlist("attachments") if isinstance(came, SpooledFile)
    ]
    problems = left_out(request)
    for came in uploads:
        try:
            files.add(row, came, uuid4())
        except FileRefused as refused:
            problems.append(str(refused))
    return problems


def left_out(request: HttpRequest) -> list[str]:
    """Why some uploads were not kept at all, in words."""
    handlers = [it for it in request.upload_handlers if isinstance(it, SpoolHandler)]
    too_large = [limits.too_large(files.clean_name(it)) for one in handlers for it in one.too_large]
    failed = [limits.not_written(files.clean_name(it)) for one in handlers for it in one.failed]
    return too_large + failed


def _arranged(request: SignedInRequest) -> list[tuple[UUID, str]]:
    numbers = [_number(text) for text in request.POST.getlist("file")]
    raised = request.POST.get("up", "")
    at = numbers.index(_number(raised)) if raised in request.POST.getlist("file") else 0
    if at:
        numbers[at - 1], numbers[at] = numbers[at], numbers[at - 1]
    return [(number, request.POST.get(f"name-{number}", "")) for number in numbers]


def _number(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("no such file") from error


def file_lines(
    chosen: Mailbox, draft_id: UUID, known: Iterable[DraftFile], *, is_saved: bool
) -> list[FileLine]:
    """Of a draft or, before its first save, of what it will begin with."""
    return [file_line(chosen, draft_id, file, is_saved=is_saved) for file in known]


def file_line(
    chosen: Mailbox, draft_id: UUID, file: DraftFile, *, is_saved: bool = True
) -> FileLine:
    here = reverse("draft_file", args=[chosen.pk, draft_id, file.pk])
    return FileLine(
        id=str(file.pk),
        name=file.name,
        size=file.size,
        size_label=size_label(file.size),
        icon=type_label(file.name, file.type)[1],
        url=here if is_saved else _picture_elsewhere(chosen, file),
        content_id=file.content_id,
    )


def _picture_elsewhere(chosen: Mailbox, file: DraftFile) -> str:
    """In the message it comes from; "" for what does not stand in the text."""
    if not file.content_id:
        return ""
    folder = chosen.folders.filter(name=file.from_folder).first()
    place = [chosen.pk, folder.pk, file.from_uid, file.from_section] if folder else None
    return reverse("inline_image", args=place) if place else ""


def limits_told() -> dict[str, Any]:
    """Said on the page before anything is sent, and to its script."""
    return {
        "file": settings.MAX_FILE_MB << 20,
        "file_label": size_label(settings.MAX_FILE_MB << 20),
        "total": settings.MAX_ATTACHMENTS_MB << 20,
        "total_label": size_label(settings.MAX_ATTACHMENTS_MB << 20),
    }
