"""Messages in their conversation beside the list, and the frame their HTML stands in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.read_only import unless_read_only
from accounts.requests import SignedInRequest
from webmail import imap, sync
from webmail.access import Right, folder_for
from webmail.acting import deeds
from webmail.conversations import conversation, thread
from webmail.conversations.bodies import ADAPTED, WITH_PICTURES
from webmail.conversations.conversation import Key, PaneMaker
from webmail.conversations.team_pane import looked_at
from webmail.conversations.thread import Place
from webmail.errors import MessageGone
from webmail.html import frame as mail_frame
from webmail.imap import FetchedMessage
from webmail.lists.beside import together
from webmail.lists.surroundings import Surroundings, folders_of, surroundings_for
from webmail.message.readable import ReadableMessage
from webmail.models import Folder, IndexedMessage
from webmail.opening import kept_frames
from webmail.opening.opened import SEEN, Opened
from webmail.opening.readings import reading_of
from webmail.opening.stored import WHOLE_OCTETS, read_opened
from webmail.pictures import consent
from webmail.pictures.links import signer_of_links
from webmail.readable.cautions import flags
from webmail.readable.reading import Reading
from webmail.sync import freshness
from webmail.views.browsing.lists import (
    LIVE,
    PART,
    answer,
    heading,
    list_address,
    list_context,
    listed_id,
)
from webmail.views.shell import open_session, shell_context, stored_message

ALONE = "message"  # what a script asks for that unfolds one message of the conversation
AT_ONCE = 0  # of Preferences.read_after


@login_required
@require_safe
def message(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """A message in its conversation beside the list it was opened from, or alone for a script."""
    around = surroundings_for(request.user, mailbox_id, Right.READ)
    folders = folders_of(around.mailbox)
    folder = _one_of(folders, folder_id)
    folder.mailbox = around.mailbox
    place = thread.place_of(folder, uid, list_address(request), listed_id(request))
    part = request.headers.get(PART)
    if part in {"list", "rows", LIVE}:
        # The message is on the screen already.
        context = list_context(
            request, around, place.listed_id, place.address, place.opened, folders
        )
        return answer(request, context | {"leaves_reading": True})
    around = looked_at(around, place.opened)
    asked = request.GET.get(conversation.UNFOLD)
    beside = [] if part == ALONE else conversation.others(around, place, asked)
    unfolded = conversation.unfolded(place, beside, asked)
    opened = _opened(request, around, place, unfolded)
    deeds.read(request.user, around.mailbox, opened.values())
    if not all(row.seen for row in (place.opened, *unfolded) if row):
        folders = folders_of(around.mailbox)  # with fewer unread messages than before
    context = {} if part == ALONE else _around_reading(request, around, place, folders)
    boxes = together(context.get("boxes", []))
    maker = PaneMaker(around, place, context.get("folders", []), beside, opened, boxes)
    context["reading"] = maker.message_pane(maker.main)
    if part == ALONE:
        return render(request, "webmail/message_part.html", {"message": context["reading"]})
    context["conversation"] = maker.pane(context["reading"])
    context["act_url"] = reverse("act", args=[mailbox_id, folder.pk]) + place.query
    return answer(request, context)


def _opened(
    request: SignedInRequest,
    around: Surroundings,
    place: Place,
    beside: Iterable[IndexedMessage],
) -> dict[Key, Opened]:
    """The message of `place` and those `beside` it as shown; one round trip a folder.

    Marked as read on the server and in the index, if that is what the person wants.
    """
    wanted = {place.folder: {place.uid: place.opened.size if place.opened else 0}}
    for row in beside:
        wanted.setdefault(row.folder, {})[row.uid] = row.size
    found: dict[Key, Opened] = {}
    with open_session(request, around.mailbox) as mail:
        for folder, sizes in wanted.items():
            opened = fetch_readings(mail, folder, sizes, request)
            if around.preferences.read_after == AT_ONCE and around.right >= Right.WRITE:
                opened = _marked_as_read(mail, folder, opened)
            found |= {(folder.pk, one.fetched.uid): one for one in opened}
    if (place.folder.pk, place.uid) not in found:
        raise MessageGone(str(place.uid))
    for one in found.values():
        if not one.shown.shows_remote:
            kept_frames.keep(one.folder, one.fetched.uid, *_frame(one.shown))
    return found


def _marked_as_read(
    mail: imap.MailSession, folder: Folder, opened: Iterable[Opened]
) -> list[Opened]:
    """The folder is selected."""
    unread = [one.fetched.uid for one in opened if SEEN not in one.fetched.flags]
    if unread:
        mail.add_flags(unread, [SEEN])
        with unless_read_only():
            sync.note_flags(folder, unread, add={SEEN})
    return [
        replace(one, fetched=replace(one.fetched, flags=one.fetched.flags | {SEEN}))
        for one in opened
    ]


@login_required
@require_POST
def mark_read(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """After the seconds that the person chose; asked for by static/js/mark-read.js."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.WRITE)
    freshness.require_writable(folder.mailbox)
    with open_session(request, folder.mailbox) as mail:
        mail.select(folder.name, readonly=False, uid_validity=folder.uid_validity)
        mail.require([uid])
        mail.add_flags([uid], [SEEN])
    sync.note_flags(folder, [uid], add={SEEN})
    return HttpResponse(status=204)


