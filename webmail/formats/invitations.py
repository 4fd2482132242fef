"""Invitations to events: text/calendar in a mail (RFC 5545, 5546, 6047)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from icalendar import Calendar

from webmail.syntax import headers
from webmail.syntax.addresses import Address

MAX_OCTETS = 512 << 10
MAX_COMPONENTS = 2_000
MAX_ATTENDEES = 1_000
MAX_EXCEPTIONS = 200
METHODS = frozenset(
    {"PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"}
)
METHOD_LINE = re.compile(r"^METHOD[^:\r\n]{0,100}:\s*([\w-]{1,40})", re.IGNORECASE | re.MULTILINE)
# What icalendar lets out on broken calendars.
CALENDAR_ERRORS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)


@dataclass(frozen=True)
class Attendee:
    """Someone invited. `answer` is NEEDS-ACTION, ACCEPTED, DECLINED, TENTATIVE or DELEGATED."""

    who: Address
    answer: str
    is_optional: bool


@dataclass(frozen=True)
class Invitation:
    """One event as its organiser or an attendee sent it.

    Times are in UTC; an all-day event starts and ends at midnight. A floating one (RFC 5545 §3.3.5)
    has the hours of wherever its reader is, written here as if they were of UTC.
    """

    section: str
    method: str  # "" for a calendar that is no message to anyone
    uid: str = ""
    summary: str = ""
    description: str = ""
    location: str = ""
    start: datetime | None = None
    end: datetime | None = None
    is_all_day: bool = False
    is_floating: bool = False
    sequence: int = 0
    status: str = ""
    recurrence: str = ""  # the RRULE, undecoded
    recurrence_id: datetime | None = None
    dropped: tuple[datetime, ...] = ()  # dates of a series that do not take place (EXDATE)
    moved: tuple[datetime, ...] = ()  # dates of a series that the calendar tells otherwise
    others: int = 0  # events of the calendar besides this one
    organizer: Address | None = None
    attendees: tuple[Attendee, ...] = ()
    source: str = field(default="", repr=False)  # the calendar as it came


def read(section: str, calendar: str, method: str = "") -> Invitation | None:
    """The main event of a calendar; None for a text that is no calendar.

    `method` is the parameter of the part's type, which counts when the calendar itself names none
    (RFC 6047, 2.4).
    """
    text = calendar[:MAX_OCTETS]
    if not _is_calendar(text):
        return None
    named = METHOD_LINE.search(text)
    written = (named[1] if named else method).upper()
    kept = written if written in METHODS else ""
    if _is_too_much(calendar):
        return Invitation(section, kept)
    try:
        parsed = Calendar.from_ical(text)
        event = main_event(parsed)
        found = Invitation(section, kept) if event is None else _event(section, kept, parsed, event)
        return replace(found, source=text)
    except CALENDAR_ERRORS:
        return Invitation(section, kept)


def events_of(calendar: str) -> list[Invitation]:
    """What a calendar file holds, the earliest first; a series counts once. Empty for no calendar."""
    if not _is_calendar(calendar) or _is_too_much(calendar):
        return []
    try:
        parsed = Calendar.from_ical(calendar)
        found = [_event("", "", parsed, it) for it in _events(parsed) if "recurrence-id" not in it]
    except CALENDAR_ERRORS:
        return []
    return sorted(found, key=lambda it: it.start or datetime.max.replace(tzinfo=UTC))


def _is_calendar(text: str) -> bool:
    return "BEGIN:VCALENDAR" in text.upper()


def _is_too_much(calendar: str) -> bool:
    return len(calendar) > MAX_OCTETS or calendar.upper().count("BEGIN:") > MAX_COMPONENTS


def _event(section: str, method: str, calendar: Any, event: Any) -> Invitation:
    uid, events = _line(event, "uid"), calendar.walk("VEVENT")
    moved = [it for it in events if it is not event and _line(it, "uid") == uid]
    start, end = _decoded(event, "dtstart"), _end(event)
    organizer = event.get("organizer")
    return Invitation(
        section=section,
        method=method,
        uid=uid,
        summary=_line(event, "summary"),
        description=_line(event, "description"),
        location=_line(event, "location"),
        start=_utc(start),
        end=_utc(end),
        is_all_day=isinstance(start, date) and not isinstance(start, datetime),
        is_floating=isinstance(start, datetime) and start.tzinfo is None,
        sequence=_number(event.get("sequence")),
        status=_line(event, "status").upper(),
        recurrence=_recurrence(event.get("rrule")),
        recurrence_id=_utc(_decoded(event, "recurrence-id")),
        dropped=_dates(_excepted(event)),
        moved=_dates(_decoded(it, "recurrence-id") for it in moved),
        others=sum(_line(it, "uid") != uid for it in events),
        organizer=_person(organizer) if organizer else None,
        attendees=tuple(
            _attendee(person) for person in _listed(event.get("attendee"))[:MAX_ATTENDEES]
        ),
    )


def main_event(calendar: Any) -> Any:
    """The series rather than one of its dates, whichever comes first; None without an event."""
    events = _events(calendar)
    return next((it for it in events if "recurrence-id" not in it), next(iter(events), None))


def _events(calendar: Any) -> Any:
    return calendar.walk("VEVENT") or calendar.walk("VTODO")


def _excepted(event: Any) -> Iterable[Any]:
    for listed in _listed(event.get("exdate")):
        for one in getattr(listed, "dts", ()):
            yield one.dt


def _dates(moments: Iterable[Any]) -> tuple[datetime, ...]:
    found = (_utc(moment) for moment in islice(moments, MAX_EXCEPTIONS))
    return tuple(sorted(moment for moment in found if moment is not None))


def _end(event: Any) -> Any:
    start, end = _decoded(event, "dtstart"), _decoded(event, "dtend") or _decoded(event, "due")
    if end is not None or start is None:
        return end
    duration = _decoded(event, "duration")
    if isinstance(duration, timedelta):
        return start + duration
    return start if isinstance(start, datetime) else start + timedelta(days=1)


def _decoded(event: Any, name: str) -> Any:
    found = event.get(name)
    first = found[0] if isinstance(found, list) else found
    return getattr(first, "dt", None)


def _utc(moment: Any) -> datetime | None:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return datetime.combine(moment, time(), UTC) if isinstance(moment, date) else None


def _line(event: Any, name: str) -> str:
    found = event.get(name)
    first = found[0] if isinstance(found, list) and found else found
    text = "" if first is None else str(first)
    return text[: headers.MAX_TEXT] if name == "description" else headers.one_line(text)


def _number(value: Any) -> int:
    return int(value) if isinstance(value, int) else 0


def _recurrence(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return bytes(first.to_ical()).decode("utf-8", "replace") if hasattr(first, "to_ical") else ""


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _attendee(value: Any) -> Attendee:
    params = getattr(value, "params", {})
    answer = str(params.get("PARTSTAT", "NEEDS-ACTION")).upper()
    return Attendee(
        _person(value), answer, is_optional=str(params.get("ROLE", "")).upper() == "OPT-PARTICIPANT"
    )


def _person(value: Any) -> Address:
    first = value[0] if isinstance(value, list) else value
    params = getattr(first, "params", {})
    address = re.sub(r"^mailto:", "", str(first).strip(), flags=re.IGNORECASE)
    return Address(headers.one_line(str(params.get("CN", ""))), headers.one_line(address))


def told_once(invitations: Iterable[Invitation]) -> list[Invitation]:
    """Without the copy that Google and Apple attach of the calendar that stands in the text."""
    once: dict[object, Invitation] = {}
    for it in invitations:
        key = (it.uid, it.recurrence_id, it.sequence, it.start) if it.uid else it.section
        once.setdefault(key, it)
    return list(once.values())


def first_method(invitations: Iterable[Invitation]) -> str:
    """The method of the first invitation that has one, else ""."""
    return next((invitation.method for invitation in invitations if invitation.method), "")
