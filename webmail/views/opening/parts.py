"""Pieces of a message as files: attachments, pictures inside its text, its source."""

from functools import partial

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from mailboxes.models import Deed
from webmail.access import Right, folder_for
from webmail.acting import deeds
from webmail.files import archive, previews
from webmail.files.attached import AttachedFile, attached_file
from webmail.files.file_responses import (
    DOWNLOAD,
    disposition,
    file_response,
    for_the_viewer,
    guarded,
    streamed,
)
from webmail.files.previews import Kind
from webmail.message import contents, filenames
from webmail.message.readable import ReadableMessage
from webmail.opening.readings import reading_of
from webmail.opening.stored import StoredMessage
from webmail.pictures.kinds import picture_type
from webmail.views.shell import stored_message

MAX_INLINE_PICTURE = 32 << 20  # octets; held in memory
EML = "message/rfc822"


@login_required
@require_safe
def attachment(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str, name: str
) -> HttpResponseBase:
    """A download; `name` is the one that the reading pane offered."""
    message = message_of(request, mailbox_id, folder_id, uid)
    file = file_of(message, section)
    deeds.had(request.user, message.folder, uid, Deed.FILES)
    response = file_response(request, file, DOWNLOAD, _tag(message, section))
    response["Content-Disposition"] = disposition("attachment", filenames.safe(name, DOWNLOAD, 1))
    return response


@login_required
@require_safe
def shown_file(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str, name: str
) -> HttpResponseBase:
    """A picture, a PDF, a sound or a film, for the page that shows it (views/opening/looking.py)."""
    message = message_of(request, mailbox_id, folder_id, uid)
    file = file_of(message, section)
    kind = previews.kind_of(name, file.type)
    if kind not in previews.SENT_AS_THEY_ARE:
        raise Http404("not shown as it is")
    deeds.had(request.user, message.folder, uid)
    sent_as = previews.media_type(name, file.type)
    response = file_response(request, file, sent_as, _tag(message, section))
    response["Content-Disposition"] = disposition("inline", filenames.safe(name, sent_as, 1))
    return for_the_viewer(response) if kind is Kind.PDF else response


@login_required
@require_safe
def all_attachments(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int
) -> HttpResponseBase:
    """All that the message offers in one archive, made while it is sent."""
    message = message_of(request, mailbox_id, folder_id, uid)
    readable = message.readable()
    deeds.had(request.user, message.folder, uid, Deed.FILES)
    return archive_response(message, readable)


def archive_response(message: StoredMessage, readable: ReadableMessage) -> HttpResponseBase:
    """The files that `readable` offers, which is `message` or stands inside it. Raises Http404."""
    offered = reading_of(message.place, readable).offered
    if not offered:
        raise Http404("no attachments")
    name = filenames.safe(readable.subject or "", "application/zip", 1)
    response = streamed(partial(archive.zipped, message, offered), "application/zip")
    response["Content-Disposition"] = disposition("attachment", archive.name_for(name))
    return response


@login_required
@require_safe
def inline_image(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str
) -> HttpResponseBase:
    """A picture that the text shows by its Content-ID."""
    message = message_of(request, mailbox_id, folder_id, uid)
    outer = message.tree.find(section.partition(contents.INSIDE)[0])
    if outer is None or outer.is_multipart or outer.size > MAX_INLINE_PICTURE:
        raise Http404("not a picture")
    content = contents.attachment_content(message.tree, section, message.fetch)
    kind = picture_type(content or b"")
    if kind is None:
        raise Http404("not a picture")
    return guarded(HttpResponse(content, content_type=kind))


@login_required
@require_safe
def source(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int
) -> StreamingHttpResponse:
    message = message_of(request, mailbox_id, folder_id, uid)
    _ = message.tree  # raises what a missing message raises, before anything is sent
    deeds.had(request.user, message.folder, uid, Deed.SAVED)
    return streamed(partial(message.stream, ""), "text/plain; charset=utf-8")


@login_required
@require_safe
def download(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int
) -> HttpResponseBase:
    """The message as a file that every mail program opens, in constant memory."""
    message = message_of(request, mailbox_id, folder_id, uid)
    response = streamed(partial(message.stream, ""), EML)
    name = filenames.safe(f"{message.subject or _('message')}.eml", EML, 1)
    deeds.had(request.user, message.folder, uid, Deed.SAVED)
    response["Content-Disposition"] = disposition("attachment", name)
    return response


def message_of(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int
) -> StoredMessage:
    """The message behind these numbers, through the gate. Raises Http404."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.READ)
    return stored_message(request, folder, uid)


def file_of(message: StoredMessage, section: str) -> AttachedFile:
    """Raises Http404."""
    file = attached_file(message, section)
    if file is None:
        raise Http404("no such part")
    return file


def _tag(message: StoredMessage, section: str) -> str:
    return "-".join(map(str, [message.folder.uid_validity, *message.place, section]))