def _around_reading(
    request: SignedInRequest, around: Surroundings, place: Place, folders: list[Folder]
) -> dict[str, Any]:
    """The list too, unless the page has it already."""
    if request.headers.get(PART) != "read":
        beside = place.listed_id, place.address, place.opened
        return list_context(request, around, *beside, folders)
    listed = _one_of(folders, place.listed_id)
    shell = shell_context(request, around, folders, listed, place.address)
    return shell | {"folder": heading(listed, place.address, shell["boxes"])}


def _one_of(folders: Iterable[Folder], folder_id: int) -> Folder:
    """Raises Http404."""
    folder = next((it for it in folders if it.pk == folder_id), None)
    if folder is None:
        raise Http404("no such folder")
    return folder


@login_required
@require_safe
def body_frame(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """The message's HTML, alone, under a policy of its own; shown in a sandboxed frame."""
    folder = folder_for(request.user, mailbox_id, folder_id, Right.READ)
    language, html = _frame_of(request, folder, uid)
    deeds.had(request.user, folder, uid)
    return frame_response(request, [mailbox_id, folder_id, uid], html, language)


def frame_response(
    request: SignedInRequest, place: Sequence[int], html: str, language: str, *, printed: str = ""
) -> HttpResponse:
    """`html` is safe; only the pictures of the message at `place` may stand in it. `printed` is the
    title of a document for paper.
    """
    document = mail_frame.page(
        html,
        lang=language,
        direction="auto",
        adapt_dark=ADAPTED in request.GET,
        title=printed or "Message",
    )
    response = HttpResponse(document)
    pictures = request.build_absolute_uri(reverse("message", args=place) + "image/")
    response["Content-Security-Policy"] = mail_frame.frame_csp(
        pictures, can_be_printed=bool(printed)
    )
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-DNS-Prefetch-Control"] = "off"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _frame_of(request: SignedInRequest, folder: Folder, uid: int) -> tuple[str, str]:
    """The page that was opened a moment ago has cleaned the message already, most of the time."""
    known = None if WITH_PICTURES in request.GET else kept_frames.kept(folder, uid)
    if known is not None:
        return known
    message = stored_message(request, folder, uid)
    return _frame(_reading(request, message.place, message.readable()))


def _frame(shown: Reading) -> tuple[str, str]:
    """The language of the body, "" when unknown, and its safe HTML."""
    return shown.language, shown.body.html if shown.body else ""


def fetch_reading(
    mail: imap.MailSession,
    folder: Folder,
    uid: int,
    request: SignedInRequest | None = None,
) -> tuple[FetchedMessage, Reading]:
    """`fetch_readings` of one. Raises MessageGone when it is not there, too."""
    for one in fetch_readings(mail, folder, {uid: 0}, request):
        return one.fetched, one.shown
    raise MessageGone(str(uid))


def fetch_readings(
    mail: imap.MailSession,
    folder: Folder,
    sizes: Mapping[int, int],
    request: SignedInRequest | None = None,
) -> list[Opened]:
    """Messages by UID, with the octets the index knows of, as shown; of a large one only its texts are
    fetched. Those that have gone are left out.

    Leaves the folder selected, one round trip for usual messages.
    Remote pictures are shown when the person of `request` agreed to them; without, it is for an answer.
    """
    found = mail.open_messages(
        folder.name,
        list(sizes),
        uid_validity=folder.uid_validity,
        whole=WHOLE_OCTETS,
        large={uid for uid, size in sizes.items() if size > WHOLE_OCTETS},
    )
    return [Opened(folder, one, _shown(mail, folder, one, request)) for one in found.values()]


def _shown(
    mail: imap.MailSession, folder: Folder, fetched: FetchedMessage, request: SignedInRequest | None
) -> Reading:
    message = read_opened(mail, folder, fetched)
    return _reading(request, [folder.mailbox_id, folder.pk, fetched.uid], message)


def _reading(
    request: SignedInRequest | None, place: Sequence[int], message: ReadableMessage
) -> Reading:
    if request is None:
        return reading_of(place, message, as_written=True)
    return reading_of(place, message, remote_pictures(request, place, message))


def remote_pictures(
    request: SignedInRequest, place: Sequence[int], message: ReadableMessage
) -> Callable[[str], str] | None:
    """What gives our address of a remote picture, when the person agreed to see them."""
    facts = flags(message, settings.DOMAINS, settings.AUTHENTICATION_SERVERS)
    if not consent.agreed(request.user, request.session, place, message, facts):
        return None
    return signer_of_links(request, place)
