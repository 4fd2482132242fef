"""Who comes to activate: four ways to prove it, one answer to whatever is wrong.

Each try is counted before anything is verified, under what was typed; the work is the same for
people and letters that do not exist. Source: IDENTITY rules, "Variants", "Throttling".
"""

from datetime import date

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Agent, User
from accounts.origins import origin_of
from accounts.sealed.numen import agent_with_numen
from accounts.secrets import Code, Numen, Password
from accounts.signing_in import signin
from accounts.throttling import Guarded, Permit
from activation.journey.progress import JourneyOver, begin
from activation.letters.redeeming import is_code_of, letter_by_login, letter_by_numen
from activation.models import ExpectedTransfer, Journey, Letter
from audit.events import Event

Proof = Journey.Proof


class NotProved(Exception):
    """Something is wrong, or there is nothing to activate: people are not told which."""


class AlreadyOpen(Exception):
    """Somebody who knows the password of an open account: they only need to sign in."""


def by_letter(request: HttpRequest, numen: Numen, code: Code) -> Journey:
    """Raises NotProved, signin.MustWait."""
    permit = _permit(request, numen.reveal())
    letter = letter_by_numen(numen)
    reason = _wrong_with_code(letter, code)
    return _begin_with(request, permit, Proof.LETTER, letter, reason)


def by_identifier(request: HttpRequest, login: str, code: Code, birth_date: date) -> Journey:
    """Raises NotProved, signin.MustWait."""
    permit = _permit(request, login)
    letter = letter_by_login(login)
    reason = _wrong_with_code(letter, code)
    if letter is not None and not reason:
        reason = _wrong_with_birth(letter.agent, birth_date)
    return _begin_with(request, permit, Proof.IDENTIFIER, letter, reason)


def by_transfer(request: HttpRequest, numen: Numen, birth_date: date) -> Journey:
    """For an arrival that HR announced, and never twice. Raises NotProved, signin.MustWait."""
    permit = _permit(request, numen.reveal())
    transfer = awaited_transfer(agent_with_numen(numen))
    reason = "no expected transfer"
    if transfer is not None:
        reason = _wrong_with_birth(transfer.agent, birth_date)
    if transfer is None or reason:
        whom = transfer.agent if transfer else None
        raise _refused(request, permit, Proof.TRANSFER, whom, reason)
    signin.passed(permit)
    return _begun(transfer.agent, Proof.TRANSFER, request, transfer=transfer)


def by_temporary_password(request: HttpRequest, login: str, password: Password) -> Journey:
    """Counted and verified as a sign-in is. Raises NotProved, AlreadyOpen, signin.MustWait."""
    account = signin.account_with_password(request, login, password)
    if account is None:
        raise NotProved
    if account.is_active:
        raise AlreadyOpen
    return by_signing_in(request, account)


def by_signing_in(request: HttpRequest, account: User) -> Journey:
    """For whoever gave the temporary password of an account not open yet. Raises NotProved."""
    agent: Agent | None = getattr(account, "agent", None)
    if agent is None:
        raise NotProved
    return _begun(agent, Proof.TEMPORARY, request)


def awaited_transfer(agent: Agent | None) -> ExpectedTransfer | None:
    """The arrival that may serve today; the same look-up where there is no agent."""
    mine = ExpectedTransfer.objects.filter(agent=agent, used_at__isnull=True)
    transfer = mine.select_related("agent").first()
    return transfer if transfer and transfer.is_open_on(timezone.localdate()) else None


def _permit(request: HttpRequest, identity: str) -> Permit:
    return signin.permit_for(request, identity, Guarded.ACTIVATION)


def _wrong_with_code(letter: Letter | None, code: Code) -> str:
    """Why this code opens nothing, for the journal; "" where it does. Argon2 runs either way."""
    right = is_code_of(letter, code)
    if letter is None:
        return "no usable letter"
    return "" if right else "wrong code"


def _wrong_with_birth(agent: Agent, birth_date: date) -> str:
    return "" if agent.birth_date == birth_date else "wrong birth date"


def _begin_with(
    request: HttpRequest, permit: Permit, proof: Journey.Proof, letter: Letter | None, reason: str
) -> Journey:
    if letter is None or reason:
        raise _refused(request, permit, proof, letter.agent if letter else None, reason)
    signin.passed(permit)
    return _begun(letter.agent, proof, request, letter=letter)


def _begun(agent: Agent, proof: Journey.Proof, request: HttpRequest, **what: object) -> Journey:
    try:
        return begin(agent, proof, origin_of(request), **what)
    except JourneyOver as over:
        raise NotProved from over


def _refused(
    request: HttpRequest, permit: Permit, proof: Journey.Proof, agent: Agent | None, reason: str
) -> NotProved:
    signin.refused(request, permit, agent, Event.ACTIVATION_STARTED, proof.value, reason)
    return NotProved()
