"""What hints lost, and what nobody needs any more."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from webmail.drafts import filing, spool
from webmail.drafts.letters import is_whole
from webmail.models import Draft, DraftFile

State = Draft.State
SENT_KEPT = timedelta(days=2)  # for a second click, or a page that was left open
RESTING_KEPT = timedelta(days=30)  # the Drafts folder has the same
UPLOAD_LASTS = timedelta(days=1)
AT_ONCE = 500
FILED_AT_SIGN_IN = 5  # the person is waiting for the page


def sweep() -> None:
    """Drafts whose folder must be brought up to date."""
    due = Draft.objects.filter(due_at__lte=timezone.now()).order_by("due_at")
    for draft_id in due.values_list("pk", flat=True)[:AT_ONCE]:
        filing.hint(draft_id)


def file_waiting(person: User) -> None:
    """What waited for the person's password."""
    due = Draft.objects.filter(person=person, due_at__lte=timezone.now()).order_by("due_at")
    for draft_id in due.values_list("pk", flat=True)[:FILED_AT_SIGN_IN]:
        filing.hint(draft_id)


def tidy() -> None:
    """Rows and files that nobody needs any more. Any number of times."""
    now = timezone.now()
    sent = Draft.objects.filter(state=State.SENT, changed_at__lt=now - SENT_KEPT)
    sent.filter(filed_uid=None).delete()
    _forget_resting(now)
    _forget_files(now)


def _forget_resting(now: datetime) -> None:
    resting = Draft.objects.filter(state=State.WRITING, changed_at__lt=now - RESTING_KEPT)
    for draft in resting.filter(filed_version=F("version"), due_at=None):
        if is_whole(draft):
            resting.filter(pk=draft.pk, version=draft.version).delete()


def _forget_files(now: datetime) -> None:
    """Uploads that never ended, and files whose rows are gone."""
    before = (now - UPLOAD_LASTS).timestamp()
    folder = Path(settings.SPOOL)
    spool.remove(_older(folder.glob(f"{spool.INCOMING}/*"), before))
    old = {UUID(path.name): path for path in _older(folder.glob("drafts/??/*"), before)}
    names = list(old)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        known = set(DraftFile.objects.filter(pk__in=some).values_list("pk", flat=True))
        spool.remove(old[name] for name in some if name not in known)


def _older(paths: Iterable[Path], before: float) -> list[Path]:
    """A file may go while one looks."""
    return [path for path in paths if path.exists() and path.stat().st_mtime < before]
