"""Pieces of a message as files: attachments, pictures inside its text, its source."""

from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from webmail import imap
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.message import contents, filenames, transfer
from webmail.message.bodystructure import structure_from_imap
from webmail.message.structure import Part
from webmail.models import Folder
from webmail.pictures.kinds import picture_type
from webmail.views.shell import open_session

DOWNLOAD = "application/octet-stream"
Pieces = Generator[bytes, None, None]
Response = TypeVar("Response", bound=HttpResponseBase)
FILE_POLICY = "default-src 'none'; sandbox"


@login_required
@require_safe
def attachment(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str, name: str
) -> HttpResponseBase:
    """Always a download, never a page; `name` is the one that the reading pane offered."""
    folder = _folder(request, mailbox_id, folder_id)
    with open_session(request, folder.mailbox) as mail:
        tree = _tree(mail, folder, uid)
        if contents.INSIDE in section:
            response: HttpResponseBase = _unpacked(mail, uid, tree, section)
        else:
            part = _part(tree, section)
            person = own_mailbox(request.user).address
            response = _streamed(partial(_decoded, person, folder, uid, part), DOWNLOAD)
    response["Content-Disposition"] = _disposition(filenames.safe(name, DOWNLOAD, 1))
    return response


def _unpacked(mail: imap.MailSession, uid: int, tree: Part, section: str) -> HttpResponse:
    """A file inside another part (winmail.dat, uuencoded text): small, so it may stand in memory."""
    content = contents.attachment_content(tree, section, lambda inner: mail.section(uid, inner))
    if content is None:
        raise Http404("no such part")
    return guarded(HttpResponse(content, content_type=DOWNLOAD))


@login_required
@require_safe
def inline_image(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str
) -> HttpResponseBase:
    folder = _folder(request, mailbox_id, folder_id)
    with open_session(request, folder.mailbox) as mail:
        tree = _tree(mail, folder, uid)
        outer = _part(tree, section.partition(contents.INSIDE)[0])
        content = contents.attachment_content(tree, section, lambda inner: mail.section(uid, inner))
    kind = picture_type(content or b"")
    if kind is None or outer.is_multipart:
        raise Http404("not a picture")
    return guarded(HttpResponse(content, content_type=kind))


@login_required
@require_safe
def source(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponseBase:
    folder = _folder(request, mailbox_id, folder_id)
    with open_session(request, folder.mailbox) as mail:
        mail.select(folder.name, uid_validity=folder.uid_validity)
        mail.message(uid)
    pieces = partial(_raw, own_mailbox(request.user).address, folder, uid, "")
    return _streamed(pieces, "text/plain; charset=utf-8")


def _folder(request: SignedInRequest, mailbox_id: int, folder_id: int) -> Folder:
    chosen = mailbox_for(request.user, mailbox_id, Right.READ)
    return get_object_or_404(Folder.objects.select_related("mailbox"), pk=folder_id, mailbox=chosen)


def _tree(mail: imap.MailSession, folder: Folder, uid: int) -> Part:
    mail.select(folder.name, uid_validity=folder.uid_validity)
    return structure_from_imap(mail.message(uid).structure)


def _part(tree: Part, section: str) -> Part:
    part = tree.find(section)
    if part is None:
        raise Http404("no such part")
    return part


def _decoded(person: str, folder: Folder, uid: int, part: Part) -> Pieces:
    yield from transfer.decode_pieces(_raw(person, folder, uid, part.section), part.encoding)


def _raw(person: str, folder: Folder, uid: int, section: str) -> Pieces:
    with imap.session(folder.mailbox.address, person) as mail:
        mail.select(folder.name, uid_validity=folder.uid_validity)
        # A slow download must not hold one of the database's few connections.
        connection.close()
        yield from mail.part_stream(uid, section)


def _streamed(pieces: Callable[[], Pieces], content_type: str) -> StreamingHttpResponse:
    return guarded(StreamingHttpResponse(asynchronous(pieces), content_type=content_type))


def guarded(response: Response) -> Response:
    """A file of a mail, opened by itself, can neither run nor fetch anything."""
    response["Content-Security-Policy"] = FILE_POLICY
    patch_cache_control(response, private=True, no_transform=True)
    return response


async def asynchronous(pieces: Callable[[], Pieces]) -> AsyncGenerator[bytes, None]:
    """ASGI would read a plain iterator to its end before sending the first octet."""
    waiting = pieces()
    following = sync_to_async(_next)
    try:
        while (piece := await following(waiting)) is not None:
            yield piece
    finally:
        # A reader who leaves midway: saying goodbye to the mail server must not hold up the loop.
        await sync_to_async(waiting.close)()


def _next(waiting: Iterator[bytes]) -> bytes | None:
    return next(waiting, None)


def _disposition(name: str) -> str:
    """RFC 6266, with the plain form that old programs read."""
    plain = name.encode("ascii", "replace").decode().replace("\\", "_").replace('"', "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
