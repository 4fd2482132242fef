"""A person's own address and telephone: given, verified by a code, taken away."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import RecoveryContact, User
from accounts.origins import origin_of
from accounts.recovery.channels import minutes_valid, send_code
from accounts.recovery.codes import hash_of_code, is_code, new_digits
from accounts.recovery.masking import masked
from accounts.recovery.phone_numbers import read_phone_number
from accounts.recovery.sending import count_sending, forget_sendings
from accounts.secrets import Code
from accounts.signing_in import signin
from accounts.telling.notices import tell
from accounts.throttling import Guarded
from audit import journal
from audit.events import Event
from audit.parties import Origin

Kind = RecoveryContact.Kind

EVENTS = {
    Kind.ADDRESS: Event.RECOVERY_ADDRESS_CHANGED,
    Kind.PHONE: Event.RECOVERY_PHONE_CHANGED,
}
CHANGED = {
    Kind.ADDRESS: _("Votre adresse de secours a été changée"),
    Kind.PHONE: _("Votre téléphone de secours a été changé"),
}
REMOVED = {
    Kind.ADDRESS: _("Votre adresse de secours a été retirée"),
    Kind.PHONE: _("Votre téléphone de secours a été retiré"),
}
NOT_AN_ADDRESS = _("Ce n’est pas une adresse. Tapez-la comme ceci : nom@exemple.fr.")
OURS = _("C’est une adresse de l’académie. Donnez-en une que vous ouvrez sans ce compte.")


def read_contact(kind: Kind, typed: str) -> str:
    """The one spelling of an address or a number. Raises ValidationError."""
    if kind == Kind.PHONE:
        return read_phone_number(typed)
    return _read_address(typed)


def ask(request: HttpRequest, user: User, kind: Kind, value: str) -> None:
    """Sends a code to a contact that counts once the code comes back.

    Raises signin.MustWait, ChannelUnavailable.
    """
    count_sending(request, user)
    code = new_digits()
    contact, _created = RecoveryContact.objects.update_or_create(
        user=user, kind=kind, verified_at=None, defaults={"value": value, "code_tries": 0}
    )
    contact.code_hash = hash_of_code(code, _bound_to(contact))
    contact.code_expires_at = timezone.now() + timedelta(minutes=minutes_valid(contact))
    contact.save(update_fields=["code_hash", "code_expires_at"])
    send_code(contact, code)


def pending_contact(user: User, kind: Kind) -> RecoveryContact | None:
    """The contact whose code may still be typed."""
    return user.recovery_contacts.filter(
        kind=kind,
        verified_at=None,
        code_expires_at__gt=timezone.now(),
        code_tries__lt=settings.RECOVERY_CODE_TRIES,
    ).first()


def verify(request: HttpRequest, contact: RecoveryContact, typed: Code) -> bool:
    """Whether the code is right; then the contact takes the place of the one before.

    Raises signin.MustWait.
    """
    permit = signin.permit_for(request, contact.user.username, Guarded.CODE)
    if not _is_right(contact, typed):
        event = EVENTS[Kind(contact.kind)]
        signin.refused(request, permit, contact.user, event, contact.kind, "wrong code")
        return False
    signin.passed(permit)
    forget_sendings(contact.user)
    _settle(contact, origin_of(request))
    return True


@transaction.atomic
def remove(contact: RecoveryContact, origin: Origin) -> None:
    """The address that goes is told too."""
    user, kind = contact.user, Kind(contact.kind)
    tell(user, REMOVED[kind], origin, details=masked(contact))
    contact.delete()
    _record(user, kind, origin, "removed")


def _read_address(typed: str) -> str:
    name, _at, domain = "".join(typed.split()).rpartition("@")
    address = f"{name}@{domain.lower()}"
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(NOT_AN_ADDRESS, code="address") from error
    if domain.lower() in settings.DOMAINS:
        raise ValidationError(OURS, code="ours")
    return address


def _is_right(contact: RecoveryContact, typed: Code) -> bool:
    """The try is spent before the code is looked at."""
    waiting = RecoveryContact.objects.filter(
        pk=contact.pk,
        verified_at=None,
        code_expires_at__gt=timezone.now(),
        code_tries__lt=settings.RECOVERY_CODE_TRIES,
    )
    if waiting.update(code_tries=F("code_tries") + 1) != 1:
        return False
    contact.refresh_from_db()
    return is_code(typed, contact.code_hash, _bound_to(contact))


@transaction.atomic
def _settle(contact: RecoveryContact, origin: Origin) -> None:
    """The address before is told of the change while it is still known."""
    user, kind = contact.user, Kind(contact.kind)
    User.objects.select_for_update().get(pk=user.pk)
    tell(user, CHANGED[kind], origin, details=masked(contact))
    before = user.recovery_contacts.filter(kind=kind, verified_at__isnull=False)
    before.exclude(pk=contact.pk).delete()  # the same code may come twice at once
    contact.verified_at, contact.code_hash = timezone.now(), ""
    contact.save(update_fields=["verified_at", "code_hash"])
    _record(user, kind, origin, "verified")


def _record(user: User, kind: Kind, origin: Origin, reason: str) -> None:
    party = user.party
    journal.record(EVENTS[kind], actor=party, subject=party, origin=origin, reason=reason)


def _bound_to(contact: RecoveryContact) -> str:
    return f"contact {contact.pk} {contact.value}"
