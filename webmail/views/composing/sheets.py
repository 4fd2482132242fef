"""One open page of the composer: what it says, and how that is kept before anything else is looked at."""

import hashlib
from dataclasses import astuple, dataclass, replace
from uuid import UUID, uuid4, uuid5

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import drafts
from webmail.access import Right, mailbox_for
from webmail.drafts import Beginning, Source, Written, fetching, files, filing, moving
from webmail.models import Draft
from webmail.views.composing import origins
from webmail.views.shell import open_session
from webmail.writing import senders
from webmail.writing.forms import written_in

APART = "apart"  # the button that keeps a text apart from what somebody else wrote


@dataclass(frozen=True)
class Sheet:
    """`version` is 0 and `draft` None before the first save."""

    chosen: Mailbox
    written: Written
    beginning: Beginning
    draft_id: UUID
    version: int = 0
    draft: Draft | None = None
    stored: Draft | None = None  # what somebody else saved meanwhile
    has_left: bool = False  # this was typed, or sent once more, after the message had left


def blank(chosen: Mailbox, written: Written, beginning: Beginning) -> Sheet:
    return Sheet(chosen, written, beginning, uuid4())


def resumed(chosen: Mailbox, row: Draft) -> Sheet:
    written = Written(row.sender, row.to, row.cc, row.bcc, row.subject, row.text, row.html)
    return Sheet(chosen, written, Beginning(mode=row.mode), row.pk, row.version, row)


def posted(request: SignedInRequest, chosen: Mailbox) -> Sheet:
    version = request.POST.get("version", "")
    sheet = Sheet(
        chosen,
        written_in(request.POST),
        Beginning(),
        number_in(request, "token"),
        int(version) if origins.are_numbers(version) else 0,
    )
    if APART not in request.POST:
        return sheet
    return replace(sheet, draft_id=uuid5(sheet.draft_id, digest(sheet.written)), version=0)


def number_in(request: SignedInRequest, name: str) -> UUID:
    """A new one for what is none."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        return uuid4()


def digest(written: Written) -> str:
    said = repr(astuple(written)).encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).hexdigest()


def kept(request: SignedInRequest, sheet: Sheet) -> Sheet:
    """Saved, or without a draft: `stored` stands in the way, or the same has left already.

    What was typed after the message had left becomes a draft of its own. Raises Http404.
    """
    try:
        row = save(request, sheet)
        return _kept(request, sheet, row)
    except drafts.Outdated as error:
        return replace(sheet, stored=error.stored)
    except drafts.Left as error:
        return _kept_after(request, sheet, error.stored)


def _kept(request: SignedInRequest, sheet: Sheet, row: Draft) -> Sheet:
    """In the mailbox of the address that was taken. Raises Left, and MailError with files to be fetched."""
    other = senders.other_mailbox(request.user, sheet.chosen, row.sender)
    if other is not None:
        bring_files(request, row)
        left = row.pk
        row = moving.move(row, other)
        filing.hint(left)
        sheet = replace(sheet, chosen=other, draft_id=row.pk)
    return replace(sheet, draft=row, version=row.version, beginning=Beginning(mode=row.mode))


def open_row(request: SignedInRequest, chosen: Mailbox, draft_id: UUID) -> Draft:
    """A draft that can be written on, wherever it moved. Raises Http404."""
    known = Draft.objects.filter(pk=draft_id, mailbox=chosen).first()
    moved = moving.where_now(known) if known else None
    if moved is None:
        return drafts.open_draft(chosen, draft_id)
    return drafts.open_draft(mailbox_for(request.user, moved.mailbox_id, Right.SEND), moved.pk)


def bring_files(request: SignedInRequest, row: Draft) -> None:
    """Those whose octets are still in another message of its mailbox. Raises MailError."""
    if files.missing(row):
        with open_session(request, row.mailbox) as mail:
            fetching.bring(mail, row)


def _kept_after(request: SignedInRequest, sheet: Sheet, left: Draft) -> Sheet:
    said = digest(sheet.written)
    moved = moving.where_now(left)
    if moved is not None:
        mailbox = mailbox_for(request.user, moved.mailbox_id, Right.SEND)
        return kept(request, replace(sheet, chosen=mailbox, draft_id=moved.pk))
    if left.sent_as == said:
        return replace(sheet, has_left=True)
    own = replace(sheet, draft_id=uuid5(left.pk, said), version=0)
    return replace(kept(request, own), has_left=True)


def save(request: SignedInRequest, sheet: Sheet) -> Draft:
    """Raises Outdated, Left, Http404."""
    is_known = Draft.objects.filter(pk=sheet.draft_id).exists()
    return drafts.save(
        sheet.chosen,
        request.user,
        sheet.draft_id,
        sheet.written,
        expected=sheet.version,
        page=number_in(request, "page"),
        beginning=None if is_known else _beginning(request, sheet.chosen),
    )


def _beginning(request: SignedInRequest, chosen: Mailbox) -> Beginning:
    if APART in request.POST:
        return _same_beginning(drafts.open_draft(chosen, number_in(request, "token")))
    sealed = request.POST.get("origin", "")
    if sealed:
        return origins.unsealed(sealed)
    origin = origins.asked_origin(request, chosen)
    return origin.beginning if origin else Beginning()


def _same_beginning(row: Draft) -> Beginning:
    """For a text that is kept apart from another one of the same draft."""
    source = None
    if row.source_uid is not None:
        place = (row.source_folder, row.source_validity, row.source_uid)
        source = Source(*place, row.source_in)
    return Beginning(row.mode, row.in_reply_to, tuple(row.references.split()), source)
