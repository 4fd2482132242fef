"""When things happen in a school: school days, working hours, dates as they are said in French."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SUMMER = ((7, 6), (8, 27))
CHRISTMAS = ((12, 20), (1, 4))


def is_school_day(day: date) -> bool:
    """Whether schools are at work: neither a weekend nor the summer or Christmas holidays."""
    month_day = (day.month, day.day)
    in_summer = SUMMER[0] <= month_day <= SUMMER[1]
    at_christmas = month_day >= CHRISTMAS[0] or month_day < CHRISTMAS[1]
    return day.weekday() < 5 and not in_summer and not at_christmas


def school_days_before(day: date) -> Iterator[date]:
    """School days before that day, latest first, for ever."""
    while True:
        day -= timedelta(days=1)
        if is_school_day(day):
            yield day


def school_day_from(day: date) -> date:
    """That day, or the first school day after it."""
    while not is_school_day(day):
        day += timedelta(days=1)
    return day


def in_words(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}"


def school_year(day: date) -> int:
    """The year in which the school year of that day ends."""
    return day.year + (day.month >= 8)


def term(day: date) -> str:
    return "premier" if 8 <= day.month <= 12 else "deuxième" if day.month <= 3 else "troisième"


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), PARIS)


@dataclass(frozen=True)
class Clock:
    """The moment at which the sample ends; everything is told relative to it."""

    until: datetime

    @property
    def today(self) -> date:
        return self.until.astimezone(PARIS).date()

    def ago(self, text: str) -> datetime:
        """``17m``: that many minutes ago; ``3d 14:20``: three days ago at that hour."""
        if text.endswith("m"):
            return self.until.astimezone(PARIS) - timedelta(minutes=int(text[:-1]))
        days, clock = text.split("d ")
        hour, minute = clock.split(":")
        return at(self.today - timedelta(days=int(days)), int(hour), int(minute))


def working_moment(moment: datetime) -> datetime:
    """That moment when somebody may well write then, else the next morning of work, same minute."""
    if 7 <= moment.hour < 20 and is_school_day(moment.date()):
        return moment
    tomorrow = moment.hour >= 20 or not is_school_day(moment.date())
    day = school_day_from(moment.date() + timedelta(days=int(tomorrow)))
    return moment.replace(year=day.year, month=day.month, day=day.day, hour=8)
