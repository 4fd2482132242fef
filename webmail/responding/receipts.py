"""Read receipts (MDN, RFC 8098): asked for by others, sent only when the reader agrees."""

import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from mailboxes.models import Mailbox
from webmail.composing.compose import IDENTIFIER
from webmail.message.readable import ReadableMessage
from webmail.models import Folder
from webmail.opening.opened import Opened
from webmail.responding import dispatch
from webmail.syntax.addresses import Address

# Set whatever the reader decided: nobody is asked twice (RFC 3503 §3.1).
ANSWERED = "$MDNSent"
NO_RECEIPTS_FROM = frozenset((Folder.Use.SENT, Folder.Use.DRAFTS, Folder.Use.JUNK))
MOST_ASKING = 5
ORIGINAL_RECIPIENT = re.compile(r"[A-Za-z0-9-]{1,40}; ?[!-~]{1,320}")  # RFC 8098 §3.2.3


@dataclass(frozen=True)
class ReceiptAsked:
    """`people` are those who would get the receipt."""

    people: str
    url: str


def asked(opened: Opened) -> ReceiptAsked | None:
    if not is_open(opened):
        return None
    people = ", ".join(it.address for it in opened.shown.message.receipt_to)
    return ReceiptAsked(people, reverse("receipt", args=opened.place))


def is_open(opened: Opened) -> bool:
    """Whether somebody waits for the reader's decision."""
    wanted = opened.shown.message.receipt_to
    known = {flag.lower() for flag in opened.fetched.flags}
    return (
        0 < len(wanted) <= MOST_ASKING
        and all(_is_address(it.address) for it in wanted)
        and ANSWERED.lower() not in known
        and not opened.is_draft
        and opened.folder.special_use not in NO_RECEIPTS_FROM
    )


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.isascii()


def send(mailbox: Mailbox, person: User, opened: Opened, now: datetime) -> None:
    """On its way to whoever asked, in nobody's name: no receipt is ever answered (RFC 8098 §3)."""
    message, folder = opened.shown.message, opened.folder
    to = list(message.receipt_to)
    sender = dispatch.sender_for(mailbox, _written_to(mailbox, message))
    title = {"subject": message.subject or _("(sans objet)")}
    receipt = dispatch.headed(sender, to, _("Lu : %(subject)s") % title, now)
    if IDENTIFIER.fullmatch(message.message_id):
        receipt["In-Reply-To"] = f"<{message.message_id}>"
    receipt["Auto-Submitted"] = "auto-replied"
    text = _("Votre message « %(subject)s » a été affiché. Cela ne dit pas qu’il a été compris.")
    receipt.set_content(f"{text % title}\n", cte="quoted-printable")
    receipt.make_mixed()
    receipt.set_type("multipart/report")
    receipt.set_param("report-type", "disposition-notification")
    receipt.attach(_notification(sender, message))
    ready = dispatch.composed(receipt, "", [person.address for person in to])
    token = dispatch.token_of("mdn", mailbox.pk, folder.pk, folder.uid_validity, opened.fetched.uid)
    dispatch.dispatch(mailbox, person, ready, token)


def _written_to(mailbox: Mailbox, message: ReadableMessage) -> str:
    """Which of the mailbox's addresses the message names; "" for none."""
    named = [it.address.lower() for it in (*message.to, *message.cc)]
    own = set(mailbox.addresses.filter(address__in=named).values_list("address", flat=True))
    return next((address for address in named if address in own), "")


def _notification(sender: Address, message: ReadableMessage) -> EmailMessage:
    """The part that programs read (RFC 8098 §3.1); no version of ours is told."""
    lines = [f"Reporting-UA: {sender.domain}; Pli"]
    if ORIGINAL_RECIPIENT.fullmatch(message.original_recipient):
        lines.append(f"Original-Recipient: {message.original_recipient}")
    lines.append(f"Final-Recipient: rfc822;{sender.address}")
    if IDENTIFIER.fullmatch(message.message_id):
        lines.append(f"Original-Message-ID: <{message.message_id}>")
    lines.append("Disposition: manual-action/MDN-sent-manually; displayed")
    part = EmailMessage()
    part.set_content("\r\n".join(lines) + "\r\n", subtype="plain", charset="us-ascii")
    part.replace_header("Content-Type", "message/disposition-notification")
    del part["MIME-Version"]
    return part
