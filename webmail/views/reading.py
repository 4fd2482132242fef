"""One message beside its list, and the frame its HTML stands in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.read_only import unless_read_only
from accounts.requests import SignedInRequest
from webmail import actions, imap, kept_frames, mime, panes, plain_text, sync, thread
from webmail.access import Right, mailbox_for
from webmail.caution_notes import Caution, cautions
from webmail.cautions import flags
from webmail.html import frame as mail_frame
from webmail.imap import FetchedMessage
from webmail.labels import LabelTag
from webmail.list_address import OddAddress, number
from webmail.message import shown as shown_parts
from webmail.message.addresses import Address
from webmail.message.bodystructure import structure_from_imap
from webmail.message.readable import Attachment, ReadableMessage
from webmail.models import Folder
from webmail.panes import FolderLink
from webmail.pictures import consent
from webmail.pictures.links import signer_of_links
from webmail.presentation import full_date, hue, initials, local, size_label, type_label
from webmail.reading import Reading, prepare
from webmail.surroundings import Surroundings, surroundings_for
from webmail.thread import Place, ThreadLine
from webmail.views.lists import LIVE, PART, FolderHeading, answer, list_address, list_context
from webmail.views.shell import open_session, shell_context

# Fetched whole and parsed here: one round trip, and Dovecot 2.3 takes a text line for a boundary that is its beginning.
WHOLE_OCTETS = 128 << 10
# In the frame's address: the reader agreed to remote pictures, which the frame checks again.
WITH_PICTURES = "images"


@dataclass(frozen=True)
class AttachmentLink:
    name: str
    type_label: str
    size_label: str
    url: str
    icon: str
    dangerous: bool


@dataclass(frozen=True)
class PickedLabel:
    id: int
    name: str
    colour: str
    on: bool  # the message has it

    @classmethod
    def of(cls, label: LabelTag, flags: Iterable[str]) -> "PickedLabel":
        on = label.keyword.lower() in {flag.lower() for flag in flags}
        return cls(label.id, label.name, label.colour, on)


@dataclass(frozen=True)
class Pictures:
    """Remote pictures that wait for the reader's consent."""

    count: int
    show_url: str
    sender: str  # empty when one cannot agree once and for all


@dataclass(frozen=True)
class Pane:
    """What the reading pane shows; see templates/webmail/_reading.html."""

    uid: int
    subject: str
    from_name: str
    from_address: str
    initials: str
    hue: int
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date_label: str
    date_iso: str
    cautions: list[Caution]
    attachments: list[AttachmentLink]
    pictures: Pictures | None
    frame_url: str
    text_html: SafeString
    reply_url: str
    reply_all_url: str
    forward_url: str
    resume_url: str
    source_url: str
    back_url: str
    previous_url: str
    next_url: str
    actions: list[str]
    moves: list[FolderLink]
    tags: list[PickedLabel]
    labels: list[PickedLabel]
    before: list[ThreadLine]
    after: list[ThreadLine]


@login_required
@require_safe
def message(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """A message beside the list it was opened from; opening marks it as read."""
    around = surroundings_for(request.user, mailbox_id, Right.READ)
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=around.mailbox)
    place = thread.place_of(folder, uid, list_address(request), _list_id(request))
    if request.headers.get(PART) in {"list", "rows", LIVE}:
        # The message is on the screen already.
        context = list_context(request, around, place.listed_id, place.address, place.opened)
        return answer(request, context | {"leaves_reading": True})
    fetched, shown = _opened(request, around, folder, uid)
    context = _around_reading(request, around, place)
    context["reading"] = _pane(around, place, fetched, shown, context["folders"])
    context["act_url"] = reverse("act", args=[mailbox_id, folder.pk]) + place.query
    return answer(request, context)


