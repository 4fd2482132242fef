"""Where a person is told things: every address that is known to be theirs."""

from collections.abc import Callable

from accounts.models import RecoveryContact, User

# Given an account: the addresses at which its owner receives in the academy.
AcademicAddresses = Callable[[User], list[str]]

_sources: list[AcademicAddresses] = []


def ask_about_mailboxes(addresses_of: AcademicAddresses) -> None:
    """Lets the app that knows mailboxes, which is above this one, answer for them."""
    if addresses_of not in _sources:
        _sources.append(addresses_of)


def academic_addresses(user: User) -> list[str]:
    return [address for addresses_of in _sources for address in addresses_of(user)]


def known_addresses(user: User) -> list[str]:
    """The academic address first, then the verified personal one."""
    verified = user.recovery_contacts.filter(
        kind=RecoveryContact.Kind.ADDRESS, verified_at__isnull=False
    )
    return [*academic_addresses(user), *verified.values_list("value", flat=True)]
