"""What one open page is sent: server-sent events (https://html.spec.whatwg.org/#server-sent-events).

``version``  the present state of the mailbox and of the reader's rights elsewhere (beside.version); first
             of all, after each change, and each HEARTBEAT, so that a page knows that it still hears
``presence`` somebody came to the conversation of this number, or left it
``notes``    the notes of the conversation of this number changed
``call``     a colleague assigned or mentioned something to the person of this page
``end``      this page may not be shown any more: signed out, frozen, or the mailbox was taken back

A page that comes back says which version it shows (Last-Event-ID), and is sent the present one.
"""

import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, replace
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import connection
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from webmail import announcing
from webmail.access import Right, mailbox_for
from webmail.lists import beside
from webmail.lists.together import keep_up
from webmail.models import MailboxIndex
from webmail.push.hub import News, hub
from webmail.push.registration import register_soon
from webmail.sync import note_seen

# Seconds. A silent stream is cut by proxies, and what no announcement told is noticed then.
HEARTBEAT = 25.0
# Browsers wait this long before they come back (milliseconds): not all at once, when the site starts again.
RETRY = range(2000, 8000)
ALL = 0  # in place of a mailbox's number: those that the person reads together
END = b"event: end\ndata: \n\n"
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Reader:
    """Who opened the page, as its session says; asked again each time something may have changed."""

    user_id: int
    session_key: str
    session_hash: str
    mailbox_id: int


async def events(reader: Reader) -> AsyncIterator[bytes]:
    """Ends when the reader may not read any more; the browser's leaving cancels it."""
    yield f"retry: {random.choice(RETRY)}\n\n".encode()  # noqa: S311
    known = await in_a_thread(present, reader)
    while known is not None:
        channels = [announcing.of_mailbox(it) for it in known.mailboxes]
        async with hub().listening(announcing.of_person(reader.user_id), *channels) as news:
            places = known.mailboxes
            # Asked again when other mailboxes are to be heard of.
            while known is not None and known.mailboxes == places:
                known = await _asked(reader, news, known)
                if known is not None:
                    yield _event(beside.version(known.changes, known.mark))
                    for told in _told(news):
                        yield told
                    await news.wait(HEARTBEAT)
    yield END


async def _asked(reader: Reader, news: News, known: "Present") -> "Present | None":
    """What was told of one mailbox, without a question to anybody; what is doubtful is asked. None: no more.

    Of several mailboxes it is the sum that a page shows: each word is asked.
    """
    if not news.is_doubtful and reader.mailbox_id != ALL:
        return replace(known, changes=max(known.changes, news.version))
    news.is_doubtful = False
    now = await in_a_thread(present, reader)
    if now is None or reader.mailbox_id == ALL:
        return now
    return replace(now, changes=max(now.changes, news.version))


def _told(news: News) -> Iterator[bytes]:
    while news.came:
        yield f"event: presence\ndata: {news.came.pop()}\n\n".encode()
    while news.noted:
        yield f"event: notes\ndata: {news.noted.pop()}\n\n".encode()
    if news.is_called:
        news.is_called = False
        yield b"event: call\ndata: \n\n"


def _event(version: str) -> bytes:
    return f"id: {version}\nevent: version\ndata: {version}\n\n".encode()


def open_stream(reader: Reader) -> bool:
    """False when the mailbox may not be read; else the mail server is asked to tell of it."""
    known = present(reader)
    for mailbox_id in known.mailboxes if known else ():
        register_soon(mailbox_id)
    return known is not None


@dataclass(frozen=True)
class Present:
    """The mailboxes to hear of, how often their indexes changed, and the mark of the reader's rights."""

    mailboxes: tuple[int, ...]
    changes: int
    mark: str


def present(reader: Reader) -> Present | None:
    """None when the page may not be shown any more."""
    user = User.objects.filter(pk=reader.user_id).first()
    if user is None or not user.is_active or not _is_signed_in(reader, user):
        return None
    if reader.mailbox_id == ALL:
        return _present_of_all(user)
    try:
        mailbox = mailbox_for(user, reader.mailbox_id, Right.READ)
    except Http404:
        return None
    note_seen(mailbox)
    changes: int = MailboxIndex.objects.values_list("changes", flat=True).get(mailbox=mailbox)
    return Present((mailbox.pk,), changes, beside.present_mark(user))


def _present_of_all(user: User) -> Present:
    boxes = beside.beside(user)
    read = beside.together(boxes)
    keep_up(read)
    changes = sum(box.changes for box in read)
    return Present(tuple(box.id for box in read), changes, beside.standing_mark(boxes))


def _is_signed_in(reader: Reader, user: User) -> bool:
    alive = Session.objects.filter(
        session_key=reader.session_key, expire_date__gt=timezone.now()
    ).exists()
    return alive and constant_time_compare(reader.session_hash, user.get_session_auth_hash())


async def in_a_thread(act: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """For one question to the database; its connection goes back before the page waits again."""

    def ask() -> T:
        try:
            return act(*args, **kwargs)
        finally:
            connection.close()

    return await sync_to_async(ask, thread_sensitive=False)()
