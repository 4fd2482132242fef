"""The moments a person is offered for sending later, and those they may choose. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

MORNING = time(8)
FURTHEST = timedelta(days=366)
# Holidays that begin within so many days are offered, and those that have begun.
HOLIDAYS_AHEAD = timedelta(days=21)
MONDAY = 0


# The first day of holidays, and the first day of school after them.
Holidays = tuple[date, date]


@dataclass(frozen=True)
class Preset:
    code: str
    name: str
    note: str
    icon: str
    at: datetime


def presets(now: datetime, holidays: Iterable[Holidays]) -> list[Preset]:
    """`now` is local; `holidays` in their order. Moments that two of them share are offered once."""
    tomorrow = now.date() + timedelta(days=1)
    monday = now.date() + timedelta(days=(MONDAY - now.weekday()) % 7 or 7)
    found = [Preset("demain", _("Demain matin"), "", "sun", _morning(tomorrow, now))]
    if monday != tomorrow:
        note = _("Respecte la déconnexion du week-end")
        found.append(Preset("lundi", _("Lundi matin"), note, "calendar", _morning(monday, now)))
    for begin, back in holidays:
        if begin - HOLIDAYS_AHEAD <= now.date() and back > tomorrow:
            at = _morning(back, now)
            found.append(Preset("rentree", _("Après les vacances"), "", "backpack", at))
            break
    return found


def _morning(day: date, now: datetime) -> datetime:
    return datetime.combine(day, MORNING, now.tzinfo)


class OddMoment(Exception):
    """A moment that is past, or further away than a year; `words` are for the person."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def chosen_moment(
    code: str, written: str, now: datetime, holidays: Iterable[Holidays]
) -> datetime | None:
    """`code` is a preset's, "choisi" for the moment `written` as a browser does, "" for now.

    Raises OddMoment.
    """
    if not code:
        return None
    if code != "choisi":
        at = next((preset.at for preset in presets(now, holidays) if preset.code == code), None)
        if at is None:
            raise OddMoment(_("Ce moment n’est plus proposé : choisissez-en un autre."))
        return at
    try:
        at = datetime.fromisoformat(written).replace(tzinfo=now.tzinfo)
    except ValueError as error:
        raise OddMoment(_("Indiquez la date et l’heure de l’envoi.")) from error
    if not now < at < now + FURTHEST:
        raise OddMoment(_("Choisissez un moment à venir, dans l’année."))
    return at
