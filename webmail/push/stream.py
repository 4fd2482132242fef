"""What one open page is sent: server-sent events (https://html.spec.whatwg.org/#server-sent-events).

``version``  the mailbox's present state, a number; first of all, after each change, and each HEARTBEAT,
             so that a page knows that it still hears
``presence`` somebody came to the conversation of this number, or left it
``call``     a colleague assigned or mentioned something to the person of this page
``end``      this page may not be shown any more: signed out, frozen, or the mailbox was taken back

A page that comes back says which version it shows (Last-Event-ID), and is sent the present one.
"""

import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
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
from webmail.models import MailboxIndex
from webmail.push.hub import News, hub
from webmail.push.registration import register_soon
from webmail.sync import note_seen

# Seconds. A silent stream is cut by proxies, and what no announcement told is noticed then.
HEARTBEAT = 25.0
# Browsers wait this long before they come back (milliseconds): not all at once, when the site starts again.
RETRY = range(2000, 8000)
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
    names = announcing.of_mailbox(reader.mailbox_id), announcing.of_person(reader.user_id)
    yield f"retry: {random.choice(RETRY)}\n\n".encode()  # noqa: S311
    async with hub().listening(*names) as news:
        while True:
            version = await _version(reader, news)
            if version is None:
                yield END
                return
            yield _event(version)
            for told in _told(news):
                yield told
            await news.wait(HEARTBEAT)


async def _version(reader: Reader, news: News) -> int | None:
    """What was told, without a question to anybody; what is doubtful is asked. None: no more."""
    if not news.is_doubtful:
        return news.version
    news.is_doubtful = False
    version = await in_a_thread(present_version, reader)
    if version is not None:
        news.version = max(news.version, version)
        return news.version
    return None


def _told(news: News) -> Iterator[bytes]:
    while news.came:
        yield f"event: presence\ndata: {news.came.pop()}\n\n".encode()
    if news.is_called:
        news.is_called = False
        yield b"event: call\ndata: \n\n"


def _event(version: int) -> bytes:
    return f"id: {version}\nevent: version\ndata: {version}\n\n".encode()


def open_stream(reader: Reader) -> bool:
    """False when the mailbox may not be read; else the mail server is asked to tell of it."""
    if present_version(reader) is None:
        return False
    register_soon(reader.mailbox_id)
    return True


def present_version(reader: Reader) -> int | None:
    """The number of the last change of the mailbox's index; None when it may not be shown any more."""
    user = User.objects.filter(pk=reader.user_id).first()
    if user is None or not _is_signed_in(reader, user):
        return None
    try:
        mailbox = mailbox_for(user, reader.mailbox_id, Right.READ)
    except Http404:
        return None
    note_seen(mailbox)
    changes: int = MailboxIndex.objects.values_list("changes", flat=True).get(mailbox=mailbox)
    return changes


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
