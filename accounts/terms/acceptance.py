"""Accepting the conditions of use."""

from django.db import transaction

from accounts.models import TermsAcceptance, TermsVersion, User
from audit import journal
from audit.events import Event
from audit.parties import Origin


def current_terms() -> TermsVersion:
    """The newest version. There is always one: the first comes with the site."""
    return TermsVersion.objects.latest("number")


def has_accepted(user: User) -> bool:
    """Whether ``user`` accepted the version in force, not an earlier one only."""
    return user.terms_acceptances.filter(version=current_terms()).exists()


@transaction.atomic
def accept(user: User, version: TermsVersion, origin: Origin) -> None:
    """Keeps that ``user`` accepted ``version``; journalled once, however often it is said."""
    _acceptance, is_new = TermsAcceptance.objects.get_or_create(
        user=user, version=version, defaults={"address": origin.plain_address}
    )
    if is_new:
        journal.record(
            Event.TERMS_ACCEPTED,
            actor=user.party,
            subject=user.party,
            origin=origin,
            reason=f"version {version.number}",
        )
