"""What happened week by week: letters posted, accounts activated."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from accounts.models import School
from activation.models import Journey, Letter

WEEKS = 26
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """``start`` is a Monday."""

    start: date
    posted: int
    activated: int


def course_of(schools: QuerySet[School]) -> list[Week]:
    """The last half-year, this week included, oldest first; weeks without anything are there."""
    this_week = _monday(timezone.localdate())
    starts = [this_week - WEEK * ago for ago in reversed(range(WEEKS))]
    letters = Letter.objects.filter(agent__school__in=schools, posted_on__gte=starts[0])
    opened = Journey.objects.filter(agent__school__in=schools, activated_at__date__gte=starts[0])
    posted = _by_week(letters.annotate(week=TruncWeek("posted_on")).values_list("week"))
    activated = _by_week(opened.annotate(week=TruncWeek("activated_at")).values_list("week"))
    return [Week(start, posted.get(start, 0), activated.get(start, 0)) for start in starts]


def _by_week(rows: Iterable[object]) -> dict[date, int]:
    counted = rows.annotate(number=Count("pk")).order_by()  # type: ignore[attr-defined]
    return {_day(week): number for week, number in counted}


def _day(week: date) -> date:
    """SQLite and PostgreSQL answer a date for a date and a moment for a moment."""
    return getattr(week, "date", lambda: week)()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
