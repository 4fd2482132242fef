"""A message inside another one, on a page of its own: an attached .eml, a forwarded message, a bounce's."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.requests import SignedInRequest
from mailboxes.models import Deed
from webmail.acting import deeds
from webmail.conversations.bodies import ShownBody, shown_body
from webmail.conversations.chips import Files, files_of
from webmail.lists.surroundings import preferences_of
from webmail.message import contents
from webmail.message.readable import ReadableMessage
from webmail.message.shown import MAX_UNPACKED_OCTETS
from webmail.opening.readings import reading_of
from webmail.opening.stored import StoredMessage
from webmail.pictures import consent
from webmail.pictures.links import signer_of_links
from webmail.presentation import full_date, local
from webmail.readable import mime
from webmail.readable.reading import Reading
from webmail.syntax.addresses import Address
from webmail.views.opening.parts import archive_response, message_of
from webmail.views.opening.printing import whole
from webmail.views.opening.reading import frame_response


@dataclass(frozen=True)
class EnclosedPage:
    """See templates/webmail/enclosed.html."""

    subject: str
    from_: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date_label: str
    files: Files
    body: ShownBody
    remote_images: int  # that wait for the reader's consent
    show_pictures_url: str
    message_url: str


@login_required
@require_safe
def enclosed(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str
) -> HttpResponse:
    message = message_of(request, mailbox_id, folder_id, uid)
    adapts = preferences_of(request.user).adapts_dark
    shown = _shown(request, message, section)
    page = _page(message, section, shown, adapts=adapts)
    deeds.had(request.user, message.folder, uid)
    return render(request, "webmail/enclosed.html", {"page": page})


@login_required
@require_safe
def enclosed_frame(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str
) -> HttpResponse:
    """Its HTML, alone, as views/opening/reading.py answers with that of a message."""
    message = message_of(request, mailbox_id, folder_id, uid)
    shown = _shown(request, message, section)
    deeds.had(request.user, message.folder, uid)
    html = shown.body.html if shown.body else ""
    return frame_response(request, message.place, html, shown.language)


@login_required
@require_safe
def enclosed_inline(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str
) -> HttpResponse:
    """Its heading and its text, for a frame that stands in the message around it."""
    message = message_of(request, mailbox_id, folder_id, uid)
    shown = _shown(request, message, section)
    deeds.had(request.user, message.folder, uid)
    return frame_response(request, message.place, whole(shown), shown.language)


@login_required
@require_safe
def enclosed_attachments(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str
) -> HttpResponseBase:
    """All its files in one archive."""
    message = message_of(request, mailbox_id, folder_id, uid)
    inner = _read(message, section)
    deeds.had(request.user, message.folder, uid, Deed.FILES)
    return archive_response(message, inner)


def _read(message: StoredMessage, section: str) -> ReadableMessage:
    """Raises Http404."""
    outer = message.tree.find(section.partition(contents.INSIDE)[0])
    if outer is None or outer.is_multipart or outer.size > MAX_UNPACKED_OCTETS:
        raise Http404("no message there")
    found = mime.read_enclosed(message.tree, section, message.fetch)
    if found is None:
        raise Http404("no message there")
    return found


def _shown(request: SignedInRequest, message: StoredMessage, section: str) -> Reading:
    """Its remote pictures come through the site, once the reader agreed. Raises Http404."""
    agreed = consent.agreed_once(request.session, [*message.place, section])
    image_url = signer_of_links(request, message.place) if agreed else None
    return reading_of(message.place, _read(message, section), image_url)


def _page(message: StoredMessage, section: str, shown: Reading, *, adapts: bool) -> EnclosedPage:
    inner, body = shown.message, shown.body
    return EnclosedPage(
        subject=inner.subject or _("(sans objet)"),
        from_=inner.from_,
        to=inner.to,
        cc=inner.cc,
        date_label=full_date(local(inner.date)) if inner.date else "",
        files=files_of(message.place, shown, section=section),
        body=shown_body(message.place, shown, section=section, adapts=adapts),
        remote_images=body.remote_images if body and not shown.shows_remote else 0,
        show_pictures_url=reverse("show_enclosed_pictures", args=[*message.place, section]),
        message_url=reverse("message", args=message.place),
    )
