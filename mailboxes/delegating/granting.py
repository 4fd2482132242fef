"""Giving rights on a mailbox, changing them, taking them back.

Each act locks the mailbox first: two people who manage it do not cross. Pages, mail programs and
waiting messages learn of it at the commit: the views of migration 0021 at once, connections that are
open by mailboxes/kick.py, the webmail by :data:`rights_changed`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts.models import User
from accounts.roles import Permission, may
from audit import journal
from audit.events import Event
from audit.parties import Origin
from mailboxes import kick, logbook, lookup
from mailboxes.delegating import standing, telling
from mailboxes.delegating.owners import addresses_of
from mailboxes.models import Deed, Delegation, Mailbox, Right

# Sent inside the transaction, with ``mailbox`` and ``person``, whatever of their rights changed.
rights_changed = Signal()

LONGEST = timedelta(days=366)
END_OF_SCHOOL_YEAR = (8, 31)
# Of one person. Dovecot's auth worker names all their groups in a line of 8 KB at most (AUTH_WORKER_MAX_LINE_LENGTH):
# with a longer one, the person's programs could not even open their own mailbox.
MOST_MAILBOXES = 500
# Nobody is given a right for these few last days of a school year alone, unless they say so.
TOO_SHORT = timedelta(days=15)


DEEDS = {
    Event.DELEGATION_GRANTED: Deed.GRANTED,
    Event.DELEGATION_CHANGED: Deed.CHANGED,
    Event.DELEGATION_REVOKED: Deed.REVOKED,
}


class GrantRefused(Exception):
    """The right cannot be given so; ``reason`` is one of those in mailboxes/delegating/words.py."""

    def __init__(self, reason: str, who: str = "") -> None:
        super().__init__(reason)
        self.reason, self.who = reason, who


@dataclass(frozen=True)
class Wish:
    """What is given: ``last_day`` is included."""

    right: Right
    first_day: date
    last_day: date
    reason: str


def usual_last_day(today: date | None = None) -> date:
    """The end of the school year: of the next one, in its last days."""
    today = today or timezone.localdate()
    month, day = END_OF_SCHOOL_YEAR
    this_year = date(today.year, month, day)
    return this_year if today + TOO_SHORT <= this_year else date(today.year + 1, month, day)


def may_manage(by: User, mailbox: Mailbox) -> bool:
    """Its owner, whoever manages it; administrators where it is nobody's own."""
    if standing.right_of(by, mailbox) == Right.MANAGE:
        return True
    return mailbox.owner_id is None and may(by, Permission.MANAGE_MAILBOXES)


@transaction.atomic
def grant(
    by: User,
    mailbox: Mailbox,
    people: Sequence[User],
    wish: Wish,
    origin: Origin,
    *,
    tells_person: bool = True,
) -> list[Delegation]:
    """All of them or none; who has a right already has this one from now on. Raises GrantRefused.

    Whoever answers for the mailbox is told; ``tells_person``: so are those who get it.
    """
    _lock(by, mailbox)
    _check(mailbox, wish)
    given = [_give(by, mailbox, person, wish) for person in people]
    for delegation, event in given:
        anew = event == Event.DELEGATION_GRANTED
        telling.granted(delegation, by, origin, anew=anew, tells_person=tells_person)
    for delegation, event in given:
        _record(event, by, delegation, origin)
    return [delegation for delegation, _event in given]


@transaction.atomic
def extend(
    by: User, mailbox: Mailbox, chosen: Iterable[int], last_day: date, origin: Origin
) -> list[Delegation]:
    """The same rights until another day, all of them or none; those gone already are left out.

    Raises GrantRefused.
    """
    _lock(by, mailbox)
    rows = standing.current(mailbox).filter(pk__in=list(chosen), is_responsable=False)
    given: list[Delegation] = []
    for it in rows:
        wish = Wish(it.right, it.first_day, last_day, it.reason)
        given += grant(by, mailbox, [it.person], wish, origin)
    return given


def _give(by: User, mailbox: Mailbox, person: User, wish: Wish) -> tuple[Delegation, Event]:
    _check_person(by, mailbox, person)
    known = _open_row(mailbox, person)
    if known is not None and known.is_responsable:
        raise GrantRefused("responsable", person.get_full_name())
    if known is None and _has_most(person):
        raise GrantRefused("too many", person.get_full_name())
    delegation = known or Delegation(mailbox=mailbox, person=person)
    was = known.right if known else None
    delegation.level, delegation.reason = wish.right, wish.reason
    delegation.starts_at, delegation.ends_at = _bounds(wish)
    delegation.granted_by, delegation.reminded_at = by, None
    delegation.save()
    _spread(mailbox, [person], lost=was is not None and was > wish.right)
    return delegation, Event.DELEGATION_GRANTED if known is None else Event.DELEGATION_CHANGED


