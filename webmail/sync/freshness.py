"""Whether a page shows the mailbox as it is: a look at the server when it is cheap, else a worker's.

The index is everybody's who may open the mailbox: it is always read as the mailbox itself, never as a
person who sees less of it.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.read_only import is_read_only, unless_read_only
from mailboxes.models import Mailbox
from webmail import imap, sync
from webmail.errors import MailServerUnavailable
from webmail.imap import MailSession
from webmail.models import Folder, MailboxIndex

CHECKED_EVERY = 2  # seconds
PATIENCE = 0.5  # seconds a page waits for what changed; the rest is a worker's
LOOKED, AWAY, READ_ONLY = "looked", "away", "read-only"  # what the last look left in the cache
SEEN_EVERY = timedelta(minutes=2)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Freshness:
    away: bool = False  # the mail server does not answer: what is shown is as it was
    read_only: bool = False  # the index cannot be brought up to date, nor anything be changed


def first_look(mailbox: Mailbox) -> None:
    """Learns which folders there are. Raises the mail server's errors."""
    with imap.session(mailbox.address, mailbox.address) as mail:
        sync.store_folders(mailbox, mail.folders())


def look(mailbox: Mailbox, folder_id: int, seconds: float = PATIENCE) -> Freshness:
    """One round trip when nothing is new; none within CHECKED_EVERY of the last.

    What changed is followed for about so many `seconds`. Raises LoginRefused, PasswordNeeded.
    """
    last = _last(mailbox)
    if last is not None:
        return last
    try:
        with imap.session(mailbox.address, mailbox.address) as mail:
            _look(mail, mailbox, folder_id, seconds)
    except MailServerUnavailable as error:
        log.warning("freshness: mailbox %s shows what was known: %s", mailbox.pk, error)
        return _remembered(mailbox, Freshness(away=True))
    except DatabaseError as error:
        if not is_read_only(error):
            raise
        return _remembered(mailbox, Freshness(read_only=True))
    return Freshness()


def _last(mailbox: Mailbox) -> Freshness | None:
    """What the last look found, so that all pages say the same of a part that is away.

    None: nobody looked lately, and who asked is the one to look; without Redis everybody looks.
    """
    try:
        said = cache.get(_key(mailbox))
        if said is None and cache.add(_key(mailbox), LOOKED, timeout=CHECKED_EVERY):
            return None
    except (RedisError, OSError):
        return None
    return Freshness(away=said == AWAY, read_only=said == READ_ONLY)


def _remembered(mailbox: Mailbox, found: Freshness) -> Freshness:
    with suppress(RedisError, OSError):
        said = AWAY if found.away else READ_ONLY
        cache.set(_key(mailbox), said, timeout=CHECKED_EVERY)
    return found


def outdate(mailbox: Mailbox) -> None:
    """Pli itself changed something on the server that the index does not know: the next page looks."""
    try:
        cache.delete(_key(mailbox))
    except (RedisError, OSError):
        return


def _key(mailbox: Mailbox) -> str:
    return f"looked-at:{mailbox.pk}"


def _look(mail: MailSession, mailbox: Mailbox, folder_id: int, seconds: float) -> None:
    unread = Folder.objects.filter(mailbox=mailbox, pk=folder_id, indexed_next=0).first()
    is_new = unread is not None and sync.first_sight(mail, unread)
    outcome = sync.sync(mail, mailbox, seconds=seconds, shown=folder_id)
    if is_new or outcome.changed:
        _note_storage(mail, mailbox)
    if outcome.busy:
        sync.queue(mailbox)
    elif not outcome.complete:
        sync.queue_filling(mailbox.pk)


def _note_storage(mail: MailSession, mailbox: Mailbox) -> None:
    used, limit = mail.quota_kib() or (None, None)
    MailboxIndex.objects.filter(mailbox=mailbox).update(storage_used=used, storage_limit=limit)


def require_writable(mailbox: Mailbox) -> None:
    """Before anything is asked of the mail server: what cannot be noted must not be done. Raises DatabaseError."""
    MailboxIndex.objects.filter(mailbox=mailbox).update(hinted_at=F("hinted_at"))


def note_seen(mailbox: Mailbox, index: MailboxIndex | None) -> None:
    """So that workers follow mailboxes whose pages are open; writes once a minute at most."""
    since = timezone.now() - SEEN_EVERY
    if index is None or index.seen_at is None or index.seen_at < since:
        with unless_read_only():
            sync.note_seen(mailbox)
