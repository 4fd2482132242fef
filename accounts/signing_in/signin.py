"""Signing in: what is counted, checked and journalled, whatever the page or the factor.

Each check is counted before it is made, the same work is done for identities that do not exist,
and one answer covers a wrong identifier and a wrong password. Source: IDENTITY rules, "Throttling".
"""

from dataclasses import replace

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest, HttpResponse

from accounts import throttling
from accounts.models import Agent, TemporaryPassword, User
from accounts.naming.identifiers import account_for, read_identifier
from accounts.origins import origin_of
from accounts.passwords import normalised
from accounts.secrets import Password
from accounts.throttling import Guarded, Permit, Reason, Refusal, mail_pauses
from audit import journal
from audit.events import Event, Result
from audit.parties import NOBODY, Party

REASONS = {
    Reason.WAIT: "pause after failures in a row",
    Reason.DAY: "too many failures in a day",
    Reason.ADDRESS: "too many failures from one address",
    Reason.DISABLED: "too many failures in a row",
}


class MustWait(Exception):
    """Too many failures: nothing was verified; ``refusal`` says how long, and what people read."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(REASONS[refusal.reason])
        self.refusal = refusal


def account_with_password(request: HttpRequest, typed: str, password: Password) -> User | None:
    """The account that this identifier and this password open, active or not.

    A temporary password that expired is a wrong one. Raises MustWait.
    """
    account = account_for(typed)
    identity = account.username if account else read_identifier(typed)
    permit = permit_for(request, identity)
    reason = _wrong_with(account, password)
    if not reason:
        passed(permit)
        return account
    refused(request, permit, account, Event.SIGNED_IN, "password", reason)
    return None


def confirms_password(request: HttpRequest, account: User, password: Password) -> bool:
    """Whether someone signed in knows the password too. Raises MustWait."""
    permit = permit_for(request, account.username)
    if _is_password_of(account, password):
        passed(permit)
        return True
    refused(request, permit, account, Event.REAUTHENTICATED, "password", "wrong password")
    return False


def completed(request: HttpRequest, account: User, response: HttpResponse) -> None:
    """Every step is behind: the browser is known from now on, and the journal says how it went.

    A browser that only passed the password stays unknown: each known one has its own count of
    failures, so it could guess codes for ever by dropping its cookie.
    """
    device = throttling.device_of(request) or throttling.new_device()
    origin = origin_of(request)
    throttling.report(account.username, origin.address, success=True, device=device)
    throttling.keep_device(response, device)
    factors = factors_used(request, account)
    journal.record(
        Event.SIGNED_IN,
        actor=account.party,
        subject=account.party,
        origin=origin,
        method=factors[0] if factors else "",
        factors=factors,
    )


def factors_used(request: HttpRequest, account: User) -> tuple[str, ...]:
    """``("password", "totp")``, in the order in which they were shown in this session."""
    records = get_authentication_records(request, account)
    return tuple(dict.fromkeys(record.get("type", record["method"]) for record in records))


def permit_for(request: HttpRequest, identity: str, guarded: Guarded = Guarded.PASSWORD) -> Permit:
    """Leave to verify one attempt, already counted. Raises MustWait."""
    address = origin_of(request).address
    answer = throttling.attempt(identity, address, throttling.device_of(request), guarded)
    if isinstance(answer, Refusal):
        raise MustWait(answer)
    return answer


def passed(permit: Permit) -> None:
    """One factor was right; see :func:`completed` for what only the last step may do."""
    throttling.succeeded(replace(permit, device=""))


def refused(
    request: HttpRequest,
    permit: Permit,
    whom: User | Agent | None,
    event: Event,
    method: str,
    reason: str,
) -> None:
    """A factor was wrong: journalled, with the pause or the lock that this failure brings.

    Attempts made during a pause are not journalled one by one: whoever guesses would fill the
    journal at will.
    """
    origin, subject = origin_of(request), _party(whom)
    refusal = throttling.failed(permit)
    if isinstance(whom, User) and refusal and method == "password" and permit.is_of_a_stranger:
        mail_pauses.begin(whom, refusal)
    journal.record(
        event, subject=subject, origin=origin, method=method, result=Result.REFUSED, reason=reason
    )
    if refusal is not None:
        journal.record(
            _consequence(refusal),
            subject=subject,
            origin=origin,
            method=method,
            result=Result.REFUSED,
            reason=REASONS[refusal.reason],
        )


def _consequence(refusal: Refusal) -> Event:
    disabled = refusal.reason is Reason.DISABLED
    return Event.CREDENTIAL_DISABLED if disabled else Event.SIGN_IN_THROTTLED


def _party(whom: User | Agent | None) -> Party:
    return whom.party if whom else NOBODY


def _wrong_with(account: User | None, password: Password) -> str:
    """Why this opens nothing, for the journal; "" where it does."""
    right = _is_password_of(account, password)
    if account is None:
        return "unknown identifier"
    if not right:
        return "wrong password"
    given = TemporaryPassword.objects.filter(user=account).first()
    return "expired temporary password" if given and given.has_expired else ""


def _is_password_of(account: User | None, password: Password) -> bool:
    """Argon2 runs whether the account exists or not."""
    text = normalised(password.reveal())
    if account is None:
        User().set_password(text)
        return False
    return account.check_password(text)
