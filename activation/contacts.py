"""Who helps somebody without a letter or a NUMEN: their school, else the office above it.

Contacts come with the schools' import. Nothing here tells who works where.
"""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import Office, School

SHOWN_AT_MOST = 12
SHORTEST_WORD = 2


@dataclass(frozen=True)
class Contact:
    """A school's secretariat, and the office to turn to when it cannot help."""

    school: School
    office: Office | None


def contacts_for(typed: str) -> list[Contact]:
    """The schools whose name, town or UAI code hold every word of ``typed``, a few of them."""
    words = [word for word in typed.split() if len(word) >= SHORTEST_WORD]
    if not words:
        return []
    schools = School.objects.exclude(kind__in=(School.Kind.DSDEN, School.Kind.RECTORAT))
    for word in words:
        schools = schools.filter(_holds(word))
    found = schools.order_by("city", "name")[:SHOWN_AT_MOST]
    return [Contact(school, Office.objects.above(school)) for school in found]


def offices() -> list[Office]:
    return list(Office.objects.order_by("kind", "uai"))


def _holds(word: str) -> Q:
    return Q(name__icontains=word) | Q(city__icontains=word) | Q(uai__iexact=word)
