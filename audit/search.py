"""Finding entries: for the back office, and for the person whose history it is."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from audit.events import Event, Result
from audit.models import Entry


@dataclass(frozen=True)
class Search:
    """What to look for; what is left out does not limit.

    ``person`` is an id, or a part of a name in either column; ``since`` is included, ``until`` is
    not; ``address`` is a whole IP address.
    """

    person: str = ""
    event: Event | None = None
    since: datetime | None = None
    until: datetime | None = None
    result: Result | None = None
    address: str = ""


def find(search: Search) -> QuerySet[Entry]:
    """The entries that match, newest first."""
    return Entry.objects.filter(
        _by_person(search.person),
        _equal("event", search.event),
        _equal("time__gte", search.since),
        _equal("time__lt", search.until),
        _equal("result", search.result),
        _equal("address", search.address),
    ).order_by("-number")


def history_of(person_id: str) -> QuerySet[Entry]:
    """What this person did and what was done to their account, newest first."""
    return Entry.objects.filter(Q(actor_id=person_id) | Q(subject_id=person_id)).order_by("-number")


def _by_person(person: str) -> Q:
    if not person:
        return Q()
    is_the_id = Q(actor_id=person) | Q(subject_id=person)
    return is_the_id | Q(actor_label__icontains=person) | Q(subject_label__icontains=person)


def _equal(lookup: str, value: object) -> Q:
    return Q(**{lookup: value}) if value else Q()