def _opened(
    request: SignedInRequest, around: Surroundings, folder: Folder, uid: int
) -> tuple[FetchedMessage, Reading]:
    """The message as shown, marked as read on the server and in the index."""
    with open_session(request, around.mailbox) as mail:
        fetched, shown = fetch_reading(mail, folder, uid, request)
        if actions.SEEN not in fetched.flags and around.right >= Right.WRITE:
            mail.add_flags([uid], [actions.SEEN])
            with unless_read_only():
                sync.note_flags(folder, [uid], add={actions.SEEN})
    if not shown.shows_remote:
        kept_frames.keep(folder, uid, _frame(shown))
    return fetched, shown


def _list_id(request: SignedInRequest) -> int:
    """The folder whose list is shown beside a message of another one. Raises Http404."""
    try:
        return number(request.GET.get("liste") or "0")
    except OddAddress as error:
        raise Http404("no such list") from error


def _around_reading(request: SignedInRequest, around: Surroundings, place: Place) -> dict[str, Any]:
    """The list too, unless the page has it already."""
    if request.headers.get(PART) != "read":
        return list_context(request, around, place.listed_id, place.address, place.opened)
    folders = list(around.mailbox.folders.all())
    listed = next((it for it in folders if it.pk == place.listed_id), None)
    if listed is None:
        raise Http404("no such folder")
    shell = shell_context(request, around, folders, listed, place.address)
    return shell | {"folder": FolderHeading(listed.label, listed.messages, listed.unseen)}


@login_required
@require_safe
def body_frame(request: SignedInRequest, mailbox_id: int, folder_id: int, uid: int) -> HttpResponse:
    """The message's HTML, alone, under a policy of its own; shown in a sandboxed frame."""
    chosen = mailbox_for(request.user, mailbox_id, Right.READ)
    folder = get_object_or_404(Folder, pk=folder_id, mailbox=chosen)
    response = HttpResponse(_frame_of(request, folder, uid))
    pictures = reverse("message", args=[mailbox_id, folder_id, uid]) + "image/"
    response["Content-Security-Policy"] = mail_frame.frame_csp(request.build_absolute_uri(pictures))
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["X-DNS-Prefetch-Control"] = "off"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _frame_of(request: SignedInRequest, folder: Folder, uid: int) -> str:
    """The page that was opened a moment ago has cleaned the message already, most of the time."""
    document = None if WITH_PICTURES in request.GET else kept_frames.kept(folder, uid)
    if document is not None:
        return document
    with open_session(request, folder.mailbox) as mail:
        return _frame(fetch_reading(mail, folder, uid, request)[1])


def _frame(shown: Reading) -> str:
    return mail_frame.page(
        shown.body.html if shown.body else "",
        lang=shown.message.language,
        direction="auto",
        adapt_dark=False,
    )


def fetch_reading(
    mail: imap.MailSession, folder: Folder, uid: int, request: SignedInRequest | None = None
) -> tuple[FetchedMessage, Reading]:
    """The message as shown; of a large one only its texts are fetched. Raises MessageGone.

    Leaves the folder selected, one round trip for a usual message.
    Remote pictures are shown when the person of `request` agreed to them.
    """
    fetched = mail.open_message(
        folder.name, uid, uid_validity=folder.uid_validity, whole=WHOLE_OCTETS
    )
    message = read(mail, fetched)
    place = [folder.mailbox_id, folder.pk, uid]

    def picture_url(picture: Attachment) -> str:
        return reverse("inline_image", args=[*place, picture.section])

    return fetched, prepare(
        message,
        settings.DOMAINS,
        inline_url=picture_url,
        image_url=_remote_pictures(request, place, message) if request else None,
        authentication_servers=settings.AUTHENTICATION_SERVERS,
    )


def _remote_pictures(
    request: SignedInRequest, place: Sequence[int], message: ReadableMessage
) -> Callable[[str], str] | None:
    facts = flags(message, settings.DOMAINS, settings.AUTHENTICATION_SERVERS)
    if not consent.agreed(request.user, request.session, place, message, facts):
        return None
    return signer_of_links(request, place)


