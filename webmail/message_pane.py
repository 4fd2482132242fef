"""What the reading pane shows of one message, as plain values for templates/webmail/_message.html."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from webmail import plain_text
from webmail.caution_notes import Caution, cautions
from webmail.imap import FetchedMessage
from webmail.message.addresses import Address
from webmail.message.readable import Attachment
from webmail.models import Folder
from webmail.pictures import consent
from webmail.presentation import full_date, hue, initials, local, size_label, type_label
from webmail.reading import Reading

# In the frame's address: the reader agreed to remote pictures, which the frame checks again.
WITH_PICTURES = "images"
SEEN, DRAFT = "\\Seen", "\\Draft"


@dataclass(frozen=True)
class Opened:
    """One message as the server gave it and as it is shown."""

    folder: Folder
    fetched: FetchedMessage
    shown: Reading

    @property
    def place(self) -> list[int]:
        """Mailbox, folder and UID: what the addresses of its pages are made from."""
        return [self.folder.mailbox_id, self.folder.pk, self.fetched.uid]

    @property
    def is_draft(self) -> bool:
        return DRAFT in self.fetched.flags


@dataclass(frozen=True)
class AttachmentLink:
    name: str
    type_label: str
    size_label: str
    url: str
    icon: str
    dangerous: bool


@dataclass(frozen=True)
class Pictures:
    """Remote pictures that wait for the reader's consent."""

    count: int
    show_url: str
    sender: str  # empty when one cannot agree once and for all


@dataclass(frozen=True)
class MarkLater:
    """An unread message counts as read after so many seconds in sight; see static/js/mark-read.js."""

    url: str
    seconds: int


@dataclass(frozen=True)
class MessagePane:
    """One unfolded message; a draft is not answered but resumed."""

    uid: int
    url: str  # of the page that opens it
    subject: str
    from_name: str
    from_address: str
    initials: str
    hue: int
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date_label: str
    date_iso: str
    list_id: str
    cautions: list[Caution]
    attachments: list[AttachmentLink]
    pictures: Pictures | None
    frame_url: str
    text_html: SafeString
    language: str
    reply_url: str
    reply_all_url: str
    forward_url: str
    resume_url: str
    again_url: str
    source_url: str
    headers_url: str
    download_url: str
    unread: bool
    mark_later: MarkLater | None
    is_folded = False


def pane_of(opened: Opened, url: str, read_after: int | None) -> MessagePane:
    """`read_after` as in Preferences."""
    message, shown = opened.shown.message, opened.shown
    author = message.from_[0] if message.from_ else Address("", "")
    moment = local(message.date or opened.fetched.received_at)
    unread = SEEN not in opened.fetched.flags
    return MessagePane(
        uid=opened.fetched.uid,
        url=url,
        subject=message.subject or _("(sans objet)"),
        from_name=author.name,
        from_address=author.address or _("Expéditeur inconnu"),
        initials=initials(author.name, author.address),
        hue=hue(author.address),
        to=message.to,
        cc=message.cc,
        date_label=full_date(moment),
        date_iso=moment.isoformat(),
        list_id=message.list_id,
        cautions=[] if opened.is_draft else cautions(shown),
        attachments=[_attachment_link(opened.place, file) for file in shown.offered],
        pictures=_pictures(opened.place, shown),
        frame_url=_frame_url(opened.place, shown) if shown.body else "",
        text_html=SafeString() if shown.body else plain_text.as_html(shown.text, settings.DOMAINS),
        language=message.language,
        reply_url=_answer_url(opened, "reply"),
        reply_all_url=_answer_url(opened, "reply_all"),
        forward_url=_answer_url(opened, "forward"),
        resume_url=_compose_url(opened, "draft") if opened.is_draft else "",
        again_url=_answer_url(opened, "as_new"),
        source_url=reverse("source", args=opened.place),
        headers_url=reverse("headers", args=opened.place),
        download_url=reverse("download", args=opened.place),
        unread=unread,
        mark_later=_mark_later(opened, read_after) if unread else None,
    )


def _mark_later(opened: Opened, read_after: int | None) -> MarkLater | None:
    return MarkLater(reverse("mark_read", args=opened.place), read_after) if read_after else None


def _frame_url(place: Sequence[int], shown: Reading) -> str:
    url = reverse("body_frame", args=place)
    return f"{url}?{WITH_PICTURES}=oui" if shown.shows_remote else url


def _pictures(place: Sequence[int], shown: Reading) -> Pictures | None:
    if shown.body is None or not shown.body.remote_images or shown.shows_remote:
        return None
    sender = "" if consent.is_doubtful(shown.flags) else consent.sender_of(shown.message)
    return Pictures(shown.body.remote_images, reverse("show_pictures", args=place), sender)


def _answer_url(opened: Opened, mode: str) -> str:
    return "" if opened.is_draft else _compose_url(opened, mode)


def _compose_url(opened: Opened, mode: str) -> str:
    mailbox_id, folder_id, uid = opened.place
    return f"{reverse('compose', args=[mailbox_id])}?mode={mode}&dossier={folder_id}&uid={uid}"


def _attachment_link(place: Sequence[int], attachment: Attachment) -> AttachmentLink:
    label, icon = type_label(attachment.name, attachment.type)
    return AttachmentLink(
        name=attachment.name,
        type_label=label,
        size_label=size_label(attachment.size),
        url=reverse("attachment", args=[*place, attachment.section, attachment.name]),
        icon=icon,
        dangerous=attachment.is_dangerous,
    )
