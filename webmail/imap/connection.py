"""Sessions: signing in, errors, saying goodbye."""

import imaplib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from django.conf import settings
from imapclient import IMAPClient, exceptions  # noqa: TID251

from mailboxes.tokens import mail_token
from webmail.errors import LoginRefused, MailboxFull, MailServerUnavailable
from webmail.imap.acting import Acting
from webmail.imap.changes import Following
from webmail.imap.folders import Folders
from webmail.imap.previews import Previews
from webmail.imap.reading import Reading
from webmail.imap.replies import Unreadable
from webmail.wire import tls_context

# Response codes of RFC 5530 and RFC 9208, in the middle of imapclient's words.
OVER_QUOTA = "[OVERQUOTA]"
UNAVAILABLE = "[UNAVAILABLE]"


class MailSession(Folders, Reading, Acting, Following, Previews):
    """An authenticated connection for one mailbox, on behalf of one person. Obtain one with `session()`."""


def connect(mailbox: str, person: str) -> MailSession:
    """Signs in to `mailbox` (an address) for `person` (an address). Raises MailServerUnavailable, LoginRefused."""
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
            client.oauthbearer_login(mailbox, mail_token(mailbox, person))
        except exceptions.LoginError as error:
            client.shutdown()
            if _is_passing(error):
                raise
            raise LoginRefused(mailbox) from error
        # Kept by imapclient from now on: other commands clear what the sign-in's answer told.
        client.capabilities()
    return MailSession(client)


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
    """A session for the length of a `with`; its connection ends with it. Errors: see `connect`."""
    mail = connect(mailbox, person)
    try:
        with translated_errors():
            yield mail
    except MailServerUnavailable:
        # A goodbye to a server that does not answer would wait for as long once more.
        mail.client.shutdown()
        raise
    except BaseException:
        close(mail)
        raise
    close(mail)


def close(mail: MailSession) -> None:
    """Says goodbye; a connection that is already dead needs none."""
    try:
        mail.client.logout()
    except (OSError, imaplib.IMAP4.error):
        mail.client.shutdown()
