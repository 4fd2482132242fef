"""A recurrence rule (RFC 5545 §3.3.10) in words. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from webmail.presentation import full_day, local

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
EVERY = {
    "DAILY": ngettext_lazy("tous les jours", "tous les %(n)s jours", "n"),
    "WEEKLY": ngettext_lazy("chaque semaine", "toutes les %(n)s semaines", "n"),
    "MONTHLY": ngettext_lazy("chaque mois", "tous les %(n)s mois", "n"),
    "YEARLY": ngettext_lazy("chaque année", "tous les %(n)s ans", "n"),
}
ORDINALS = {
    1: gettext_lazy("le premier %(day)s"),
    2: gettext_lazy("le deuxième %(day)s"),
    3: gettext_lazy("le troisième %(day)s"),
    4: gettext_lazy("le quatrième %(day)s"),
    -1: gettext_lazy("le dernier %(day)s"),
}
# Parts that change nothing of what is said, or are said.
SAID = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
WEEKDAY = re.compile(r"([+-]?\d{0,2})(MO|TU|WE|TH|FR|SA|SU)")
NUMBER = re.compile(r"\d{1,4}")
UNTIL = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?")


def in_words(rule: str) -> str:
    """ "chaque semaine, le lundi, 30 fois"; "" for no rule, and only that there is one for odd rules."""
    if not rule:
        return ""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    every = _every(parts)
    days = _days(parts)
    end = _end(parts)
    if every is None or days is None or end is None or set(parts) - SAID:
        return _("se répète selon une règle particulière")
    return ", ".join(words for words in (every, days, end) if words)


def _every(parts: Mapping[str, str]) -> str | None:
    interval = _number(parts.get("INTERVAL", "1"))
    known = EVERY.get(parts.get("FREQ", ""))
    return str(known % {"n": interval}) if known is not None and interval else None


def _days(parts: Mapping[str, str]) -> str | None:
    """The days a rule names; None when they cannot be said simply."""
    by_day, by_date = parts.get("BYDAY", ""), parts.get("BYMONTHDAY", "")
    if by_day and by_date:
        return None
    if "BYMONTH" in parts:
        return _day_of_year(parts)
    if by_date:
        day = _number(by_date)
        return _("le %(day)s") % {"day": day} if 0 < day <= 31 else None
    # Outlook writes "the second Thursday of the month" as BYDAY=TH;BYSETPOS=2.
    return _day(parts["BYSETPOS"] + by_day) if "BYSETPOS" in parts else _weekdays(by_day)


def _weekdays(by_day: str) -> str | None:
    if set(by_day.split(",")) == set(DAYS[:5]):
        return _("du lundi au vendredi")
    names = [_day(one) for one in by_day.split(",") if one]
    if None in names:
        return None
    *before, last = [str(name) for name in names] or [""]
    return _("%(days)s et %(last)s") % {"days": ", ".join(before), "last": last} if before else last


def _day_of_year(parts: Mapping[str, str]) -> str | None:
    """ "le 18 décembre", of a rule that names one day of one month."""
    month, day = _number(parts["BYMONTH"]), _number(parts.get("BYMONTHDAY", ""))
    if parts.get("FREQ") != "YEARLY" or "BYSETPOS" in parts or month not in MONTHS or not day:
        return None
    return _("le %(day)s %(month)s") % {"day": day, "month": MONTHS[month]} if day <= 31 else None


def _day(written: str) -> str | None:
    found = WEEKDAY.fullmatch(written)
    if not found:
        return None
    name = {"day": str(WEEKDAYS[DAYS.index(found[2])]).lower()}
    if not found[1]:
        return _("le %(day)s") % name
    ordinal = ORDINALS.get(int(found[1])) if found[1].strip("+-") else None
    return str(ordinal % name) if ordinal is not None else None


def _end(parts: Mapping[str, str]) -> str | None:
    if "COUNT" in parts:
        count = _number(parts["COUNT"])
        return ngettext("%(n)s fois", "%(n)s fois", count) % {"n": count} if count else None
    if "UNTIL" not in parts:
        return ""
    found = UNTIL.fullmatch(parts["UNTIL"])
    if not found:
        return None
    year, month, day, hour, minute, second = (int(it) for it in found.groups("0"))
    try:
        last = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    shown = local(last) if found[4] else last
    return _("jusqu’au %(date)s") % {"date": full_day(shown.date())}


def _number(written: str) -> int:
    """0 for what is no number."""
    return int(written) if NUMBER.fullmatch(written) else 0
