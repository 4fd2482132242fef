"""What one open page is sent: server-sent events (https://html.spec.whatwg.org/#server-sent-events).

``version``  the mailbox's present state, a number; first of all, and after each change
``end``      this page may not be shown any more: signed out, frozen, or the mailbox was taken back

A page that comes back says which version it shows (Last-Event-ID), and is sent the present one.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from webmail.access import mailbox_for
from webmail.models import MailboxIndex
from webmail.push import channels
from webmail.push.hub import hub
from webmail.sync import note_seen

# Seconds. A silent stream is cut by proxies, and what no announcement told is noticed then.
HEARTBEAT = 25.0
# Browsers wait this long before they come back (milliseconds); live.js adds its own jitter.
RETRY = 3000
SILENCE = b": \n\n"
END = b"event: end\ndata: \n\n"


@dataclass(frozen=True)
class Reader:
    """Who opened the page, as its session says; asked again each time something may have changed."""

    user_id: int
    session_key: str
    session_hash: str
    mailbox_id: int

    @classmethod
    def of(cls, session: SessionBase, mailbox_id: int) -> "Reader":
        return cls(
            user_id=int(session[SESSION_KEY]),
            session_key=session.session_key or "",
            session_hash=session[HASH_SESSION_KEY],
            mailbox_id=mailbox_id,
        )


async def events(reader: Reader) -> AsyncIterator[bytes]:
    """Ends when the reader may not read any more; the browser's leaving cancels it."""
    names = channels.of_mailbox(reader.mailbox_id), channels.of_person(reader.user_id)
    shown = None
    yield f"retry: {RETRY}\n\n".encode()
    async with hub().listening(*names) as news:
        while True:
            news.clear()
            version = await _in_a_thread(present_version)(reader)
            if version is None:
                yield END
                return
            yield SILENCE if version == shown else _event(version)
            shown = version
            await _wait(news)


async def _wait(news: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(news.wait(), HEARTBEAT)
    except TimeoutError:
        return


def _event(version: int) -> bytes:
    return f"id: {version}\nevent: version\ndata: {version}\n\n".encode()


def present_version(reader: Reader) -> int | None:
    """The number of the last change of the mailbox's index; None when it may not be shown any more."""
    user = User.objects.filter(pk=reader.user_id).first()
    if user is None or not _is_signed_in(reader, user):
        return None
    try:
        mailbox = mailbox_for(user, reader.mailbox_id)
    except Http404:
        return None
    note_seen(mailbox)
    return MailboxIndex.objects.values_list("changes", flat=True).get(mailbox=mailbox)


def _is_signed_in(reader: Reader, user: User) -> bool:
    alive = Session.objects.filter(
        session_key=reader.session_key, expire_date__gt=timezone.now()
    ).exists()
    return alive and constant_time_compare(reader.session_hash, user.get_session_auth_hash())


def _in_a_thread(
    act: Callable[[Reader], int | None],
) -> Callable[[Reader], Awaitable[int | None]]:
    """For one question to the database; its connection goes back before the page waits again."""

    def ask(reader: Reader) -> int | None:
        try:
            return act(reader)
        finally:
            close_old_connections()

    return sync_to_async(ask, thread_sensitive=False)
