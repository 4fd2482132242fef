"""Who is asked to sync a mailbox, and when. The rows are the truth: a lost hint is given again.

Two queues: what a person waits for (a page, new mail) and the filling of indexes, in slices that queue
behind everybody else's, so that one huge mailbox delays nobody.
"""

import logging
from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from config.hints import hint
from mailboxes.models import Mailbox
from webmail import imap
from webmail.access import mailbox_for_index
from webmail.errors import MailError
from webmail.models import MailboxIndex
from webmail.sync.following import sync

log = logging.getLogger(__name__)

SEEN_LATELY = timedelta(minutes=5)
SEEN_NOTED_EVERY = timedelta(minutes=1)  # a page that is looked at writes no row each time
HINT_LASTS = 60  # seconds
SWEPT_EVERY = 20  # seconds; the period of the beat
AGAIN_AFTER = 1  # seconds, while somebody else syncs the same mailbox
SLICE_SECONDS = 3.0


def queue(mailbox: Mailbox) -> None:
    """Asks a worker to sync this mailbox now, once the transaction is through."""
    queue_number(mailbox.pk)


def queue_number(mailbox_id: int) -> None:
    """The same, for who knows but its number."""
    transaction.on_commit(lambda: _hint("sync_mailbox", mailbox_id))


def queue_filling(mailbox_id: int) -> None:
    """Asks a worker to go on filling the index of this mailbox when it is its turn."""
    MailboxIndex.objects.filter(mailbox=mailbox_id).update(hinted_at=timezone.now())
    transaction.on_commit(lambda: _hint("fill_mailbox", mailbox_id))


def note_seen(mailbox: Mailbox) -> None:
    """A page shows this mailbox: it is kept up to date for a while."""
    index, _created = MailboxIndex.objects.get_or_create(mailbox=mailbox)
    now = timezone.now()
    if index.seen_at is None or index.seen_at < now - SEEN_NOTED_EVERY:
        MailboxIndex.objects.filter(mailbox=mailbox).update(seen_at=now)


def note_all_seen(mailbox_ids: Collection[int]) -> None:
    """The same of many, without those that nobody ever indexed."""
    if mailbox_ids:
        MailboxIndex.objects.filter(mailbox__in=mailbox_ids).update(seen_at=timezone.now())


def work(mailbox_id: int, *, filling: bool) -> None:
    """A worker's turn: one sync, for nobody in particular, and a hint for what is left."""
    mailbox = mailbox_for_index(mailbox_id)
    if mailbox is None:
        return
    address = mailbox.address
    try:
        with imap.session(address, address) as mail:
            outcome = sync(mail, mailbox, seconds=SLICE_SECONDS if filling else 0, filling=filling)
    except MailError as error:
        log.info("index: mailbox %s waits: %s", mailbox_id, type(error).__name__)
        return
    if outcome.busy and not filling:
        _hint("sync_mailbox", mailbox_id, after=AGAIN_AFTER)
    elif not outcome.complete:
        queue_filling(mailbox_id)


def sweep() -> None:
    """Mailboxes that somebody looks at, and indexes whose filling stopped."""
    now = timezone.now()
    seen = MailboxIndex.objects.filter(seen_at__gt=now - SEEN_LATELY)
    for mailbox_id in seen.values_list("mailbox_id", flat=True):
        _hint("sync_mailbox", mailbox_id, lasts=SWEPT_EVERY)
    forgotten = Q(hinted_at=None) | Q(hinted_at__lt=now - timedelta(seconds=HINT_LASTS))
    at_rest = Q(lease_until=None) | Q(lease_until__lt=now)
    stopped = MailboxIndex.objects.filter(forgotten, at_rest, unfinished=True)
    for mailbox_id in stopped.values_list("mailbox_id", flat=True):
        queue_filling(mailbox_id)


def _hint(task: str, mailbox_id: int, after: int = 0, lasts: int = HINT_LASTS) -> None:
    if settings.MAIL_AUTH == "password":
        return  # no worker has one: pages follow their mailbox themselves
    hint(f"webmail.tasks.{task}", mailbox_id, after=after, lasts=lasts)
