"""Remote pictures: agreeing to see them, seeing them, and taking back what was agreed."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from webmail.access import Right, folder_for
from webmail.files.file_responses import guarded
from webmail.models import Folder, PictureSender
from webmail.pictures import consent, links
from webmail.pictures.proxy import NoPicture, remote_picture
from webmail.views.shell import stored_message

MAX_SECTION = 200  # characters kept in the session


@login_required
@require_POST
def show_pictures(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int
) -> HttpResponse:
    """Once, or with the field `toujours` for all mail of this sender."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.READ)
    if "toujours" in request.POST:
        _remember_sender(request, folder, uid)
    else:
        consent.show_once(request.session, [mailbox_id, folder_id, uid])
    return redirect("message", mailbox_id, folder_id, uid)


@login_required
@require_POST
def show_enclosed_pictures(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, section: str
) -> HttpResponse:
    """Those of a message inside a message: once only, as nothing vouches for who wrote it."""
    folder_for(request.user, mailbox_id, folder_id, Right.READ)
    consent.show_once(request.session, [mailbox_id, folder_id, uid, section[:MAX_SECTION]])
    return redirect("enclosed", mailbox_id, folder_id, uid, section)


def _remember_sender(request: SignedInRequest, folder: Folder, uid: int) -> None:
    """The address is the server's word, not the form's."""
    sender = consent.sender_of(stored_message(request, folder, uid).readable())
    if not sender:
        raise Http404("no single sender")
    consent.show_always(request.user, sender)
    messages.success(
        request,
        _("Les images de %(address)s s’afficheront toujours.") % {"address": sender},
    )


@login_required
@require_safe
def remote_image(
    request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int, token: str
) -> HttpResponse:
    """The picture itself, fetched by the site; the link was signed for this session."""
    folder_for(request.user, mailbox_id, folder_id, Right.READ)
    url = links.picture_of_link(request, [mailbox_id, folder_id, uid], token)
    if url is None:
        raise Http404("not a link of ours")
    try:
        picture = remote_picture(url)
    except NoPicture as error:
        raise Http404("no picture") from error
    return guarded(HttpResponse(picture.content, content_type=picture.media_type))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def senders(request: SignedInRequest) -> HttpResponse:
    """The senders whose pictures always show; each can be taken off the list."""
    if request.method == "POST":
        _take_off(request)
        return redirect("picture_senders")
    agreed = PictureSender.objects.filter(person=request.user).order_by("address")
    return render(request, "webmail/picture_senders.html", {"senders": agreed})


def _take_off(request: SignedInRequest) -> None:
    asked = request.POST.get("retirer", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Http404("no such sender")
    if not consent.forget(request.user, int(asked)):
        raise Http404("no such sender")
    messages.success(request, _("Ses images ne s’afficheront plus d’elles-mêmes."))
