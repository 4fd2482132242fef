"""What the reading pane shows of one message, as plain values for templates/webmail/_message.html."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from webmail.access import Right
from webmail.conversations.acquaintance import with_sender
from webmail.conversations.bodies import ShownBody, shown_body
from webmail.conversations.caution_notes import Caution, cautions
from webmail.conversations.chips import Files, files_of
from webmail.lists.surroundings import Surroundings
from webmail.models import Folder
from webmail.opening.opened import SEEN, Opened
from webmail.pictures import consent
from webmail.presentation import full_date, hue, initials, local
from webmail.readable.reading import Reading
from webmail.responding import receipts
from webmail.responding.invitation_cards import InvitationCard, cards_of
from webmail.responding.receipts import ReceiptAsked
from webmail.syntax.addresses import Address

MOST_ENCLOSED = 20  # messages to be read in place; all are among the files


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
class EnclosedMessage:
    """A message inside the message: read in place, or on a page of its own."""

    subject: str
    inline_url: str
    url: str


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
    may_be_contact: bool  # its author, of the reader
    cautions: list[Caution]
    invitations: list[InvitationCard]
    pictures: Pictures | None
    files: Files
    body: ShownBody
    enclosed: list[EnclosedMessage]
    reply_url: str
    reply_all_url: str
    forward_url: str
    resume_url: str
    again_url: str
    enclose_url: str
    send_on_url: str
    unsubscribe_url: str
    phishing_url: str
    receipt: ReceiptAsked | None
    print_url: str
    act_url: str
    source_url: str
    headers_url: str
    download_url: str
    logbook_url: str  # "" for whoever does not manage the mailbox
    unread: bool
    mark_later: MarkLater | None
    is_folded = False


def pane_of(
    around: Surroundings, opened: Opened, url: str, conversation: int | None = None
) -> MessagePane:
    """`url` opens it; `conversation` is its number where the index knows it."""
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
        may_be_contact="@" in author.address and author.address != around.mailbox.address,
        cautions=[] if opened.is_draft else _cautions(around, opened),
        invitations=cards_of(around.mailbox, opened, may_answer=around.right >= Right.SEND),
        pictures=_pictures(opened.place, shown),
        files=files_of(opened.place, shown),
        body=shown_body(opened.place, shown, adapts=around.preferences.adapts_dark),
        enclosed=_enclosed(opened),
        reply_url=_answer_url(around, opened, "reply"),
        reply_all_url=_answer_url(around, opened, "reply_all"),
        forward_url=_answer_url(around, opened, "forward"),
        resume_url=_resume_url(around, opened),
        again_url=_answer_url(around, opened, "as_new"),
        enclose_url=_answer_url(around, opened, "enclose"),
        send_on_url=_send_on_url(around, opened),
        unsubscribe_url=_unsubscribe_url(around, opened),
        phishing_url=_phishing_url(around, opened),
        receipt=receipts.asked(opened) if _sends(around) else None,
        print_url=reverse("print", args=opened.place),
        act_url=reverse("act", args=opened.place[:2]) if around.right >= Right.WRITE else "",
        source_url=reverse("source", args=opened.place),
        headers_url=reverse("headers", args=opened.place),
        download_url=reverse("download", args=opened.place),
        logbook_url=_logbook_url(around, conversation),
        unread=unread,
        mark_later=_mark_later(around, opened) if unread else None,
    )


def _cautions(around: Surroundings, opened: Opened) -> list[Caution]:
    return cautions(opened.shown, with_sender(around.mailbox, around.index, opened))


def _sends(around: Surroundings) -> bool:
    """Whether the person may write in the mailbox's name: else no button that does is offered."""
    return around.right >= Right.SEND


def _mark_later(around: Surroundings, opened: Opened) -> MarkLater | None:
    read_after = around.preferences.read_after if around.right >= Right.WRITE else None
    return MarkLater(reverse("mark_read", args=opened.place), read_after) if read_after else None


def _pictures(place: Sequence[int], shown: Reading) -> Pictures | None:
    if shown.body is None or not shown.body.remote_images or shown.shows_remote:
        return None
    sender = "" if consent.is_doubtful(shown.flags) else consent.sender_of(shown.message)
    return Pictures(shown.body.remote_images, reverse("show_pictures", args=place), sender)


def _enclosed(opened: Opened) -> list[EnclosedMessage]:
    return [
        EnclosedMessage(
            subject=it.subject or _("(sans objet)"),
            inline_url=reverse("enclosed_inline", args=[*opened.place, it.section]),
            url=reverse("enclosed", args=[*opened.place, it.section]),
        )
        for it in opened.shown.message.enclosed[:MOST_ENCLOSED]
    ]


def _unsubscribe_url(around: Surroundings, opened: Opened) -> str:
    """ "" too where an answer would only tell a forger that somebody reads."""
    offered, flags = opened.shown.message.unsubscribe, opened.shown.flags
    if not _sends(around) or consent.is_doubtful(flags) or not (offered.https or offered.mailto):
        return ""
    return reverse("unsubscribe", args=opened.place)


def _phishing_url(around: Surroundings, opened: Opened) -> str:
    is_own = opened.folder.special_use in {Folder.Use.SENT, Folder.Use.DRAFTS}
    is_asked = _sends(around) and not is_own and not opened.is_draft
    return reverse("report_phishing", args=opened.place) if is_asked else ""


def _send_on_url(around: Surroundings, opened: Opened) -> str:
    offered = _sends(around) and not opened.is_draft
    return reverse("send_on", args=opened.place) if offered else ""


def _answer_url(around: Surroundings, opened: Opened, mode: str) -> str:
    return _compose_url(opened, mode) if _sends(around) and not opened.is_draft else ""


def _resume_url(around: Surroundings, opened: Opened) -> str:
    return _compose_url(opened, "draft") if _sends(around) and opened.is_draft else ""


def _logbook_url(around: Surroundings, conversation: int | None) -> str:
    """Who did what with the conversation, where several people do."""
    if around.right < Right.MANAGE or around.mailbox.owner_id is not None or conversation is None:
        return ""
    return f"{reverse('logbook', args=[around.mailbox.pk])}?conversation={conversation}"


def _compose_url(opened: Opened, mode: str) -> str:
    mailbox_id, folder_id, uid = opened.place
    return f"{reverse('compose', args=[mailbox_id])}?mode={mode}&dossier={folder_id}&uid={uid}"