def _has_most(person: User) -> bool:
    return Delegation.objects.filter(person=person, closed_at=None).count() >= MOST_MAILBOXES


def _open_row(mailbox: Mailbox, person: User) -> Delegation | None:
    """Of one whose last day is over, the row is closed here if the sweep was not there yet."""
    open_ones = Delegation.objects.filter(mailbox=mailbox, person=person, closed_at=None)
    open_ones.filter(ends_at__lte=timezone.now()).update(closed_at=timezone.now())
    return open_ones.first()


@transaction.atomic
def revoke(
    by: User,
    mailbox: Mailbox,
    chosen: Iterable[int],
    origin: Origin,
    reason: str = "",
    *,
    tells_person: bool = True,
) -> list[Delegation]:
    """Takes rights back, at once; those gone already are left out. Raises GrantRefused.

    One may give up one's own right, whatever it is; the responsable's goes with the post, or by an
    administrator's hand.
    """
    lock_row(mailbox.pk)
    rows = standing.current(mailbox).filter(pk__in=list(chosen))
    taken = list(rows)
    if not all(_may_take(by, mailbox, it) for it in taken):
        raise GrantRefused("responsable")
    for delegation in taken:
        close(delegation, by)
        telling.revoked(delegation, by, origin, tells_person=tells_person)
    for delegation in taken:
        _record(Event.DELEGATION_REVOKED, by, delegation, origin, reason)
    return taken


def _may_take(by: User, mailbox: Mailbox, delegation: Delegation) -> bool:
    if delegation.is_responsable:
        return may(by, Permission.MANAGE_MAILBOXES)
    return delegation.person_id == by.pk or may_manage(by, mailbox)


def close(delegation: Delegation, by: User | None) -> None:
    """It counts no more; ``by`` is None when its day came. Inside a transaction."""
    delegation.closed_at, delegation.closed_by = timezone.now(), by
    delegation.save(update_fields=["closed_at", "closed_by"])
    _spread(delegation.mailbox, [delegation.person], lost=True)


def spread_gain(mailbox: Mailbox, person: User) -> None:
    """Somebody has more rights than before."""
    _spread(mailbox, [person], lost=False)


def _spread(mailbox: Mailbox, people: Sequence[User], *, lost: bool) -> None:
    """To servers, open pages and what waits to be sent.

    A selected folder stays open whatever the rights: connections end, the person's own and those that
    the site has for them.
    """
    lookup.refresh_on_commit()
    if lost:
        kick.end_when_committed(mailbox.address)
        for address in (it for person in people for it in addresses_of(person)):
            kick.end_when_committed(address)
    for person in people:
        rights_changed.send(sender=Delegation, mailbox=mailbox, person=person)


def _bounds(wish: Wish) -> tuple[datetime, datetime]:
    """Midnights of the academy's time zone."""
    return midnight(wish.first_day), midnight(wish.last_day + timedelta(days=1))


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _check(mailbox: Mailbox, wish: Wish) -> None:
    today = timezone.localdate()
    if wish.last_day < wish.first_day or wish.last_day < today:
        raise GrantRefused("past")
    if wish.last_day - max(today, wish.first_day) > LONGEST:
        raise GrantRefused("too long")
    if mailbox.owner_id is not None and wish.right == Right.MANAGE:
        raise GrantRefused("personal")


def _check_person(by: User, mailbox: Mailbox, person: User) -> None:
    name = person.get_full_name()
    if person.pk in {by.pk, mailbox.owner_id}:
        raise GrantRefused("oneself", name)
    if not person.is_active or not Mailbox.objects.filter(owner=person, is_active=True).exists():
        raise GrantRefused("no account", name)


def _lock(by: User, mailbox: Mailbox) -> None:
    """Raises GrantRefused when the right to give was lost meanwhile, or a reset is too fresh."""
    lock_row(mailbox.pk)
    if not may_manage(by, mailbox):
        raise GrantRefused("not yours")
    if by.is_restricted:
        raise GrantRefused("restricted")


def lock_row(mailbox_id: int) -> None:
    """Whoever changes rights in a mailbox holds it until the end of the transaction."""
    Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox_id)


def _record(
    event: Event, by: User, delegation: Delegation, origin: Origin, justification: str = ""
) -> None:
    logbook.note_right(DEEDS[event], delegation, by)
    journal.record(
        event,
        actor=by.party,
        subject=delegation.person.party,
        origin=origin,
        reason=telling.fact(delegation),
        flow=telling.flow_of(delegation.mailbox),
        justification=justification or delegation.reason,
    )
