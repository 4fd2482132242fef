"""The code that a secretary, or the help desk, gives to someone whose identity they checked."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Agent, HandedCode, User
from accounts.recovery.codes import hash_of_code, is_code, new_letters
from accounts.roles import Permission, require
from accounts.secrets import Code
from accounts.signing_in import signin
from accounts.telling.notices import tell
from accounts.throttling import Guarded
from audit import journal
from audit.events import Event
from audit.parties import Origin


@transaction.atomic
def hand_out(by: User, agent: Agent, origin: Origin, justification: str, method: str = "") -> Code:
    """A new code for ``agent``, seen once by ``by``; it voids the one before.

    ``method`` says how the identity was checked.

    It replaces the second proof of who has neither second factor nor verified contact
    (accounts/recovery/cases.py), never the answers. Raises Http404 without the right.
    """
    require(by, Permission.HAND_OUT_RESET_CODES, agent.school)
    if agent.user is None or not agent.user.is_active:
        raise Http404
    code = new_letters()
    HandedCode.objects.update_or_create(
        user=agent.user,
        defaults={
            "code_hash": hash_of_code(code, _bound_to(agent.user)),
            "expires_at": timezone.now() + timedelta(hours=settings.HANDED_CODE_HOURS),
            "tries": 0,
        },
    )
    tell(agent.user, _("Un code de réinitialisation vous a été remis"), origin)
    journal.record(
        Event.RESET_CODE_HANDED_OUT,
        actor=by.party,
        subject=agent.party,
        origin=origin,
        method=method,
        justification=justification,
    )
    return code


def handed_code_is_right(request: HttpRequest, user: User, typed: Code) -> bool:
    """Whether it is the person's code, which then is spent. Raises signin.MustWait."""
    permit = signin.permit_for(request, user.username, Guarded.CODE)
    if _spend(user, typed):
        signin.passed(permit)
        return True
    signin.refused(request, permit, user, Event.PASSWORD_RESET, "handed code", "wrong code")
    return False


def _spend(user: User, typed: Code) -> bool:
    mine = HandedCode.objects.filter(
        user=user, expires_at__gt=timezone.now(), tries__lt=settings.RECOVERY_CODE_TRIES
    )
    if mine.update(tries=F("tries") + 1) != 1:
        return False
    row = HandedCode.objects.get(user=user)
    if not is_code(typed, row.code_hash, _bound_to(user)):
        return False
    return HandedCode.objects.filter(pk=row.pk, code_hash=row.code_hash).delete()[0] == 1


def _bound_to(user: User) -> str:
    return f"handed {user.pk}"
