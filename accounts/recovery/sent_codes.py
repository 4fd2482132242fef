"""The second proof of who has a verified address or telephone: a code sent there."""

from datetime import timedelta

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import RecoveryContact, Reset
from accounts.origins import origin_of
from accounts.recovery.channels import ChannelUnavailable, minutes_valid, send_code
from accounts.recovery.codes import hash_of_code, is_code, new_digits
from accounts.recovery.sending import count_sending, forget_sendings
from accounts.secrets import Code
from accounts.signing_in import signin
from accounts.throttling import Guarded
from audit import journal
from audit.events import Event, Result

Step = Reset.Step


def send_reset_code(request: HttpRequest, reset: Reset, contact: RecoveryContact) -> None:
    """A new code, which voids the one before. Raises signin.MustWait, ChannelUnavailable."""
    count_sending(request, reset.user)
    code = new_digits()
    reset.contact, reset.code_tries = contact, 0
    reset.code_hash = hash_of_code(code, _bound_to(reset))
    reset.code_expires_at = timezone.now() + timedelta(minutes=minutes_valid(contact))
    reset.save(update_fields=["contact", "code_tries", "code_hash", "code_expires_at"])
    try:
        send_code(contact, code)
    except ChannelUnavailable:
        _record(request, reset, contact, Result.FAILED)
        raise
    _record(request, reset, contact, Result.SUCCESS)


def code_is_right(request: HttpRequest, reset: Reset, typed: Code) -> bool:
    """Counted before it is verified, here and by the throttle. Raises signin.MustWait."""
    permit = signin.permit_for(request, reset.user.username, Guarded.CODE)
    if _spend_try(reset) and is_code(typed, reset.code_hash, _bound_to(reset)):
        signin.passed(permit)
        forget_sendings(reset.user)
        return True
    signin.refused(request, permit, reset.user, Event.PASSWORD_RESET, "code", "wrong code")
    return False


def awaits_code(reset: Reset) -> bool:
    """Whether a code was sent that may still be typed."""
    fresh = reset.code_expires_at is not None and reset.code_expires_at > timezone.now()
    return fresh and reset.code_tries < settings.RECOVERY_CODE_TRIES


def _spend_try(reset: Reset) -> bool:
    waiting = Reset.objects.filter(
        pk=reset.pk,
        step=Step.ANSWERED,
        code_expires_at__gt=timezone.now(),
        code_tries__lt=settings.RECOVERY_CODE_TRIES,
    )
    spent = waiting.update(code_tries=F("code_tries") + 1) == 1
    reset.refresh_from_db(fields=["code_tries", "code_hash", "code_expires_at"])
    return spent


def _bound_to(reset: Reset) -> str:
    return f"reset {reset.flow}"


def _record(request: HttpRequest, reset: Reset, contact: RecoveryContact, result: Result) -> None:
    journal.record(
        Event.RESET_CODE_SENT,
        subject=reset.user.party,
        origin=origin_of(request),
        method=contact.kind,
        result=result,
        flow=reset.flow,
    )
