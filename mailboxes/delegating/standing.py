"""Who may use which mailbox now: the one reading of delegations, for pages and for the mail servers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from config.prepared import Prepared, Slot, slot_for
from mailboxes.models import Address, Delegation, Mailbox, Right

# Themselves, or what stands for them in a query that is prepared.
Person = User | Slot
Moment = datetime | Slot


def in_effect(prefix: str = "", *, at: Moment | None = None) -> Q:
    """Delegations that count; ``prefix`` leads to them from another model ("delegations__")."""
    now = at or timezone.now()
    return Q(
        Q(**{f"{prefix}ends_at": None}) | Q(**{f"{prefix}ends_at__gt": now}),
        **{f"{prefix}closed_at": None, f"{prefix}starts_at__lte": now},
    )


def usable_by(user: Person, right: Right | Slot, *, at: Moment | None = None) -> Q:
    """Of mailboxes: one's own, and those where ``user`` has this right or a higher one.

    With slots: for a query that is prepared.
    """
    delegated = Delegation.objects.filter(in_effect(at=at), person=user, level__gte=right)
    return Q(owner=user) | Q(pk__in=delegated.values("mailbox"))


def numbers_usable_by(
    person: Person, right: Right = Right.READ, *, at: Moment | None = None
) -> QuerySet[Any, Any]:
    """The numbers of those mailboxes, for queries that every page asks: each is found by an index.

    The condition of :func:`usable_by` makes PostgreSQL look at every mailbox there is.
    """
    delegated = Delegation.objects.filter(in_effect(at=at), person=person, level__gte=right)
    own = Mailbox.objects.filter(owner=person)
    return delegated.values("mailbox").union(own.values("pk"))


def right_of(user: User, mailbox: Mailbox) -> Right | None:
    """What ``user`` may do in an active mailbox; None for nothing."""
    if not user.is_active:
        return None
    if mailbox.owner_id == user.pk:
        return Right.MANAGE
    mine = Delegation.objects.filter(in_effect(), mailbox=mailbox, person=user)
    level = mine.values_list("level", flat=True).first()
    return Right(level) if level is not None else None


def level_in_outer_mailbox(user: Person, *, at: Moment | None = None) -> Subquery:
    """What ``user`` was delegated, for a query of mailboxes; NULL for nothing, and for one's own."""
    mine = Delegation.objects.filter(in_effect(at=at), mailbox=OuterRef("pk"), person=user)
    return Subquery(mine.values("level")[:1])


def current(mailbox: Mailbox) -> QuerySet[Delegation]:
    """Those that count now or will, the responsable's first."""
    return current_everywhere().filter(mailbox=mailbox)


def current_everywhere() -> QuerySet[Delegation]:
    """The same in every mailbox."""
    open_ones = Delegation.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=timezone.now()), closed_at=None
    )
    people = open_ones.select_related("person__agent__school", "granted_by__agent", "mailbox")
    return people.order_by(
        "-is_responsable", "-level", "person__agent__usual_name", "person__agent__first_name", "pk"
    )


@dataclass(frozen=True)
class OnServers:
    """What the mail servers are told when somebody opens a mailbox."""

    quota_mb: int
    groups: str  # Dovecot's, of this person in this mailbox; empty for its owner and for nobody


def on_servers(mailbox_address: str, person_address: str) -> OnServers:
    """By primary addresses. Raises ``Mailbox.DoesNotExist`` unless the mailbox is active."""
    mailbox = AT_ADDRESS.first(address=mailbox_address)
    if mailbox is None:
        raise Mailbox.DoesNotExist(mailbox_address)
    groups = "" if mailbox_address == person_address else _groups(mailbox.pk, person_address)
    return OnServers(mailbox.quota_mb, groups)


def _at_address() -> QuerySet[Mailbox]:
    return Mailbox.objects.filter(
        is_active=True,
        addresses__address=slot_for(Address, "address", "address"),
        addresses__kind=Address.Kind.PRIMARY,
        addresses__is_active=True,
    )


AT_ADDRESS = Prepared(_at_address)


def _groups(place: int, person_address: str) -> str:
    theirs = Delegation.objects.filter(
        in_effect(),
        mailbox=place,
        person__is_active=True,
        person__mailbox__addresses__address=person_address,
        person__mailbox__addresses__kind=Address.Kind.PRIMARY,
    )
    level = theirs.values_list("level", flat=True).first()
    return group_of(place, Right(level)) if level is not None else ""


def group_of(place: int, right: Right) -> str:
    """The same words as in the views of migration 0021."""
    return f"m{place}.{'read' if right < Right.WRITE else 'write'}"
