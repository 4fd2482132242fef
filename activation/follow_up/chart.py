"""The course of the weeks as a drawing. Pure."""

from collections.abc import Sequence

from accounts import week_chart
from accounts.week_chart import Chart, Series
from activation.follow_up.course import Week


def chart_of(weeks: Sequence[Week]) -> Chart:
    posted = Series("first", [week.posted for week in weeks])
    activated = Series("second", [week.activated for week in weeks])
    return week_chart.chart_of([week.start for week in weeks], posted, activated)
