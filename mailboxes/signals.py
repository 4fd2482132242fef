"""Tell the mail servers when an identity changes."""

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db.models import Model

from accounts.models import ApplicationPassword, Departure, MailPause, User
from mailboxes import departures, kick, lookup
from mailboxes.delegating.owners import addresses_of
from mailboxes.models import Address, Delegation, Mailbox


def models_behind_the_views() -> tuple[type[Model], ...]:
    identities = (get_user_model(), ApplicationPassword, Authenticator, MailPause)
    return (*identities, Mailbox, Address, Delegation)


def connections_must_end(user: User, **_: object) -> None:
    """After the copy was refreshed: who is cut off must not come back with the old password."""
    lookup.refresh_on_commit()
    for address in addresses_of(user):
        kick.end_when_committed(address)


def taken_back(departure: Departure, **_: object) -> None:
    departures.open_again(departure)


def factor_added(instance: Authenticator, created: bool, **_: object) -> None:
    """From now on the password alone opens no mail program: what it has open ends too."""
    if created and instance.type != Authenticator.Type.RECOVERY_CODES:
        connections_must_end(instance.user)


def identity_changed(update_fields: frozenset[str] | None = None, **_: object) -> None:
    """Bulk operations send no signal: their callers call ``lookup.refresh_on_commit``."""
    signing_in = update_fields is not None and update_fields <= {"last_login", "last_used_at"}
    if not signing_in:
        lookup.refresh_on_commit()


def views_may_be_read(**_: object) -> None:
    """After each ``migrate``, and after a test's flush, which sends no other signal."""
    if lookup.views_exist():
        lookup.grant_views()
        lookup.refresh()
