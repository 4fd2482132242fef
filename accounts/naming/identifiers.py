"""Whose account is meant by what someone typed as their identifier."""

from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from accounts.spelling import plain

# Given an address in lower case: the id of the account whose personal mailbox receives there.
AddressOwner = Callable[[str], int | None]

_address_owners: list[AddressOwner] = []


def ask_about_addresses(owner_of: AddressOwner) -> None:
    """Lets the app that knows addresses, which is above this one, answer for them.

    Without it only ``login@one-of-our-domains`` is understood, not the address of a former name.
    """
    if owner_of not in _address_owners:
        _address_owners.append(owner_of)


def read_identifier(typed: str) -> str:
    """``" Hélène.DUPRÉ @ac-rouen.fr"`` → ``helene.dupre@ac-rouen.fr``: one spelling, no spaces."""
    return "".join(char for char in plain(typed) if not char.isspace() and char.isprintable())


def account_for(typed: str) -> User | None:
    """The account of that login or of that address of ours, old or new.

    An address first belongs to whoever receives there: ``a.martin@ac-caen.fr`` need not be the
    address of the login ``a.martin``. Both are always looked up, so that time tells nothing.
    """
    identifier = read_identifier(typed)
    login, at, domain = identifier.partition("@")
    if at and domain not in settings.DOMAINS:
        return None
    owner = _owner_of(identifier) if at else None
    by_address = _accounts().filter(pk=owner or 0).first()
    by_login = _accounts().filter(username=login).first()
    return by_address or by_login


def _accounts() -> QuerySet[User]:
    return User.objects.select_related("agent__school")


def _owner_of(address: str) -> int | None:
    answers = (owner_of(address) for owner_of in _address_owners)
    return next((owner for owner in answers if owner is not None), None)
