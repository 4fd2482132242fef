"""Calendar invitations by mail (RFC 5545, 5546, 6047): request, answer, cancellation."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sample.letters import Letter, Person
from sample.school_time import Clock, at, in_words, school_day_from
from sample.typography import careful

TIME_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE"""


@dataclass(frozen=True)
class Meeting:
    """A meeting, announced ``sent_days`` ago, held in ``held_days`` (negative: it is over)."""

    key: str
    organiser: str
    guests: tuple[str, ...]
    title: str
    place: str
    sent_days: int
    held_days: int
    hour: int
    minutes: int
    every_week: bool = False
    cancelled: bool = False
    accepted_by: str = ""


MEETINGS = (
    Meeting("conseil-4b", "nadia.perrin",
            ("camille.lefevre", "sofia.benali", "julien.morel", "paul.auvray"),
            "Conseil de classe 4e B", "Salle 204", 4, 3, 17, 75, accepted_by="paul.auvray"),
    Meeting("direction", "nadia.perrin", ("camille.lefevre", "olivier.tanguy", "marc.langlois"),
            "Réunion de direction hebdomadaire", "Bureau de la principale", 75, -70, 9, 60,
            every_week=True, accepted_by="camille.lefevre"),
    Meeting("bassin", "aicha.morvan",
            ("nadia.perrin", "jean-baptiste.le-goff-prigent", "camille.lefevre"),
            "Réunion de bassin", "Rectorat, site de Caen, salle des Actes", 12, 9, 14, 150),
    Meeting("outils", "karim.haddad", ("camille.lefevre", "hugues.de-la-motte", "maelle.d-aubigny"),
            "Présentation de la nouvelle messagerie", "Visioconférence", 9, 5, 11, 45),
    Meeting("ppms", "olivier.tanguy", ("camille.lefevre", "anne.hebert", "yann.guerin"),
            "Bilan de l'exercice de mise en sûreté", "Salle 104", 16, 2, 16, 30, cancelled=True),
    Meeting("liaison", "maelle.d-aubigny", ("camille.lefevre", "nadia.perrin"),
            "Liaison CM2-6e : préparation", "École Berthe Morisot, Elbeuf", 48, -40, 10, 60,
            accepted_by="camille.lefevre"),
    Meeting("intendance", "marc.langlois", ("camille.lefevre", "nadia.perrin"),
            "Inventaire annuel", "Intendance", 33, -26, 15, 90, cancelled=True),
)  # fmt: skip

FindPeople = Callable[[tuple[str, ...]], tuple[Person, ...]]


def invitations(clock: Clock, people: FindPeople, seed: int) -> Iterator[Letter]:
    """For each meeting the request, then what became of it."""
    for meeting in MEETINGS:
        request = _request(meeting, clock, people, seed)
        yield request
        if meeting.accepted_by:
            yield _acceptance(meeting, clock, people, request)
        if meeting.cancelled:
            yield _cancellation(meeting, clock, people, request)


def _request(meeting: Meeting, clock: Clock, people: FindPeople, seed: int) -> Letter:
    day = _held_on(meeting, clock)
    title = careful(meeting.title)
    when = f"{in_words(day)} à {meeting.hour}\u00a0h"
    return Letter(
        key=f"invitation.{meeting.key}.{seed}",
        sender=people((meeting.organiser,))[0],
        to=people(meeting.guests),
        subject=f"Invitation\u00a0: {title}, {when}",
        text=f"{title}\n{when} ({meeting.minutes} min)\n{meeting.place}\n",
        sent_at=at(clock.today - timedelta(days=meeting.sent_days), 8, 40),
        calendar=_calendar(meeting, clock, people, "REQUEST"),
        calendar_method="REQUEST",
    )


def _acceptance(meeting: Meeting, clock: Clock, people: FindPeople, request: Letter) -> Letter:
    guest = people((meeting.accepted_by,))[0]
    return Letter(
        key=f"{request.key}.reponse",
        sender=guest,
        to=(request.sender,),
        subject=f"Accepté\u00a0: {careful(meeting.title)}",
        text=f"{guest.name} a accepté l’invitation.\n",
        sent_at=request.sent_at + timedelta(hours=2, minutes=7),
        answers=request,
        calendar=_calendar(meeting, clock, people, "REPLY"),
        calendar_method="REPLY",
    )


def _cancellation(meeting: Meeting, clock: Clock, people: FindPeople, request: Letter) -> Letter:
    return replace(
        request,
        key=f"{request.key}.annulation",
        subject=f"Annulé\u00a0: {careful(meeting.title)}",
        text=f"La réunion « {careful(meeting.title)} » est annulée.\n",
        sent_at=request.sent_at + timedelta(days=3, hours=1),
        answers=request,
        calendar=_calendar(meeting, clock, people, "CANCEL"),
        calendar_method="CANCEL",
    )


def _held_on(meeting: Meeting, clock: Clock) -> datetime:
    day = school_day_from(clock.today + timedelta(days=meeting.held_days))
    return at(day, meeting.hour)


def _calendar(meeting: Meeting, clock: Clock, people: FindPeople, method: str) -> str:
    start = _held_on(meeting, clock)
    sent = at(clock.today - timedelta(days=meeting.sent_days), 8, 40).astimezone(UTC)
    organiser = people((meeting.organiser,))[0]
    lines = [
        "BEGIN:VCALENDAR", "PRODID:-//Pli//FR", "VERSION:2.0", f"METHOD:{method}",
        *TIME_ZONE.splitlines(), "BEGIN:VEVENT", f"UID:{meeting.key}@ac-normandie.fr",
        f"DTSTAMP:{sent:%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{int(method == 'CANCEL')}", f"DTSTART;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/Paris:{start + timedelta(minutes=meeting.minutes):%Y%m%dT%H%M%S}",
        *(["RRULE:FREQ=WEEKLY;COUNT=30"] if meeting.every_week else []),
        f"SUMMARY:{_escaped(careful(meeting.title))}", f"LOCATION:{_escaped(meeting.place)}",
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}",
        f"ORGANIZER;CN={organiser.name}:mailto:{organiser.address}",
        *_attendees(meeting, people, method), "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(_folded(line) + "\r\n" for line in lines)


def _attendees(meeting: Meeting, people: FindPeople, method: str) -> list[str]:
    if method == "REPLY":
        guest = people((meeting.accepted_by,))[0]
        return [f"ATTENDEE;CN={guest.name};PARTSTAT=ACCEPTED:mailto:{guest.address}"]
    return [
        f"ATTENDEE;CN={guest.name};PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{guest.address}"
        for guest in people(meeting.guests)
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> str:
    """Lines of at most 75 octets (RFC 5545, 3.1), never cut inside a character."""
    pieces, current = [], ""
    for character in line:
        if len((current + character).encode()) > 74:
            pieces.append(current)
            current = ""
        current += character
    return "\r\n ".join([*pieces, current])
