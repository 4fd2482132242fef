"""Saving a draft, so that nobody's words replace another's without being asked.

writing ──leave──▶ leaving ──end──▶ sent
   ▲                  │
   └────come_back─────┘
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.http import Http404
from django.utils import timezone

from accounts.models import User
from mailboxes.models import Mailbox
from webmail.drafts import spool
from webmail.models import Draft, DraftFile

State = Draft.State
# How long a writer pauses before the Drafts folder is brought up to date.
REST = timedelta(seconds=30)


@dataclass(frozen=True)
class Written:
    """The fields as they were typed: nothing of them is checked."""

    sender: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    text: str = ""
    html: str | None = None


@dataclass(frozen=True)
class Source:
    """A message in a folder; `mailbox` is the number of another mailbox than the draft's, else None."""

    folder: str
    validity: int
    uid: int
    mailbox: int | None = None


@dataclass(frozen=True)
class Beginning:
    """What a draft is from its first save on: the message it answers, or whose place it takes.

    `files` are not saved yet.
    """

    mode: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    source: Source | None = None
    replaces: Source | None = None  # a draft of another program
    files: Sequence[DraftFile] = field(default=())


class Outdated(Exception):
    """Somebody else saved meanwhile: keep both texts, and ask."""

    def __init__(self, stored: Draft) -> None:
        super().__init__(str(stored))
        self.stored = stored


class Left(Exception):
    """The draft was sent or thrown away elsewhere: what was typed since is another message."""

    def __init__(self, stored: Draft) -> None:
        super().__init__(str(stored))
        self.stored = stored


def open_draft(mailbox: Mailbox, draft_id: UUID) -> Draft:
    """A draft that can be written on. Raises Http404, for those of other mailboxes too."""
    found = Draft.objects.filter(pk=draft_id, mailbox=mailbox, state=State.WRITING).first()
    if found is None:
        raise Http404("no such draft")
    return found


def save(
    mailbox: Mailbox,
    person: User,
    draft_id: UUID,
    written: Written,
    *,
    expected: int,
    page: UUID,
    beginning: Beginning | None = None,
) -> Draft:
    """Keeps what was written; the first save makes the draft.

    `expected` is the version that the page shows, 0 before the first save; `page` tells one open
    page from another.
    Raises Outdated, Left, and Http404 for a draft of another mailbox.
    """
    now = timezone.now()
    changes = {
        **asdict(written), "person": person, "page": page, "changed_at": now, "due_at": now + REST,
    }  # fmt: skip
    with transaction.atomic():
        # An answer that was lost on its way is no other writer: the same page saves again.
        mine = Draft.objects.filter(Q(version=expected) | Q(page=page), pk=draft_id)
        mine = mine.filter(mailbox=mailbox, state=State.WRITING)
        if mine.update(version=F("version") + 1, **changes) == 1:
            return Draft.objects.get(pk=draft_id)
        draft, is_new = Draft.objects.get_or_create(
            pk=draft_id, defaults={"mailbox": mailbox, **changes, **_first(beginning)}
        )
        if is_new:
            _take_files(draft, beginning)
            return draft
        # A second click of the same page was quicker to make it.
        if mine.update(version=F("version") + 1, **changes) == 1:
            return Draft.objects.get(pk=draft_id)
    if draft.mailbox_id != mailbox.pk:
        raise Http404("no such draft")
    raise (Outdated if draft.state == State.WRITING else Left)(draft)


def _first(beginning: Beginning | None) -> dict[str, object]:
    if beginning is None:
        return {}
    source, replaced = beginning.source, beginning.replaces
    return {
        "mode": beginning.mode,
        "in_reply_to": beginning.in_reply_to,
        "references": " ".join(beginning.references),
        "source_folder": source.folder if source else "",
        "source_validity": source.validity if source else 0,
        "source_uid": source.uid if source else None,
        "source_in": source.mailbox if source else None,
        "filed_folder": replaced.folder if replaced else "",
        "filed_validity": replaced.validity if replaced else 0,
        "filed_uid": replaced.uid if replaced else None,
    }


def _take_files(draft: Draft, beginning: Beginning | None) -> None:
    for order, file in enumerate(beginning.files if beginning else ()):
        file.draft, file.order = draft, order
        file.save(force_insert=True)


def discard(draft: Draft) -> bool:
    """Throws the draft away, with its files and its copy; False when it has left meanwhile."""
    with transaction.atomic():
        now = timezone.now()
        gone = {"state": State.SENT, "due_at": now, "changed_at": now, **asdict(Written())}
        if Draft.objects.filter(pk=draft.pk, state=State.WRITING).update(**gone) != 1:
            return False
        _drop_files(draft.pk)
    return True


def leave(draft: Draft, sent_as: str) -> bool:
    """Hands the draft to the outbox, as `sent_as`; False for the second of two clicks."""
    now = timezone.now()
    leaving = {"state": State.LEAVING, "sent_as": sent_as, "due_at": now, "changed_at": now}
    waiting = Draft.objects.filter(pk=draft.pk, version=draft.version, state=State.WRITING)
    return waiting.update(**leaving) == 1


def come_back(draft_id: UUID) -> Draft | None:
    """The outbox gives it back, to be written on; None when it cannot. Any number of times."""
    now = timezone.now()
    back = {"state": State.WRITING, "sent_as": "", "due_at": now, "filed_version": 0}
    Draft.objects.filter(pk=draft_id, state=State.LEAVING).update(**back)
    return Draft.objects.filter(pk=draft_id, state=State.WRITING).first()


def end(draft_id: UUID) -> None:
    """It has left for good: nothing of it is kept but that it was there. Any number of times."""
    with transaction.atomic():
        left = Draft.objects.filter(pk=draft_id, state=State.LEAVING)
        now = timezone.now()
        if left.update(state=State.SENT, changed_at=now, **asdict(Written())) == 1:
            _drop_files(draft_id)


def _drop_files(draft_id: UUID) -> None:
    """Rows now, octets once nobody can see the rows any more."""
    files = DraftFile.objects.filter(draft=draft_id)
    paths = [file.path for file in files]
    files.delete()
    transaction.on_commit(lambda: spool.remove(paths))
