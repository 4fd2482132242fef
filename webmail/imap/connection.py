"""Sessions: signing in, errors, saying goodbye."""

import imaplib
from collections.abc import Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from django.conf import settings
from imapclient import IMAPClient, exceptions  # noqa: TID251

from mailboxes.tokens import BACKDATED_SECONDS
from webmail.errors import LoginRefused, MailboxFull, MailError, MailServerUnavailable
from webmail.imap.acting import Acting
from webmail.imap.changes import Following
from webmail.imap.folders import Folders
from webmail.imap.pool import Pool
from webmail.imap.previews import Previews
from webmail.imap.reading import Reading
from webmail.imap.replies import Unreadable
from webmail.servers.credentials import ByToken, Credentials, connection_key, credentials_for
from webmail.servers.wire import tls_context

# Response codes of RFC 5530 and RFC 9208, in the middle of imapclient's words.
OVER_QUOTA = "[OVERQUOTA]"
UNAVAILABLE = "[UNAVAILABLE]"


class MailSession(Folders, Reading, Acting, Following, Previews):
    """An authenticated connection for one mailbox, on behalf of one person. Obtain one with `session()`."""


POOL: Pool[MailSession] = Pool()


def connect(mailbox: str, person: str) -> MailSession:
    """Signs in to `mailbox` (an address) for `person` (an address).

    Raises MailServerUnavailable, LoginRefused, PasswordNeeded.
    """
    return MailSession(_client(mailbox, person))


def _client(mailbox: str, person: str) -> IMAPClient:
    credentials = credentials_for(mailbox, person)
    with translated_errors():
        client = IMAPClient(
            settings.IMAP_HOST,
            settings.IMAP_PORT,
            ssl_context=tls_context(),
            timeout=settings.MAIL_TIMEOUT,
        )
        # Times stay aware: imapclient's own habit is local and naive.
        client.normalise_times = False
        try:
            _sign_in(client, credentials)
        except exceptions.LoginError as error:
            client.shutdown()
            if _is_passing(error):
                raise
            raise LoginRefused(mailbox) from error
        # Kept by imapclient from now on: other commands clear what the sign-in's answer told.
        client.capabilities()
    return client


def _sign_in(client: IMAPClient, credentials: Credentials) -> None:
    """One round trip where the server takes the proof with the command (SASL-IR, RFC 4959)."""
    if isinstance(credentials, ByToken):
        mechanism, proof = "OAUTHBEARER", credentials.bearer
    elif client.has_capability("AUTH=PLAIN"):
        mechanism, proof = "PLAIN", credentials.plain
    else:
        client.login(credentials.login, credentials.password.reveal())
        return
    client.sasl_login(mechanism, lambda _challenge: proof)


def _is_passing(error: exceptions.LoginError) -> bool:
    """imapclient calls everything that ends a sign-in a LoginError: lost connections, servers in trouble."""
    return isinstance(error.__context__, imaplib.IMAP4.abort) or UNAVAILABLE in str(error)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Errors of the network and NO answers as those of webmail.errors."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, exceptions.ProtocolError, Unreadable) as error:
        if OVER_QUOTA in str(error):
            raise MailboxFull(str(error)) from error
        raise MailServerUnavailable(str(error)) from error


OpenSession = AbstractContextManager[MailSession]


@contextmanager
def session(mailbox: str, person: str) -> Iterator[MailSession]:
    """A session for the length of a `with`; its connection then waits for the next. Errors: see `connect`."""
    key = connection_key(mailbox, person)
    mail, good_until = _waiting(key, mailbox, person) or _connected(mailbox, person)
    try:
        with translated_errors():
            yield mail
    except MailError as error:
        if isinstance(error, MailServerUnavailable):
            mail.drop()
        POOL.give_back(key, mail, good_until, settings.IMAP_POOL_SIZE)
        raise
    except BaseException:
        # Who knows in the middle of what.
        mail.end()
        raise
    POOL.give_back(key, mail, good_until, settings.IMAP_POOL_SIZE)


def _waiting(key: Hashable, mailbox: str, person: str) -> tuple[MailSession, float] | None:
    taken = POOL.take(key)
    if taken is None:
        return None
    mail, good_until = taken
    mail.is_left_over = bool(mail.folder)
    mail.renew = partial(_client, mailbox, person)
    return mail, good_until


def _connected(mailbox: str, person: str) -> tuple[MailSession, float]:
    # From before the token is made: never used longer than it.
    good_until = POOL.clock() + settings.TOKEN_SECONDS - BACKDATED_SECONDS
    return connect(mailbox, person), good_until
