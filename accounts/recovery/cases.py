"""The three ways to prove more than answers (IDENTITY rules, "Reset by questions, made strong")."""

from enum import StrEnum

from accounts.models import RecoveryContact, User
from accounts.passwords.validator import has_second_factor
from accounts.telling.sms import sms_can_leave

Kind = RecoveryContact.Kind


class Case(StrEnum):
    SECOND_FACTOR = "second factor"
    CONTACT = "contact"
    NEITHER = "neither"


def case_of(user: User) -> Case:
    """Exactly one of the three: a weaker way is closed to who has a stronger one."""
    if has_second_factor(user):
        return Case.SECOND_FACTOR
    return Case.CONTACT if reachable_contacts(user) else Case.NEITHER


def reachable_contacts(user: User) -> list[RecoveryContact]:
    """The verified contacts to which a code can be sent today, the address first."""
    verified = user.recovery_contacts.filter(verified_at__isnull=False).order_by("kind")
    return [one for one in verified if one.kind == Kind.ADDRESS or sms_can_leave()]
