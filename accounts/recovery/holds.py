"""Waiting a day instead of a second proof, while the owner is told and may stop it."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Reset, User
from accounts.recovery.cases import Case, case_of
from accounts.recovery.resets import JourneyOver, prove
from accounts.secrets import Token
from accounts.telling.notices import tell
from accounts.tokens import hash_of_token, new_token
from audit import journal
from audit.events import Event
from audit.parties import Origin

Step = Reset.Step
WAITED = "wait"


@transaction.atomic
def hold(reset: Reset, origin: Origin) -> None:
    """Begins the wait; every known address is told, with the link that cancels.

    Raises JourneyOver.
    """
    token, until = new_token(), timezone.now() + timedelta(hours=settings.RESET_HOLD_HOURS)
    User.objects.select_for_update().get(pk=reset.user_id)  # two waits would each end the other
    Reset.objects.filter(user=reset.user, step=Step.HELD).update(step=Step.CANCELLED)
    begun = Reset.objects.filter(pk=reset.pk, step=Step.ANSWERED).update(
        step=Step.HELD,
        held_until=until,
        cancel_hash=hash_of_token(token),
        expires_at=until + timedelta(hours=settings.RESET_AFTER_HOLD_HOURS),
    )
    if begun != 1:
        raise JourneyOver
    tell(
        reset.user,
        gettext_lazy("Nouveau mot de passe demandé"),
        origin,
        details=_cancelling(reset.user, token),
    )
    journal.record(Event.RESET_HELD, subject=reset.user.party, origin=origin, flow=reset.flow)


def has_waited(reset: Reset) -> bool:
    return reset.held_until is not None and reset.held_until <= timezone.now()


def end_wait(reset: Reset) -> Token:
    """The link to the new password, once the wait is over. Raises JourneyOver."""
    if not has_waited(reset) or case_of(reset.user) is not Case.NEITHER:
        raise JourneyOver
    return prove(reset, WAITED)


def reset_to_cancel(token: Token) -> Reset | None:
    rows = Reset.objects.select_related("user__agent").filter(cancel_hash=hash_of_token(token))
    return rows.filter(step__in=(Step.HELD, Step.PROVED), expires_at__gt=timezone.now()).first()


@transaction.atomic
def cancel(token: Token, origin: Origin) -> bool:
    """Ends the journey, its link included; False when there is nothing left to end."""
    reset = reset_to_cancel(token)
    if reset is None:
        return False
    open_ones = Reset.objects.filter(pk=reset.pk, step__in=(Step.HELD, Step.PROVED))
    if open_ones.update(step=Step.CANCELLED, token_hash=None) != 1:
        return False
    party = reset.user.party
    journal.record(Event.RESET_CANCELLED, subject=party, origin=origin, flow=reset.flow)
    return True


def _cancelling(user: User, token: Token) -> str:
    url = f"{settings.BASE_URL}{reverse('mina_cancel_reset', args=[token.reveal()])}"
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = _("Ce n’est pas vous ? Annulez la demande dans les %(hours)d heures : %(url)s")
        return text % {"hours": settings.RESET_HOLD_HOURS, "url": url}
