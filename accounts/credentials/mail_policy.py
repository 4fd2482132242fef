"""What Dovecot tells about the passwords of mail programs.

Wrong passwords on the IMAP and submission ports count in the counters of the sign-in page, and
bring the same pauses (accounts/throttling/mail_pauses.py); at a hundred in a row the password opens no mail
program any more, but on the lines where the person's own signed in before. Dovecot does not wait
for the site: nobody's mail stops with it.
Source: Dovecot 2.3, "Authentication policy support"; IDENTITY rules, "Throttling".
"""

import json
from dataclasses import dataclass
from ipaddress import ip_address

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis.exceptions import RedisError

from accounts import throttling
from accounts.credentials import application_passwords
from accounts.models import User
from accounts.naming.identifiers import account_for, read_identifier
from accounts.signing_in.signin import REASONS
from accounts.throttling import Permit, Reason, Refusal, mail_device, mail_pauses
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
    another one; ``application`` is the application password that it was, if any.
    """

    login: str
    address: str
    service: str
    mechanism: str
    trace: str = ""
    succeeded: bool = False
    application: int | None = None

    @property
    def counts(self) -> bool:
        return self.mechanism in WITH_A_PASSWORD


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
            application=int(fields.get("application") or 0) or None,
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotAnAttempt(str(error)) from error


def note_outcome(attempt: Attempt) -> None:
    """Counts the attempt: right passwords come all day long, and are not journalled."""
    if not attempt.counts:
        return
    account = account_for(attempt.login)
    identity = account.username if account else read_identifier(attempt.login)
    if not attempt.succeeded:
        _note_failure(attempt, account, identity)
        return
    throttling.report(identity, attempt.address, True, mail_device(attempt.address))
    if account:
        mail_pauses.know(account, attempt.address)
    if attempt.application is not None:
        application_passwords.used(attempt.application, attempt.address or None)


def _note_failure(attempt: Attempt, account: User | None, identity: str) -> None:
    """Journalled until the first pause begins: whoever guesses would fill the journal at will."""
    device = mail_device(attempt.address)
    is_known = throttling.knows(identity, device)
    if account and is_known:
        mail_pauses.let_in_from(account, attempt.address)
    if _is_repeated(attempt, identity):
        return
    if account and not mail_pauses.is_over_for(account, attempt.address):
        return
    before = throttling.consult(identity, attempt.address, device)
    refusal = throttling.report(identity, attempt.address, False, device)
    if isinstance(before, Permit):
        reason = "wrong password" if account else "unknown identifier"
        _record(Event.SIGNED_IN, attempt, account, reason)
    if refusal is None:
        return
    if account:
        mail_pauses.begin(account, refusal, attempt.address if is_known else "")
    if refusal.reason is Reason.DISABLED and account is not None:
        _disable(attempt, account, refusal)
    elif isinstance(before, Permit):
        _record(Event.SIGN_IN_THROTTLED, attempt, account, REASONS[refusal.reason])


@transaction.atomic
def _disable(attempt: Attempt, account: User, refusal: Refusal) -> None:
    """Once for a password: the next failures find it disabled."""
    locked = User.objects.select_for_update().get(pk=account.pk)
    if locked.mail_password_is_disabled:
        return
    locked.mail_disabled_at = timezone.now()
    locked.save(update_fields=["mail_disabled_at"])  # the mail servers hear of it by the signal
    _record(Event.CREDENTIAL_DISABLED, attempt, account, REASONS[refusal.reason])


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


def _record(event: Event, attempt: Attempt, account: User | None, reason: str) -> None:
    journal.record(
        event,
        subject=account.party if account else NOBODY,
        origin=Origin(attempt.address),
        method=f"password, {attempt.service}",
        result=Result.REFUSED,
        reason=reason,
    )
