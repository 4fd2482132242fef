"""Codes of authenticator applications (RFC 6238), each accepted once."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.db import transaction

from accounts.second_factor.seals import unseal

LAST_COUNTER = "last_counter"


@transaction.atomic
def spend_code(authenticator: Authenticator, code: str) -> bool:
    """Whether the code is right and newer than the last one accepted (RFC 6238, §5.2).

    django-allauth remembers a spent code in the cache for one period only, while clocks are given
    three, and needs Redis for it.
    """
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    counter = _counter_of(unseal(row.data["secret"]), code)
    if counter is None or counter <= row.data.get(LAST_COUNTER, 0):
        return False
    row.data[LAST_COUNTER] = counter
    row.save(update_fields=["data"])
    return True


def _counter_of(secret: str, code: str) -> int | None:
    """The period, counted since 1970, whose code this is; the newest when two agree."""
    typed = "".join(code.split())
    counters = [
        counter
        for counter in auth.yield_hotp_counters_from_time()
        if auth.compare_user_code(
            actual=typed, expected=auth.format_hotp_value(auth.hotp_value(secret, counter))
        )
    ]
    return max(counters, default=None)
