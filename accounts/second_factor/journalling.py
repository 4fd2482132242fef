"""What happens to second factors, told to the journal and to the person.

django-allauth says it by signals; an entry stands for each thing the person did.
"""

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.epoch import connections_must_end
from accounts.models import User
from accounts.origins import origin_of
from accounts.telling.notices import tell
from audit import journal
from audit.events import Event

Type = Authenticator.Type

ADDED = {
    Type.TOTP: Event.SECOND_FACTOR_ADDED,
    Type.WEBAUTHN: Event.PASSKEY_ADDED,
    Type.RECOVERY_CODES: Event.RECOVERY_CODES_MADE,
}
# Recovery codes go with the last factor: that removal says it all.
REMOVED = {Type.TOTP: Event.SECOND_FACTOR_REMOVED, Type.WEBAUTHN: Event.PASSKEY_REMOVED}
TOLD = {
    Event.SECOND_FACTOR_ADDED: _("Une application d’authentification a été ajoutée"),
    Event.SECOND_FACTOR_REMOVED: _("Votre application d’authentification a été retirée"),
    Event.PASSKEY_ADDED: _("Une clé d’accès a été ajoutée"),
    Event.PASSKEY_REMOVED: _("Une clé d’accès a été retirée"),
    Event.RECOVERY_CODES_MADE: _("De nouveaux codes de secours ont été créés"),
}


def connect() -> None:
    authenticator_added.connect(_added)
    authenticator_reset.connect(_added)
    authenticator_removed.connect(_removed)
    authentication_step_completed.connect(_confirmed)
    user_logged_out.connect(_signed_out)


@transaction.atomic
def _added(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    """From the first factor on, mail programs need a password of their own: theirs end here."""
    event = ADDED[authenticator.type]
    if authenticator.type != Type.RECOVERY_CODES:
        connections_must_end.send(sender=User, user=user)
    _tell(event, request, user)


@transaction.atomic
def _removed(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    if event := REMOVED.get(authenticator.type):
        _tell(event, request, user)


def _confirmed(request: HttpRequest, user: User, method: str, **details: Any) -> None:
    if details.get("reauthenticated"):
        _record(Event.REAUTHENTICATED, request, user, details.get("type", method))


def _signed_out(request: HttpRequest, user: User | None, **more: Any) -> None:
    if user is not None:  # a session that had already ended
        _record(Event.SIGNED_OUT, request, user)


def _tell(event: Event, request: HttpRequest, user: User) -> None:
    tell(user, TOLD[event], origin_of(request))
    _record(event, request, user)


def _record(event: Event, request: HttpRequest, user: User, method: str = "") -> None:
    journal.record(
        event, actor=user.party, subject=user.party, origin=origin_of(request), method=method
    )
