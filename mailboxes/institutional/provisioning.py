"""Opening mailboxes: the rows from which the mail servers learn that an address exists.

The servers need no other step: Dovecot creates the folders when the first message or the first
session arrives.
"""

import re
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.naming.logins import is_given
from mailboxes.models import Address, Mailbox

LOCAL_PART = re.compile(r"[a-z0-9]+(?:[.'_-][a-z0-9]+)*")
LOCAL_PART_LENGTH = 64  # RFC 5321, 4.5.3.1.1


def checked_address(text: str) -> str:
    """The address in lower case. Raises ``ValidationError`` unless it is one of the academy's."""
    local_part, at, domain = text.strip().lower().rpartition("@")
    if not at or domain not in settings.DOMAINS:
        raise ValidationError(
            _("« %(address)s » n’est pas une adresse de l’académie."),
            code="foreign_domain",
            params={"address": text},
        )
    if len(local_part) > LOCAL_PART_LENGTH or not LOCAL_PART.fullmatch(local_part):
        raise ValidationError(
            _("« %(address)s » n’est pas une adresse valable."),
            code="malformed",
            params={"address": text},
        )
    return f"{local_part}@{domain}"


def create_personal_mailbox(
    user: User, address: str, *, historic: Iterable[str] = (), quota_mb: int = 2048
) -> Mailbox:
    """The mailbox of a person. Raises ``ValidationError`` when an address is refused or taken."""
    mailbox = Mailbox(
        kind=Mailbox.Kind.PERSONAL, name=user.get_full_name(), owner=user, quota_mb=quota_mb
    )
    return _create(mailbox, address, historic)


def create_functional_mailbox(
    name: str, address: str, *, historic: Iterable[str] = (), quota_mb: int = 2048
) -> Mailbox:
    """The mailbox of a post: it has no password and nobody logs in to it.

    Raises ``ValidationError`` when an address is refused or taken.
    """
    mailbox = Mailbox(kind=Mailbox.Kind.FUNCTIONAL, name=name, quota_mb=quota_mb)
    return _create(mailbox, address, historic)


@transaction.atomic
def _create(mailbox: Mailbox, primary: str, historic: Iterable[str]) -> Mailbox:
    mailbox.full_clean()
    mailbox.save()
    add_address(mailbox, primary, Address.Kind.PRIMARY)
    for address in historic:
        add_address(mailbox, address, Address.Kind.HISTORIC)
    return mailbox


def add_address(mailbox: Mailbox, text: str, kind: Address.Kind) -> Address:
    """One more address for the mailbox. Raises ``ValidationError`` when refused or taken."""
    address = Address(mailbox=mailbox, address=checked_address(text), kind=kind)
    address.full_clean()
    _check_that_it_waits_for_nobody(address)
    address.save()
    return address


def _check_that_it_waits_for_nobody(address: Address) -> None:
    """A login is given before its mailbox exists; what it becomes is an address of the first domain."""
    login, _at, domain = address.address.partition("@")
    if domain == settings.DOMAINS[0] and is_given(login, but_to=address.mailbox.owner):
        raise ValidationError(
            _("« %(address)s » est réservée à la personne dont c’est l’identifiant."),
            code="reserved",
            params={"address": address.address},
        )
