"""One open page of the composer: what it says, and how that is kept before anything else is looked at."""

import hashlib
from dataclasses import astuple, dataclass, replace
from uuid import UUID, uuid4, uuid5

from accounts.requests import SignedInRequest
from mailboxes.models import Mailbox
from webmail import drafts
from webmail.drafts import Beginning, Source, Written
from webmail.forms import written_in
from webmail.models import Draft
from webmail.views import origins

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
    except drafts.Outdated as error:
        return replace(sheet, stored=error.stored)
    except drafts.Left as error:
        return _kept_after(request, sheet, error.stored)
    return replace(sheet, draft=row, version=row.version, beginning=Beginning(mode=row.mode))


def _kept_after(request: SignedInRequest, sheet: Sheet, left: Draft) -> Sheet:
    said = digest(sheet.written)
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
        source = Source(row.source_folder, row.source_validity, row.source_uid)
    return Beginning(row.mode, row.in_reply_to, tuple(row.references.split()), source)
