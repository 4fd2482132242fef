"""Whose address it is, and where a person receives: what accounts asks of this app."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from mailboxes.models import Address, Delegation, LogbookEntry, Mailbox


def owner_of(address: str) -> int | None:
    """The id of the account whose personal mailbox has this ``address`` (in lower case)."""
    mine = Address.objects.filter(address=address, mailbox__kind=Mailbox.Kind.PERSONAL)
    return mine.values_list("mailbox__owner", flat=True).first()


def described(user: User) -> list[Any]:
    """What a person who takes their data away is told of their mailbox."""
    mine = Address.objects.filter(mailbox__owner=user)
    return list(mine.values("address", "kind", "can_send", "is_active", "mailbox__quota_mb"))


def addresses_of(user: User) -> list[str]:
    """The primary address of the person's mailbox, where there is one."""
    primary = Address.objects.filter(mailbox__owner=user, kind=Address.Kind.PRIMARY)
    return list(primary.values_list("address", flat=True))


def which_are_addresses(local_parts: Collection[str]) -> set[str]:
    """Those with which an address of ours begins, in whatever domain and of whatever mailbox."""
    wanted = [f"{part}@{domain}" for part in local_parts for domain in settings.DOMAINS]
    found = Address.objects.filter(address__in=wanted).values_list("address", flat=True)
    return {address.partition("@")[0] for address in found}


def delegations_of(user: User) -> list[Any]:
    """What a person who takes their data away is told of rights they have, or gave."""
    mine = Delegation.objects.filter(Q(person=user) | Q(granted_by=user)).order_by("pk")
    return list(
        mine.values(
            "mailbox__name",
            "person__username",
            "level",
            "is_responsable",
            "starts_at",
            "ends_at",
            "reason",
            "granted_at",
            "closed_at",
        )
    )


def deeds_of(user: User) -> list[Any]:
    """What a person who takes their data away is told of what they did in mailboxes of others."""
    mine = LogbookEntry.objects.filter(person=user).order_by("-at", "-pk")
    return list(mine.values("mailbox__name", "at", "deed", "via", "folder", "target", "flag"))