def read(mail: imap.MailSession, fetched: FetchedMessage) -> ReadableMessage:
    """The texts and the parts' names of a message of the selected folder."""
    if fetched.whole is not None:
        return mime.read_bytes(fetched.whole)
    if fetched.size <= WHOLE_OCTETS:
        return mime.read_bytes(mail.section(fetched.uid, ""))
    tree = structure_from_imap(fetched.structure)
    texts = mail.sections(fetched.uid, shown_parts.choose(tree).sections)
    return mime.read_message(fetched.headers, tree, lambda section: texts.get(section, b""))


def _pane(
    around: Surroundings,
    place: Place,
    fetched: FetchedMessage,
    shown: Reading,
    folders: list[FolderLink],
) -> Pane:
    folder, message = place.folder, shown.message
    author = message.from_[0] if message.from_ else Address("", "")
    moment = local(message.date or fetched.received_at)
    where = [folder.mailbox_id, folder.pk, fetched.uid]
    is_draft = "\\Draft" in fetched.flags
    answers = around.right >= Right.SEND and not is_draft
    tags = [PickedLabel.of(label, fetched.flags) for label in around.labels]
    before, after = thread.lines(place)
    newer, older = thread.neighbours(around, place)
    return Pane(
        uid=fetched.uid,
        subject=message.subject or _("(sans objet)"),
        from_name=author.name,
        from_address=author.address or _("Expéditeur inconnu"),
        initials=initials(author.name, author.address),
        hue=hue(author.address),
        to=message.to,
        cc=message.cc,
        date_label=full_date(moment),
        date_iso=moment.isoformat(),
        cautions=[] if is_draft else cautions(shown),
        attachments=[_attachment_link(where, attachment) for attachment in shown.offered],
        pictures=_pictures(where, shown),
        frame_url=_frame_url(where, shown) if shown.body else "",
        text_html=SafeString() if shown.body else plain_text.as_html(shown.text, settings.DOMAINS),
        reply_url=answer_url(folder, fetched.uid, "reply") if answers else "",
        reply_all_url=answer_url(folder, fetched.uid, "reply_all") if answers else "",
        forward_url=answer_url(folder, fetched.uid, "forward") if answers else "",
        resume_url=answer_url(folder, fetched.uid, "draft")
        if is_draft and around.right >= Right.SEND
        else "",
        source_url=reverse("source", args=where),
        actions=actions.offered_for_one(folder, fetched.flags),
        moves=[link for link in folders if link.url and link.id != folder.pk],
        tags=tags,
        labels=[tag for tag in tags if tag.on],
        before=before,
        after=after,
        back_url=panes.folder_url(folder.mailbox_id, place.listed_id, place.address),
        previous_url=newer,
        next_url=older,
    )


def _frame_url(place: list[int], shown: Reading) -> str:
    url = reverse("body_frame", args=place)
    return f"{url}?{WITH_PICTURES}=oui" if shown.shows_remote else url


def _pictures(place: list[int], shown: Reading) -> Pictures | None:
    if shown.body is None or not shown.body.remote_images or shown.shows_remote:
        return None
    sender = "" if consent.is_doubtful(shown.flags) else consent.sender_of(shown.message)
    return Pictures(shown.body.remote_images, reverse("show_pictures", args=place), sender)


def answer_url(folder: Folder, uid: int, mode: str) -> str:
    return (
        f"{reverse('compose', args=[folder.mailbox_id])}?mode={mode}&dossier={folder.pk}&uid={uid}"
    )


def _attachment_link(place: list[Any], attachment: Attachment) -> AttachmentLink:
    label, icon = type_label(attachment.name, attachment.type)
    return AttachmentLink(
        name=attachment.name,
        type_label=label,
        size_label=size_label(attachment.size),
        url=reverse("attachment", args=[*place, attachment.section, attachment.name]),
        icon=icon,
        dangerous=attachment.is_dangerous,
    )
