"""A draft that is written from another mailbox from now on: its words, its files and its copy go there.

The row in the new mailbox is another one: the old one ends as if it had left, so that its copy leaves
the old mailbox's Drafts folder, and tells pages that still show it where it is.
"""

from dataclasses import asdict
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from mailboxes.models import Mailbox
from webmail.drafts.keeping import Left, Written
from webmail.models import Draft, DraftFile

State = Draft.State
GOES_ALONG = (
    "person", "page", "mode", "version", "in_reply_to", "references", "confirmed",
    "source_folder", "source_validity", "source_uid",
    *Written.__dataclass_fields__,
)  # fmt: skip


def move(draft: Draft, mailbox: Mailbox) -> Draft:
    """Its files must be here. Raises Left when it was sent, thrown away or moved meanwhile."""
    now, number = timezone.now(), moved_number(draft, mailbox)
    gone = {"state": State.SENT, "moved_to": number, "due_at": now, "changed_at": now}
    with transaction.atomic():
        here = Draft.objects.filter(pk=draft.pk, version=draft.version, state=State.WRITING)
        if here.update(**gone, **asdict(Written())) != 1:
            raise Left(Draft.objects.get(pk=draft.pk))
        kept = {name: getattr(draft, name) for name in GOES_ALONG}
        # The answered message stays where it is.
        kept["source_in"] = draft.source_in or draft.mailbox_id
        row = Draft(pk=number, mailbox=mailbox, changed_at=now, due_at=now, **kept)
        row.save(force_insert=True)
        DraftFile.objects.filter(draft=draft.pk).update(draft=row)
    return row


def moved_number(draft: Draft, mailbox: Mailbox) -> UUID:
    """Of two that move the same text, the second finds the row of the first."""
    return uuid5(draft.pk, f"{mailbox.pk}/{draft.version}")


def where_now(draft: Draft) -> Draft | None:
    """The last row that goes on with it; None when it went nowhere."""
    row: Draft | None = None
    while draft.moved_to is not None:
        row = Draft.objects.select_related("mailbox").filter(pk=draft.moved_to).first()
        if row is None:
            return None
        draft = row
    return row
