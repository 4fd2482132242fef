"""Invitations to events: text/calendar in a mail (RFC 5545, 5546, 6047)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar

from webmail.message import headers
from webmail.message.addresses import Address

MAX_OCTETS = 512 << 10
MAX_COMPONENTS = 2_000
MAX_ATTENDEES = 1_000
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
    organizer: Address | None = None
    attendees: tuple[Attendee, ...] = ()
    source: str = field(default="", repr=False)  # the calendar as it came


def read(section: str, calendar: str, method: str = "") -> Invitation | None:
    """The first event of a calendar; None for a text that is no calendar.

    `method` is the parameter of the part's type, which counts when the calendar itself names none
    (RFC 6047, 2.4).
    """
    text = calendar[:MAX_OCTETS]
    if "BEGIN:VCALENDAR" not in text.upper():
        return None
    named = METHOD_LINE.search(text)
    written = (named[1] if named else method).upper()
    kept = written if written in METHODS else ""
    if len(calendar) > MAX_OCTETS or text.upper().count("BEGIN:") > MAX_COMPONENTS:
        return Invitation(section, kept)
    try:
        return replace(_invitation(section, kept, Calendar.from_ical(text)), source=text)
    except CALENDAR_ERRORS:
        return Invitation(section, kept)


def _invitation(section: str, method: str, calendar: Any) -> Invitation:
    event = next(iter(calendar.walk("VEVENT") or calendar.walk("VTODO")), None)
    if event is None:
        return Invitation(section, method)
    start, end = _decoded(event, "dtstart"), _end(event)
    organizer = event.get("organizer")
    return Invitation(
        section=section,
        method=method,
        uid=_line(event, "uid"),
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
        organizer=_person(organizer) if organizer else None,
        attendees=tuple(
            _attendee(person) for person in _listed(event.get("attendee"))[:MAX_ATTENDEES]
        ),
    )


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


def first_method(invitations: Iterable[Invitation]) -> str:
    """The method of the first invitation that has one, else ""."""
    return next((invitation.method for invitation in invitations if invitation.method), "")
