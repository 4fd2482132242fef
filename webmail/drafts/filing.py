"""The copy in the mailbox's own Drafts folder, where every mail program finds it.

The row is the truth; `file` brings the folder up to date and can run any number of times: a copy
that was stored without our hearing of it is found again by its mark, and told from the text that
another program stored since under the same Message-ID.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import F, Q
from django.http import Http404
from django.utils import timezone

from accounts.sealed import sealed_password
from config import hints
from mailboxes.tokens import TokenKeyUnusable
from webmail import imap
from webmail.access import Right, mailbox_for, own_mailbox
from webmail.composing.compose import ComposedMessage
from webmail.drafts import fetching, spool
from webmail.drafts.letters import as_message, mark
from webmail.errors import MailboxFull, MailError, MessageGone
from webmail.imap import MailSession
from webmail.models import Draft, Folder
from webmail.sync import freshness, note_gone, store_folders

log = logging.getLogger(__name__)

State = Draft.State
CLAIM_LASTS = timedelta(minutes=10)
AGAIN_AFTER = timedelta(minutes=2)
HINT_LASTS = 30  # seconds: the period of the sweep
DRAFT_FLAGS = ["\\Draft", "\\Seen"]
MOST_UNFILED = 20
DRAFTS_NAME = "Brouillons"


class Outcome(Enum):
    DONE = "done"
    LATER = "later"  # the sweep tries again
    FULL = "full"  # the mailbox has no room; not tried again before the next save


def hint(draft_id: UUID) -> None:
    """Asks a worker to look at this draft now; without Redis the beat's sweep finds it later."""
    if settings.MAIL_AUTH == "password":
        if sealed_password.current() is not None:
            file(draft_id)
        return
    hints.hint("webmail.tasks.file_draft", str(draft_id), lasts=HINT_LASTS)


def file(draft_id: UUID) -> Outcome:
    """Brings the Drafts folder up to date, unless somebody else is at it."""
    draft = _claimed(draft_id)
    if draft is None:
        return Outcome.DONE
    try:
        with _session(draft) as mail:
            _update(mail, draft)
    except MailboxFull:
        _release(draft, due_at=None)
        return Outcome.FULL
    except (MailError, TokenKeyUnusable, OSError) as error:
        log.warning("drafts: %s is not in its folder yet: %s", draft_id, error)
        _release(draft, due_at=timezone.now() + AGAIN_AFTER)
        return Outcome.LATER
    except (Http404, ObjectDoesNotExist):
        # The mailbox is no longer open to who wrote: nobody else may write there in their name.
        _release(draft, due_at=None)
        return Outcome.LATER
    _release(draft, due_at=None)
    return Outcome.DONE


def unfiled(mailbox_id: int) -> list[Draft]:
    """What is being written and not in the folder yet, the newest first: nowhere else would one find it."""
    waiting = Draft.objects.filter(mailbox=mailbox_id, state=State.WRITING)
    return list(waiting.exclude(filed_version=F("version")).order_by("-changed_at")[:MOST_UNFILED])


def _claimed(draft_id: UUID) -> Draft | None:
    """Nobody else files it meanwhile; a claim that is old has no worker any more."""
    now = timezone.now()
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - CLAIM_LASTS)
    due = Draft.objects.filter(free, pk=draft_id).exclude(due_at=None)
    if due.update(claimed_at=now) != 1:
        return None
    return Draft.objects.select_related("mailbox", "person").get(pk=draft_id, claimed_at=now)


def _session(draft: Draft) -> imap.OpenSession:
    mailbox = mailbox_for(draft.person, draft.mailbox_id, Right.SEND)
    return imap.session(mailbox.address, own_mailbox(draft.person).address)


def _release(draft: Draft, due_at: datetime | None) -> None:
    """What was saved or sent meanwhile is due as that said."""
    held = Draft.objects.filter(pk=draft.pk, claimed_at=draft.claimed_at)
    held.filter(version=draft.version, state=draft.state).update(due_at=due_at)
    held.update(claimed_at=None)


def _update(mail: MailSession, draft: Draft) -> None:
    if draft.state == State.WRITING and draft.filed_version == draft.version:
        return
    folder = _folder(mail, draft)
    stale = _filed(mail, draft, folder)
    if draft.state == State.WRITING:
        fetching.bring(mail, draft)
        uid = _stored(mail, draft, folder)
        _note(draft, folder, uid)
        stale.discard(uid)
    _take_away(mail, draft, folder, stale)
    freshness.outdate(draft.mailbox)


def _folder(mail: MailSession, draft: Draft) -> Folder:
    """Drafts; made when the mailbox has none, on a server that does not see to it."""
    found = _drafts_folder(mail, draft)
    if found is None:
        mail.create_folder(DRAFTS_NAME)
        found = _drafts_folder(mail, draft)
    if found is None:
        raise MessageGone("drafts")
    return found


def _drafts_folder(mail: MailSession, draft: Draft) -> Folder | None:
    folders = store_folders(draft.mailbox, mail.folders())
    by_use = (it for it in folders if it.special_use == Folder.Use.DRAFTS)
    by_name = (it for it in folders if it.name == DRAFTS_NAME)
    return next(by_use, None) or next(by_name, None)


def _filed(mail: MailSession, draft: Draft, folder: Folder) -> set[int]:
    """UIDs of copies that this draft replaces: the one we know of, and those we never heard of."""
    selected = mail.select(folder.name, readonly=False)
    marked = set(mail.with_header("X-Pli-Draft", str(draft.pk)))
    place = (folder.name, selected.uid_validity)
    if draft.filed_uid and (draft.filed_folder, draft.filed_validity) == place:
        marked.add(draft.filed_uid)
    return marked


def _stored(mail: MailSession, draft: Draft, folder: Folder) -> int:
    """The UID of this version, which an interrupted run may have stored already."""
    known = mail.with_header("X-Pli-Draft", mark(draft))
    if known:
        return known.last
    with written_out(as_message(draft)) as (file, size):
        uid = mail.append_file(folder.name, file, size, DRAFT_FLAGS)
    return uid or mail.with_header("X-Pli-Draft", mark(draft)).last


@contextmanager
def written_out(composed: ComposedMessage) -> Iterator[tuple[BinaryIO, int]]:
    """In a file that goes with the ``with``: IMAP wants the size first. Raises OSError."""
    path = spool.new_path()
    try:
        with path.open("x+b") as file:
            file.writelines(composed.pieces())
            size = file.tell()
            file.seek(0)
            yield file, size
    finally:
        path.unlink(missing_ok=True)


def _note(draft: Draft, folder: Folder, uid: int) -> None:
    Draft.objects.filter(pk=draft.pk).update(
        filed_folder=folder.name,
        filed_validity=folder.uid_validity,
        filed_uid=uid or None,
        filed_version=draft.version,
    )


def _take_away(mail: MailSession, draft: Draft, folder: Folder, uids: set[int]) -> None:
    if uids:
        mail.expunge(sorted(uids))
        note_gone(folder, sorted(uids))
    if draft.state != State.WRITING:
        Draft.objects.filter(pk=draft.pk, filed_uid__in=uids).update(filed_uid=None)
