"""With what Pli signs in to the mail servers for a person: a token of ours, or the person's password."""

import hashlib
import secrets
from collections.abc import Hashable
from dataclasses import dataclass

from django.conf import settings

from accounts.sealed import sealed_password
from accounts.secrets import Password
from mailboxes.delegating import standing
from mailboxes.tokens import MailToken, mail_token
from webmail.errors import LoginRefused, PasswordNeeded
from webmail.servers.wire import refuse_control

# Passwords are told apart in memory without being there.
_SALT = secrets.token_bytes(16)


@dataclass(frozen=True)
class ByToken:
    """OAUTHBEARER (RFC 7628)."""

    login: str
    token: MailToken

    @property
    def bearer(self) -> bytes:
        login = self.login.replace("=", "=3D").replace(",", "=2C")
        return f"n,a={login},\x01auth=Bearer {self.token!s}\x01\x01".encode()


@dataclass(frozen=True)
class ByPassword:
    """PLAIN (RFC 4616)."""

    login: str
    password: Password

    @property
    def plain(self) -> bytes:
        return f"\0{self.login}\0{self.password.reveal()}".encode("utf-8", "surrogatepass")


Credentials = ByToken | ByPassword


def credentials_for(mailbox: str, person: str) -> Credentials:
    """For the mailbox with this primary address, on behalf of the person with that one.

    Raises PasswordNeeded, LoginRefused where a password opens one's own mailbox only, and
    ``Mailbox.DoesNotExist`` for a mailbox that is unknown or closed.
    """
    if settings.MAIL_AUTH == "token":
        return ByToken(mailbox, mail_token(mailbox, person))
    return ByPassword(mailbox, _password(mailbox, person))


def _password(mailbox: str, person: str) -> Password:
    if mailbox != person:
        raise LoginRefused(mailbox)
    password = sealed_password.current()
    if password is None:
        raise PasswordNeeded(mailbox)
    refuse_control(password.reveal())
    return password


def connection_key(mailbox: str, person: str) -> Hashable:
    """Equal for two requests that may use one connection after the other. Errors: as `credentials_for`.

    The quota and the person's groups are part of it: the server learnt them when the connection began.
    """
    known = standing.on_servers(mailbox, person)
    place = (settings.IMAP_HOST, settings.IMAP_PORT, mailbox, person, known)
    if settings.MAIL_AUTH == "token":
        return place
    password = _password(mailbox, person).reveal().encode("utf-8", "surrogatepass")
    return (*place, hashlib.sha256(_SALT + password).digest())
