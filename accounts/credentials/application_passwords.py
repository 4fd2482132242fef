"""Passwords for mail programs, each with a name, a scope and an end."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.epoch import connections_must_end
from accounts.models import ApplicationPassword, User
from accounts.secrets import Password
from accounts.telling.notices import tell
from audit import journal
from audit.events import Event
from audit.parties import Origin

# 32 letters that are not taken for one another: 28 of them are 140 bits.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
LETTERS = 28


@dataclass(frozen=True)
class Wish:
    """What the person asked for; ``days`` is None when the password shall not end by itself."""

    name: str
    reads: bool
    sends: bool
    days: int | None


@transaction.atomic
def create(user: User, wish: Wish, origin: Origin) -> Password:
    """The new password, shown once: only its SHA-256 is kept."""
    password = new_password()
    ApplicationPassword.objects.create(
        user=user,
        name=wish.name,
        hash=hash_of(password),
        reads=wish.reads,
        sends=wish.sends,
        expires_at=timezone.now() + timedelta(days=wish.days) if wish.days else None,
    )
    tell(user, _("Un mot de passe d’application a été créé"), origin, details=wish.name)
    journal.record(
        Event.APP_PASSWORD_CREATED,
        actor=user.party,
        subject=user.party,
        origin=origin,
        reason=wish.name,
    )
    return password


@transaction.atomic
def revoke(password: ApplicationPassword, origin: Origin) -> None:
    """Refused from now on; what it has open ends."""
    user, name = password.user, password.name
    password.delete()
    connections_must_end.send(sender=User, user=user)
    tell(user, _("Un mot de passe d’application a été révoqué"), origin, details=name)
    journal.record(
        Event.APP_PASSWORD_REVOKED,
        actor=user.party,
        subject=user.party,
        origin=origin,
        reason=name,
    )


def new_password() -> Password:
    return Password("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)))


def hash_of(password: Password) -> str:
    """Lower-case hexadecimal, as Dovecot's ``%{sha256:password}`` writes it."""
    return hashlib.sha256(password.reveal().encode()).hexdigest()


def used(password_id: int, address: str | None) -> None:
    """A mail program signed in with it. Sends no signal: nothing the mail servers read changed."""
    ApplicationPassword.objects.filter(pk=password_id).update(
        last_used_at=timezone.now(), last_used_from=address
    )
