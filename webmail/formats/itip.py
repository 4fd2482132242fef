"""The answer to an invitation: an iTIP REPLY (RFC 5546 §3.2.3, 6047)."""

from datetime import datetime
from typing import Any

from icalendar import Calendar, Event, vCalAddress, vText

from webmail.formats.invitations import CALENDAR_ERRORS, MAX_OCTETS, main_event
from webmail.syntax.addresses import Address
from webmail.syntax.headers import one_line

PRODUCT = "-//Pli//FR"
# What says which event is meant; the times help whoever shows the answer.
REPEATED = (
    "uid", "sequence", "recurrence-id", "organizer",
    "dtstart", "dtend", "duration", "summary", "location",
)  # fmt: skip


class NoEvent(Exception):
    """There is nothing in this calendar that one could answer."""


def reply(calendar: str, attendee: Address, answer: str, now: datetime) -> bytes:
    """The calendar of an answer; `answer` is ACCEPTED, TENTATIVE or DECLINED, `now` aware.

    Raises NoEvent.
    """
    try:
        return _reply(Calendar.from_ical(calendar[:MAX_OCTETS]), attendee, answer, now)
    except CALENDAR_ERRORS as error:
        raise NoEvent(str(error)) from error


def _reply(source: Any, attendee: Address, answer: str, now: datetime) -> bytes:
    asked = main_event(source)
    if asked is None or asked.name != "VEVENT" or "uid" not in asked or "organizer" not in asked:
        raise NoEvent("no event")
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "REPLY")
    for zone in source.walk("VTIMEZONE"):
        calendar.add_component(zone)
    calendar.add_component(_event(asked, attendee, answer, now))
    return bytes(calendar.to_ical())


def _event(asked: Any, attendee: Address, answer: str, now: datetime) -> Any:
    event = Event()
    for name in REPEATED:
        if name in asked:
            event[name] = asked[name]
    event.add("dtstamp", now)
    person = vCalAddress(f"mailto:{attendee.address}")
    person.params["PARTSTAT"] = vText(answer)
    if attendee.name:
        person.params["CN"] = vText(one_line(attendee.name).replace('"', "'"))
    event["attendee"] = person
    return event
