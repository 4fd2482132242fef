"""Where every agent stands on the way to their account, counted by school.

Each is counted once: what needs somebody's help comes before what only needs time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import timedelta

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from accounts.models import Agent, School
from activation.models import Journey, Letter

Status = Agent.Status
# Somebody who began and did not end within a day needs help rather than time.
STUCK_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Figures:
    """Numbers of people. ``total`` is their sum: those who left are not counted."""

    active: int = 0
    posted: int = 0  # a letter that works is in their hands, or on its way
    stuck: int = 0  # began and gave up, or their letter came back
    expired: int = 0  # their letter works no more
    waiting: int = 0  # no letter was posted yet

    @property
    def total(self) -> int:
        return sum(getattr(self, field.name) for field in fields(self))

    @property
    def missing(self) -> int:
        """Everyone whose account is still to be opened."""
        return self.total - self.active

    @property
    def share(self) -> int:
        """Of a hundred, how many are active; everyone is, where there is nobody."""
        return 100 * self.active // self.total if self.total else 100

    def __add__(self, other: "Figures") -> "Figures":
        names = [field.name for field in fields(self)]
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True)
class SchoolFigures:
    school: School
    figures: Figures


def standing() -> Combinable:
    """The name of the figure in which an agent is counted."""
    return Case(
        When(status__in=(Status.ACTIVE, Status.FROZEN), then=Value("active")),
        When(_is_stuck(), then=Value("stuck")),
        When(_has_usable_letter(), then=Value("posted")),
        When(_had_letter(), then=Value("expired")),
        default=Value("waiting"),
        output_field=CharField(),
    )


def figures_by_school(schools: QuerySet[School]) -> list[SchoolFigures]:
    """The schools that have anybody; those where most people are missing come first."""
    staff = _staff_of(schools).annotate(standing=standing()).order_by()
    rows = staff.values_list("school", "standing").annotate(Count("pk"))
    counts: dict[int, dict[str, int]] = {}
    for school_id, name, number in rows:
        counts.setdefault(school_id, {})[name] = number
    known = School.objects.in_bulk(counts)
    found = [SchoolFigures(known[pk], Figures(**found)) for pk, found in counts.items()]
    return sorted(found, key=lambda one: (-one.figures.missing, one.school.city, one.school.name))


def people_missing(schools: QuerySet[School]) -> QuerySet[Agent]:
    """Whose account is still to be opened, by name, with their ``standing``."""
    staff = _staff_of(schools).annotate(standing=standing()).exclude(standing="active")
    return staff.order_by("usual_name", "first_name", "pk")


def total_of(found: Iterable[SchoolFigures]) -> Figures:
    return sum((one.figures for one in found), Figures())


def _staff_of(schools: QuerySet[School]) -> QuerySet[Agent]:
    return Agent.objects.exclude(status=Status.DEPARTED).filter(school__in=schools)


def _is_stuck() -> Q:
    begun = Journey.objects.filter(agent=OuterRef("pk"))
    gave_up = begun.filter(started_at__lt=timezone.now() - STUCK_AFTER)
    returned = Letter.objects.filter(agent=OuterRef("pk"), state=Letter.State.RETURNED)
    return Q(Exists(gave_up)) | Q(Exists(returned))


def _has_usable_letter() -> Exists:
    usable = Letter.objects.filter(state__in=Letter.USABLE, expires_at__gt=timezone.now())
    return Exists(usable.filter(agent=OuterRef("pk")))


def _had_letter() -> Exists:
    posted = Letter.objects.filter(agent=OuterRef("pk"), posted_on__isnull=False)
    return Exists(posted.exclude(state=Letter.State.REDEEMED))
