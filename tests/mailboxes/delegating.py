"""Short ways to rights in tests."""

from datetime import timedelta

from django.utils import timezone

from audit.parties import NOWHERE
from mailboxes.delegating import granting
from mailboxes.delegating.granting import Wish
from mailboxes.institutional import responsables
from mailboxes.institutional.provisioning import create_functional_mailbox
from mailboxes.models import Delegation, Mailbox, Right
from tests.people import Academy, Person

DAY = timedelta(days=1)


def wish(right: Right, *, first: int = 0, last: int = 30, reason: str = "Secrétariat") -> Wish:
    """From ``first`` to ``last`` days from today."""
    today = timezone.localdate()
    return Wish(right, today + first * DAY, today + last * DAY, reason)


def with_responsable(academy: Academy) -> Mailbox:
    """The office, for which Nadia answers."""
    responsables.name(academy.office, academy.nadia.user, None)
    return academy.office


def granted(
    by: Person, mailbox: Mailbox, person: Person, right: Right, *, first: int = 0, last: int = 30
) -> Delegation:
    wanted = wish(right, first=first, last=last)
    return granting.grant(by.user, mailbox, [person.user], wanted, NOWHERE)[0]


def lent(academy: Academy, number: int, name: str, right: Right) -> Mailbox:
    """One more office, for which Nadia answers and where Camille has this right."""
    address = f"b{number}.{academy.office_address}"
    mailbox = create_functional_mailbox(name, address)
    responsables.name(mailbox, academy.nadia.user, None)
    granted(academy.nadia, mailbox, academy.camille, right)
    return mailbox


def moved(delegation: Delegation, *, days: int) -> None:
    """As if it had been given so many days later, or earlier."""
    delegation.starts_at += days * DAY
    if delegation.ends_at is not None:
        delegation.ends_at += days * DAY
    delegation.save()
