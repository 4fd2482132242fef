"""Numbers of weeks as a drawing: where each bar stands in an SVG. Pure.

The template draws with attributes and classes only: the page's policy allows no inline style, and
classes follow the dark scheme.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 240
LEFT, TOP, BOTTOM = 44, 12, 28  # for the numbers of the axis and the names of the months
SHARE = 0.36  # of a week's room, for one of two bars
STEPS = (1, 2, 5)  # a round axis counts by one of these, ten, a hundred … times
LINES = 4
NAME_SLOTS = 2  # weeks as wide as the name of a month


@dataclass(frozen=True)
class Series:
    """A number for each week; None where there is none to draw. `kind` ends the name of its class."""

    kind: str
    numbers: Sequence[float | None]


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    height: float
    kind: str


@dataclass(frozen=True)
class Line:
    y: float
    number: int


@dataclass(frozen=True)
class Month:
    x: float
    start: date


@dataclass(frozen=True)
class Chart:
    bars: list[Bar]
    lines: list[Line]
    months: list[Month]
    bar_width: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    foot: int = HEIGHT - BOTTOM


def chart_of(weeks: Sequence[date], *series: Series) -> Chart:
    """`weeks` are their first days; one or two series stand side by side."""
    numbers = [number for each in series for number in each.numbers if number is not None]
    step = _round_step(max(numbers, default=0))
    slot = (WIDTH - LEFT) / len(weeks)
    bars = [bar for place, each in enumerate(series) for bar in _bars(each, place, slot, step)]
    lines = [Line(_y(number, step), number) for number in range(0, step * LINES + 1, step)]
    return Chart(bars, lines, _months(weeks, slot), round(slot * SHARE, 2))


def _bars(series: Series, place: int, slot: float, step: int) -> list[Bar]:
    at = 0.12 + 0.4 * place
    return [
        Bar(round(LEFT + slot * (week + at), 2), _y(number, step), _tall(number, step), series.kind)
        for week, number in enumerate(series.numbers)
        if number
    ]


def _months(weeks: Sequence[date], slot: float) -> list[Month]:
    """The first week that begins in each month bears its name, where there is room for it."""
    months: list[Month] = []
    for place, week in enumerate(weeks):
        if not months or months[-1].start.month != week.month:
            months.append(Month(round(LEFT + slot * place, 2), week))
    crowded = len(months) > 1 and months[1].x - months[0].x < slot * NAME_SLOTS
    return months[1:] if crowded else months


def _round_step(highest: float) -> int:
    """The smallest round number of which ``LINES`` hold the highest bar."""
    power = 1
    while True:
        for step in STEPS:
            if step * power * LINES >= highest:
                return step * power
        power *= 10


def _tall(number: float, step: int) -> float:
    return round((HEIGHT - TOP - BOTTOM) * number / (step * LINES), 2)


def _y(number: float, step: int) -> float:
    return round(HEIGHT - BOTTOM - _tall(number, step), 2)
