"""Invitations, reports and traps are what they claim to be."""

import re
from collections import defaultdict
from datetime import timedelta
from email.message import EmailMessage, Message

import pytest
from icalendar import Calendar

from sample.scripts import ScriptError, _script
from sample.typography import careful, sayable


def calendars(messages: list[EmailMessage]) -> list[tuple[EmailMessage, Calendar]]:
    """The invitations' parts with what they hold; attached calendar files are none."""
    parts = [part for message in messages for part in message.walk()]
    found = [p for p in parts if p.get_content_type() == "text/calendar" and not p.is_attachment()]
    return [(part, calendar_of(part)) for part in found]


def calendar_of(part: EmailMessage) -> Calendar:
    calendar = Calendar.from_ical(part.get_content())
    assert isinstance(calendar, Calendar)
    return calendar


def test_every_invitation_is_a_calendar_of_the_method_it_announces(
    messages: list[EmailMessage],
) -> None:
    methods = set()
    for part, calendar in calendars(messages):
        assert calendar["METHOD"] == part.get_param("method")
        methods.add(str(calendar["METHOD"]))
        (event,) = calendar.events
        assert str(event["ORGANIZER"]).startswith("mailto:")
        assert event.duration > timedelta(minutes=20)
    assert methods == {"REQUEST", "REPLY", "CANCEL"}


def test_answers_and_cancellations_are_of_meetings_that_were_announced(
    messages: list[EmailMessage],
) -> None:
    uids = defaultdict(set)
    for _, calendar in calendars(messages):
        uids[str(calendar["METHOD"])].add(str(calendar.events[0]["UID"]))
    assert uids["CANCEL"] < uids["REQUEST"]
    assert uids["REPLY"] < uids["REQUEST"]


def test_delivery_reports_name_the_failed_address_and_its_status(
    messages: list[EmailMessage],
) -> None:
    reports = [m for m in messages if m.get_content_type() == "multipart/report"]
    assert len(reports) == 3
    for report in reports:
        status = list(report.walk())[2]
        assert status.get_content_type() == "message/delivery-status"
        recipient = status_of_recipient(status)
        assert recipient["action"] == "failed"
        assert recipient["status"].startswith("5.")


def status_of_recipient(status: Message) -> Message:
    """The second block of a delivery status: the first one is about the server (RFC 3464, 2.1)."""
    blocks = status.get_payload()
    assert isinstance(blocks, list)
    assert isinstance(blocks[1], Message)
    return blocks[1]


def test_phishing_comes_from_a_look_alike_that_failed_its_checks(
    messages: list[EmailMessage],
) -> None:
    traps = [m for m in messages if "ac-norrnandie.example" in str(m["from"])]
    assert traps
    for trap in traps:
        assert "dmarc=fail" in str(trap["authentication-results"])
        body = trap.get_body(("html",))
        assert body
        assert "https://webmail.ac-normandie.fr" in body.get_content()


def test_absence_messages_say_that_nobody_wrote_them(messages: list[EmailMessage]) -> None:
    absences = [m for m in messages if str(m["auto-submitted"]).endswith("(vacation)")]
    assert len({m["message-id"] for m in absences}) == 2


def test_a_remote_picture_is_always_on_a_reserved_host(messages: list[EmailMessage]) -> None:
    pages = [m.get_body(("html",)) for m in messages]
    texts = [page.get_content() for page in pages if page]
    hosts = {host for text in texts for host in re.findall(r'src="https?://([^/"]+)', text)}
    assert len(hosts) > 5
    assert all(host.endswith(".example") for host in hosts)


def test_a_picture_inside_the_text_comes_with_its_letter(messages: list[EmailMessage]) -> None:
    found = 0
    for message in messages:
        ids = {str(part["content-id"]).strip("<>") for part in message.walk() if part["content-id"]}
        page = message.get_body(("html",))
        wanted = page.get_content().split("cid:")[1:] if page else []
        assert {name.split('"')[0] for name in wanted} == ids
        found += bool(ids)
    assert found >= 2


def test_a_careful_writer_types_french_spaces_and_apostrophes() -> None:
    typed = "L'élève de 4e B a dit : « oui » !"
    assert careful(typed) == "L’élève de 4ᵉ B a dit\u00a0: «\u00a0oui\u00a0»\u00a0!"


@pytest.mark.parametrize("charset", ["iso-8859-1", "iso-8859-15", "windows-1252"])
def test_an_old_character_set_still_says_everything(charset: str) -> None:
    assert sayable("L’œuvre – 4ᵉ B… 12 €", charset).encode(charset)


@pytest.mark.parametrize(
    "block", ["sans-lettre\ntimes: 2", "sans-deux-points\nbonjour\n---\nfrom: x\n\ny"]
)
def test_a_story_that_cannot_be_understood_names_itself(block: str) -> None:
    with pytest.raises(ScriptError, match="sans-"):
        _script(block)
