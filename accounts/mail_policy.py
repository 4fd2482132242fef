"""What Dovecot asks before it verifies a mail program's password, and tells afterwards.

Wrong passwords on the IMAP and submission ports count in the counters of the sign-in page. When the
site does not answer, Dovecot goes on without it: nobody's mail stops with the site.
Source: Dovecot 2.3, "Authentication policy support"; IDENTITY rules, "Throttling".
"""

import json
import unicodedata
from dataclasses import dataclass
from ipaddress import ip_address

from django.core.cache import cache
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from accounts import application_passwords, throttling
from accounts.identifiers import account_for, read_identifier
from accounts.models import User
from accounts.signin import REASONS
from accounts.throttling import Reason, Refusal, mail_device
from audit import journal
from audit.events import Event, Result
from audit.parties import NOBODY, Origin

# Pli's own tokens come this way too; a signature of ES256 cannot be guessed.
WITH_A_PASSWORD = frozenset({"PLAIN", "LOGIN"})
REMEMBERED_SECONDS = 30 * 86_400


class NotAnAttempt(ValueError):
    """What came is not what Dovecot sends."""


@dataclass(frozen=True)
class Attempt:
    """One sign-in of a mail program; ``service`` is ``imap``, ``smtp`` or ``sieve``.

    ``trace`` is some bits of the password's keyed hash: it tells a password tried again from
    another one. ``verified`` says whether the password was looked at at all, ``application`` which
    application password it was, if any; with ``succeeded`` they only mean something in what is told
    afterwards.
    """

    login: str
    address: str
    service: str
    mechanism: str
    trace: str = ""
    succeeded: bool = False
    verified: bool = True
    application: int | None = None

    @property
    def counts(self) -> bool:
        return self.mechanism in WITH_A_PASSWORD and self.verified


def read_attempt(body: bytes) -> Attempt:
    """Dovecot's JSON object, as ``auth_policy_request_attributes`` shapes it. Raises NotAnAttempt."""
    try:
        fields = json.loads(body.decode("utf-8", "replace"))
        if address := str(fields["remote"]):
            ip_address(address.partition("%")[0])
        return Attempt(
            login=str(fields["login"]),
            address=address,
            service=str(fields["service"]),
            mechanism=str(fields["mechanism"]).upper(),
            trace=str(fields.get("trace", "")),
            succeeded=fields.get("success") is True,
            verified=fields.get("policy_reject") is not True,
            application=int(fields.get("application") or 0) or None,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAnAttempt(str(error)) from error


def refusal_of(attempt: Attempt) -> Refusal | None:
    """Why the password is not even to be looked at now, if so. Counts nothing."""
    if not attempt.counts:
        return None
    identity = _identity(attempt, account_for(attempt.login))
    answer = throttling.consult(identity, attempt.address, mail_device(attempt.address))
    return answer if isinstance(answer, Refusal) else None


def note_outcome(attempt: Attempt) -> None:
    """Counts the attempt, and journals it if it failed: right passwords come all day long."""
    if not attempt.counts:
        return
    account = account_for(attempt.login)
    identity = _identity(attempt, account)
    if not attempt.succeeded and _is_repeated(attempt, identity):
        return
    device = mail_device(attempt.address)
    refusal = throttling.report(identity, attempt.address, attempt.succeeded, device)
    if not attempt.succeeded:
        _journal(attempt, account, refusal)
    elif attempt.application is not None:
        application_passwords.used(attempt.application, attempt.address or None)


def in_plain_letters(sentence: str) -> str:
    """``"Réessayez"`` → ``Reessayez``: IMAP and SMTP answers are ASCII (RFC 3501 §9, RFC 5321 §4.2)."""
    letters = unicodedata.normalize("NFKD", sentence.replace("’", "'"))
    return letters.encode("ascii", "ignore").decode()


def _is_repeated(attempt: Attempt, identity: str) -> bool:
    """Whether this wrong password was counted before.

    A telephone goes on with the old password for days after a change: that is one failure, and
    trying the same password again teaches nobody anything.
    """
    tried = f"{identity} {attempt.trace}"
    key = salted_hmac("pli wrong password", tried, algorithm="sha256").hexdigest()
    try:
        return bool(attempt.trace) and not cache.add(key, 1, REMEMBERED_SECONDS)
    except RedisError:  # counted once too often rather than never
        return False


def _identity(attempt: Attempt, account: User | None) -> str:
    return account.username if account else read_identifier(attempt.login)


def _journal(attempt: Attempt, account: User | None, refusal: Refusal | None) -> None:
    reason = "wrong password" if account else "unknown identifier"
    _record(Event.SIGNED_IN, attempt, account, reason)
    if refusal is not None:
        disabled = refusal.reason is Reason.DISABLED
        event = Event.CREDENTIAL_DISABLED if disabled else Event.SIGN_IN_THROTTLED
        _record(event, attempt, account, REASONS[refusal.reason])


def _record(event: Event, attempt: Attempt, account: User | None, reason: str) -> None:
    journal.record(
        event,
        subject=account.party if account else NOBODY,
        origin=Origin(attempt.address),
        method=f"password, {attempt.service}",
        result=Result.REFUSED,
        reason=reason,
    )
