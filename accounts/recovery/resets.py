"""A forgotten password, from right answers to a new one.

The row is the proof of how far the journey has come; the browser only holds its name. Whatever
changes the account meanwhile (a sign-in, a new password, a freeze) ends it.
Source: IDENTITY rules, "Reset by questions, made strong".
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.credentials.new_password import reset_password
from accounts.models import Reset, User
from accounts.restriction import restrict
from accounts.secrets import Password, Token
from accounts.tokens import hash_of_token, new_token
from audit import journal
from audit.events import Event
from audit.parties import Origin

Step = Reset.Step


class JourneyOver(Exception):
    """Too late, already used, or the account changed meanwhile: begin again."""


@transaction.atomic
def begin(user: User, origin: Origin) -> Reset:
    """The questions were answered right. A wait that was begun before goes on."""
    reset = held_reset(user) or Reset.objects.create(
        user=user,
        flow=uuid.uuid4().hex,
        opened_under=_credentials_of(user),
        expires_at=_in_minutes(settings.RESET_LINK_MINUTES),
    )
    journal.record(
        Event.QUESTIONS_ANSWERED,
        subject=user.party,
        origin=origin,
        method="questions",
        flow=reset.flow,
    )
    return reset


def reset_under_way(flow: str) -> Reset | None:
    """The journey of that name, unless it is over; its proof may be complete or not."""
    return _alive(flow=flow, step__in=(Step.ANSWERED, Step.HELD))


def held_reset(user: User) -> Reset | None:
    return _alive(user=user, step=Step.HELD)


def reset_of_link(token: Token) -> Reset | None:
    """The journey that this link may end. Looking changes nothing."""
    return _alive(token_hash=hash_of_token(token), step=Step.PROVED)


@transaction.atomic
def prove(reset: Reset, proof: str) -> Token:
    """The token of the link to the new password; any older link of the person dies.

    ``proof`` says what was shown besides the answers. Raises JourneyOver.
    """
    user = _locked(reset.user)
    Reset.objects.filter(user=user, step=Step.PROVED).update(step=Step.CANCELLED)
    token = new_token()
    open_ones = Reset.objects.filter(
        pk=reset.pk,
        step=reset.step,
        expires_at__gt=timezone.now(),
        opened_under=_credentials_of(user),
    )
    proved = open_ones.update(
        step=Step.PROVED,
        proof=proof,
        token_hash=hash_of_token(token),
        code_hash="",
        expires_at=_in_minutes(settings.RESET_LINK_MINUTES),
    )
    if proved != 1:
        raise JourneyOver
    return token


@transaction.atomic
def redeem(token: Token, password: Password, origin: Origin) -> None:
    """Sets the new password, which has passed the rules; of two who try, one wins.

    Raises JourneyOver.
    """
    reset = reset_of_link(token)
    if reset is None:
        raise JourneyOver
    user = _locked(reset.user)
    mine = Reset.objects.filter(
        pk=reset.pk,
        step=Step.PROVED,
        expires_at__gt=timezone.now(),
        opened_under=_credentials_of(user),
    )
    if mine.update(step=Step.DONE, token_hash=None) != 1:
        raise JourneyOver
    if reset.held_until is not None:
        restrict(user)
    reset_password(user, password, origin, method=f"questions, {reset.proof}", flow=reset.flow)


def _alive(**which: object) -> Reset | None:
    rows = Reset.objects.select_related("user__agent__school")
    reset = rows.filter(expires_at__gt=timezone.now(), **which).first()
    if reset is None or reset.opened_under != _credentials_of(reset.user):
        return None
    return reset


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("agent").get(pk=user.pk)


def _credentials_of(user: User) -> str:
    """Another value after each sign-in, new password, freeze or "close all sessions"."""
    facts = [user.password, user.credential_epoch, user.last_login, user.is_active]
    return salted_hmac("pli reset", "\n".join(map(str, facts)), algorithm="sha256").hexdigest()


def _in_minutes(minutes: int) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)
