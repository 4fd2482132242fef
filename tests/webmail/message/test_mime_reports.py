"""Bounces, receipts, complaints and invitations: what they say, and how it is told."""

from datetime import UTC, datetime

import pytest

from webmail.formats import invitations, reports
from webmail.message.readable import ReadableMessage
from webmail.readable import explanations, mime


def report(kind: str, content: str) -> ReadableMessage:
    return mime.read_bytes(
        "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nVoir ci-dessous.\r\n--b\r\n"
        f"Content-Type: message/{kind}\r\n\r\n{content}\r\n--b--".encode()
    )


def bounce(fields: str) -> ReadableMessage:
    return report(
        "delivery-status",
        f"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; a@b.fr\r\n{fields}",
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            "Action: failed\r\nStatus: 5.1.1",
            "Votre message n’a pas pu être remis à a@b.fr, parce que cette adresse n’existe pas.",
        ),
        (
            "Action: failed\r\nStatus: 5.2.2",
            "Votre message n’a pas pu être remis à a@b.fr, "
            "parce que la boîte du destinataire est pleine.",
        ),
        (
            "Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 non",
            "Votre message n’a pas pu être remis à a@b.fr, "
            "parce que le serveur a répondu «\u00a0550 non\u00a0».",
        ),
        (
            "Action: delayed\r\nStatus: 4.4.1",
            "Votre message à a@b.fr est retardé\u00a0; de nouveaux essais auront lieu.",
        ),
        (
            "Action: failed\r\nStatus: 5.1.10\r\n"
            "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found",
            "Votre message n’a pas pu être remis à a@b.fr, parce que cette adresse n’existe pas.",
        ),
        ("Action: delivered\r\nStatus: 2.0.0", "Votre message a bien été remis à a@b.fr."),
    ],
)
def test_a_delivery_report_is_told_in_a_sentence(fields: str, sentence: str) -> None:
    assert explanations.notices(bounce(fields)) == [sentence]


def test_only_a_failure_is_a_bounce() -> None:
    assert bounce("Action: failed").reports.failures
    assert bounce("Status: 5.1.1").reports.failures
    assert not bounce("Action: delayed\r\nStatus: 4.4.1").reports.failures


def test_a_report_names_each_recipient() -> None:
    message = bounce(
        "Action: failed\r\n\r\nOriginal-Recipient: rfc822;c@d.fr\r\n"
        "Final-Recipient: rfc822; e@f.fr\r\nAction: failed"
    )
    assert [each.recipient for each in message.reports.failures] == ["a@b.fr", "c@d.fr"]


def test_the_machine_readable_part_is_neither_text_nor_file() -> None:
    message = bounce("Action: failed")
    assert (message.text, message.attachments) == ("Voir ci-dessous.", ())


def test_a_read_receipt_says_what_became_of_the_message() -> None:
    message = report(
        "disposition-notification",
        "Final-Recipient: rfc822;a@b.fr\r\nOriginal-Message-ID: <q@b.fr>\r\n"
        "Disposition: automatic-action/MDN-sent-automatically; deleted/error",
    )
    assert message.reports.receipts == (
        reports.Receipt("a@b.fr", "deleted", is_automatic=True, original_message_id="q@b.fr"),
    )
    assert explanations.notices(message) == [
        "Votre message à a@b.fr a été supprimé sans être affiché."
    ]


def test_a_complaint_is_recognised() -> None:
    message = report("feedback-report", "Feedback-Type: abuse\r\nSource-IP: 192.0.2.1")
    assert message.reports.complaints == (reports.Complaint("abuse", "192.0.2.1", ""),)


EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:u@x.fr
SUMMARY:Conseil\\, 2e
DTSTART;TZID=Europe/Paris:20240312T100000
DURATION:PT1H30M
LOCATION:Salle 4
RRULE:FREQ=WEEKLY;COUNT=3
SEQUENCE:2
ORGANIZER;CN="Anne Dupont":MAILTO:a@b.fr
ATTENDEE;CN=Marc;PARTSTAT=ACCEPTED;ROLE=OPT-PARTICIPANT:mailto:c@d.fr
ATTENDEE:mailto:e@f.fr
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_says_what_when_where_and_who() -> None:
    event = invitations.read("2", EVENT)
    assert event is not None
    assert (event.method, event.summary, event.location) == ("REQUEST", "Conseil, 2e", "Salle 4")
    assert event.start == datetime(2024, 3, 12, 9, 0, tzinfo=UTC)
    assert event.end == datetime(2024, 3, 12, 10, 30, tzinfo=UTC)
    assert (event.sequence, event.recurrence) == (2, "FREQ=WEEKLY;COUNT=3")
    assert event.organizer is not None
    assert (event.organizer.name, event.organizer.address) == ("Anne Dupont", "a@b.fr")
    assert [(each.who.address, each.answer, each.is_optional) for each in event.attendees] == [
        ("c@d.fr", "ACCEPTED", True),
        ("e@f.fr", "NEEDS-ACTION", False),
    ]


def test_an_all_day_event_lasts_until_the_next_midnight() -> None:
    lines = EVENT.splitlines()
    lines[5:7] = ["DTSTART;VALUE=DATE:20240312"]
    event = invitations.read("2", "\n".join(lines))
    assert event is not None
    assert event.is_all_day
    assert event.end == datetime(2024, 3, 13, tzinfo=UTC)


def test_the_calendar_names_the_method_before_its_part_does() -> None:
    other = EVENT.replace("METHOD:REQUEST\n", "")
    assert [
        found and found.method
        for found in (
            invitations.read("2", EVENT, "CANCEL"),
            invitations.read("2", other, "cancel"),
            invitations.read("2", other, "Format C:"),
        )
    ] == ["REQUEST", "CANCEL", ""]


@pytest.mark.parametrize(
    "calendar",
    [
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\n",
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nDTSTART:demain\nEND:VEVENT\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\n" + "BEGIN:VEVENT\n" * 100_000,
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\n" + "X" * 1_000_000,
    ],
)
def test_a_broken_calendar_is_still_an_invitation(calendar: str) -> None:
    event = invitations.read("2", calendar)
    assert event is not None
    assert event.method == "REQUEST"


def test_a_text_that_is_no_calendar_is_no_invitation() -> None:
    assert invitations.read("2", "METHOD:REQUEST") is None
