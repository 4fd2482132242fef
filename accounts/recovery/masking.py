"""Showing where a code goes to who may not be the owner."""

from accounts.models import RecoveryContact

DOTS = "•••"


def masked(contact: RecoveryContact) -> str:
    """``c•••@example.org``, ``+33 ••• 78``: enough for the owner to know which it is."""
    if contact.kind == RecoveryContact.Kind.ADDRESS:
        name, _, domain = contact.value.rpartition("@")
        return f"{name[:1]}{DOTS}@{domain}"
    return f"{contact.value[:3]} {DOTS} {contact.value[-2:]}"
