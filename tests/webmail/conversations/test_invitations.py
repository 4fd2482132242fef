"""Invitations: the card above a message, and the answer that reaches whoever invites."""

import email
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from uuid import uuid4

import pytest
from django.test import Client
from icalendar import Calendar

from tests import mail_programs
from tests.people import Academy, Person
from tests.webmail.lists.test_acting import opened, rows
from tests.webmail.sync.indexing import program
from tests.webmail.test_first_mail import browser_of
from webmail import outbox
from webmail.formats.invitations import read as read_calendar
from webmail.formats.itip import reply
from webmail.models import KnownEvent, OutgoingMessage
from webmail.responding.invitation_cards import InvitationCard, recurrence_of
from webmail.responding.recurrence import in_words
from webmail.syntax.addresses import Address

pytestmark = pytest.mark.django_db(transaction=True)

EVENT = """BEGIN:VCALENDAR
PRODID:-//x//FR
VERSION:2.0
METHOD:{method}
BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:conseil-4b@ac-normandie.fr
DTSTAMP:20261118T080000Z
SEQUENCE:{sequence}
DTSTART;TZID=Europe/Paris:20991125T170000
DTEND;TZID=Europe/Paris:20991125T181500
RRULE:FREQ=WEEKLY;BYDAY=WE;COUNT=3
SUMMARY:Conseil de classe\\, 4e B
LOCATION:Salle 204
ORGANIZER;CN=Nadia Benali:mailto:{organizer}
ATTENDEE;CN=Camille;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{guest}
ATTENDEE;CN=Paul Auvray;PARTSTAT=ACCEPTED:mailto:paul.auvray@ac-normandie.fr
END:VEVENT
END:VCALENDAR
"""


def invitation(
    academy: Academy,
    *,
    guest: str = "",
    method: str = "REQUEST",
    sequence: int = 0,
    sender: str = "",
    with_copy: bool = False,
) -> str:
    """Puts it in Camille's INBOX; its subject."""
    message = EmailMessage()
    subject = f"{method} {sequence} {sender}".strip()
    message["From"] = sender or academy.nadia.address
    message["To"], message["Subject"] = academy.camille.address, subject
    message["Message-ID"] = f"<{uuid4()}@example>"
    message.set_content("Une invitation.\n")
    calendar = EVENT.format(
        method=method,
        sequence=sequence,
        organizer=academy.nadia.address,
        guest=guest or academy.camille.address,
    )
    message.add_alternative(calendar, subtype="calendar", params={"method": method})
    if with_copy:
        message.add_attachment(
            calendar.encode(), maintype="application", subtype="ics", filename="invite.ics"
        )
    with program(academy.camille) as imap:
        imap.put(message.as_bytes())
    return subject


def card_of(client: Client, url: str, subject: str) -> InvitationCard:
    page = client.get(rows(client, url)[subject].url)
    (card,) = page.context["reading"].invitations
    assert isinstance(card, InvitationCard)
    return card


def delivered(person: Person, subject: str) -> EmailMessage:
    connection = mail_programs.signed_in(person.address, person.password)
    mail_programs.wait_for(connection, subject)
    _, answers = connection.fetch("*", "(BODY.PEEK[])")
    (raw,) = (answer[1] for answer in answers if isinstance(answer, tuple))
    message = email.message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_card_says_what_when_where_and_who(academy: Academy) -> None:
    subject = invitation(academy)
    client, url = opened(academy.camille)
    card = card_of(client, url, subject)
    assert (card.heading, card.title) == ("Invitation", "Conseil de classe, 4e B")
    assert card.when == "mercredi 25 novembre 2099, 17:00 – 18:15"
    assert card.recurrence == "chaque semaine, le mercredi, 3 fois"
    assert (card.place, card.organizer) == ("Salle 204", "Nadia Benali")
    assert [(guest.name, guest.answer) for guest in card.guests] == [
        ("Camille", ""),
        ("Paul Auvray", "a accepté"),
    ]


@pytest.mark.parametrize("answer", ["ACCEPTED", "TENTATIVE", "DECLINED"])
def test_an_answer_reaches_whoever_invites_as_their_calendar_reads_it(
    academy: Academy, answer: str
) -> None:
    subject = invitation(academy, guest=academy.camille.historic_address, sequence=2)
    client, url = opened(academy.camille)
    card = card_of(client, url, subject)
    form = {"reponse": answer, "token": card.token}
    for _ in range(2):
        client.post(card.answer_url, form)
    outbox.send(OutgoingMessage.objects.get().pk)
    word = {"ACCEPTED": "Accepté", "TENTATIVE": "Peut-être", "DECLINED": "Refusé"}[answer]
    message = delivered(academy.nadia, f"{word} : Conseil de classe, 4e B")
    part = message.get_body(("calendar",)) or next(
        it for it in message.walk() if it.get_content_type() == "text/calendar"
    )
    assert part["Content-Type"].params["method"] == "REPLY"
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert calendar["method"] == "REPLY"
    assert str(event["attendee"]) == f"mailto:{academy.camille.historic_address}"
    assert event["attendee"].params["PARTSTAT"] == answer
    assert (event["uid"], event["sequence"]) == ("conseil-4b@ac-normandie.fr", 2)
    assert str(event["organizer"]) == f"mailto:{academy.nadia.address}"
    assert event.decoded("dtstart").isoformat() == "2099-11-25T17:00:00+01:00"
    again = card_of(client, url, subject)
    assert [choice.value for choice in again.choices if choice.current] == [answer]


def test_paper_says_when_and_where_too(academy: Academy) -> None:
    subject = invitation(academy)
    client, url = opened(academy.camille)
    page = client.get(f"{rows(client, url)[subject].url}imprimer/").content.decode()
    for said in ("mercredi 25 novembre 2099, 17:00 – 18:15", "le mercredi, 3 fois", "Salle 204"):
        assert said in page


def test_a_calendar_file_is_looked_at_whole(academy: Academy) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = academy.nadia.address, "Calendrier"
    message.set_content("Voici.\n")
    message.add_attachment(SERIES.encode(), maintype="text", subtype="calendar", filename="a.ics")
    with program(academy.camille) as imap:
        imap.put(message.as_bytes())
    client, url = opened(academy.camille)
    (chip,) = client.get(rows(client, url)["Calendrier"].url).context["reading"].files.chips
    page = client.get(chip.url)
    assert [it.invitation.summary for it in page.context["look"].events] == ["Suivi", "Bilan"]
    assert "vendredi 25 décembre 2099, 09:00" in page.content.decode()


def test_whoever_is_not_invited_cannot_answer(academy: Academy) -> None:
    subject = invitation(academy, guest=academy.bastien.address)
    client, url = opened(academy.camille)
    card = card_of(client, url, subject)
    assert card.answer_url == ""
    forged = f"{rows(client, url)[subject].url}invitation/2/"
    page = client.post(forged, {"reponse": "ACCEPTED", "token": card.token}, follow=True)
    assert "n’attend pas" in page.content.decode()
    assert not OutgoingMessage.objects.exists()


def test_a_newer_invitation_and_a_cancellation_overtake_the_older_one(academy: Academy) -> None:
    first, second = invitation(academy), invitation(academy, sequence=1)
    client, url = opened(academy.camille)
    card = card_of(client, url, first)
    client.post(card.answer_url, {"reponse": "ACCEPTED", "token": card.token})
    newer = card_of(client, url, second)
    assert newer.heading == "Invitation modifiée"
    assert newer.notes == ["L’événement a changé depuis votre réponse : répondez de nouveau."]
    older = card_of(client, url, first)
    assert older.notes == ["Une version plus récente de cette invitation est arrivée depuis."]
    assert older.answer_url == ""
    third = invitation(academy, method="CANCEL", sequence=2)
    client, url = opened(academy.camille)
    assert card_of(client, url, third).heading == "Événement annulé"
    last = card_of(client, url, second)
    assert last.notes == ["Cet événement a été annulé depuis."]
    assert last.answer_url == ""


def test_only_the_organiser_cancels(academy: Academy) -> None:
    subject = invitation(academy)
    forged = invitation(academy, method="CANCEL", sequence=5, sender=academy.bastien.address)
    client, url = opened(academy.camille)
    card_of(client, url, forged)
    assert card_of(client, url, subject).answer_url
    assert not KnownEvent.objects.get().is_cancelled


def test_odd_answers_and_strangers_find_nothing(academy: Academy) -> None:
    subject = invitation(academy)
    client, url = opened(academy.camille)
    card = card_of(client, url, subject)
    good = {"reponse": "ACCEPTED", "token": card.token}
    assert browser_of(academy.bastien).post(card.answer_url, good).status_code == 404
    for odd in ({"reponse": "OUI"}, {"token": "x"}):
        assert client.post(card.answer_url, good | odd).status_code == 404
    assert client.post(card.answer_url.replace("/2/", "/9/"), good).status_code == 404
    assert client.get(card.answer_url).status_code == 405
    assert not OutgoingMessage.objects.exists()


def test_google_s_copy_of_an_invitation_is_no_second_one(academy: Academy) -> None:
    subject = invitation(academy, with_copy=True)
    client, url = opened(academy.camille)
    card = card_of(client, url, subject)
    client.post(card.answer_url, {"reponse": "ACCEPTED", "token": card.token})
    assert card_of(client, url, subject).given == "Vous avez accepté."


SERIES = """BEGIN:VCALENDAR
VERSION:2.0
METHOD:REQUEST
BEGIN:VEVENT
UID:suivi
RECURRENCE-ID:20991202T080000Z
DTSTART:20991202T130000Z
SUMMARY:Suivi, déplacé
ORGANIZER:mailto:a@x.example
END:VEVENT
BEGIN:VEVENT
UID:suivi
DTSTART:20991125T080000Z
RRULE:FREQ=WEEKLY
EXDATE:20991209T080000Z,20991223T080000Z
EXDATE:20991201T080000Z
SUMMARY:Suivi
ORGANIZER:mailto:a@x.example
END:VEVENT
BEGIN:VEVENT
UID:bilan
DTSTART:20991225T080000Z
SUMMARY:Bilan
END:VEVENT
END:VCALENDAR
"""


def test_a_series_is_shown_as_one_with_the_dates_that_are_not_like_the_others() -> None:
    found = read_calendar("2", SERIES)
    assert found is not None
    assert (found.summary, found.others) == ("Suivi", 1)
    assert recurrence_of(found) == (
        "chaque semaine ; sauf : 1er décembre 2099, 9 décembre 2099, 23 décembre 2099"
        " ; dates changées : 2 décembre 2099"
    )
    answered = reply(SERIES, Address("", "b@x.example"), "ACCEPTED", datetime.now(UTC)).decode()
    assert "SUMMARY:Suivi\r\n" in answered
    assert "RECURRENCE-ID" not in answered


def rules() -> Iterator[tuple[str, str]]:
    odd = "se répète selon une règle particulière"
    yield "", ""
    yield "FREQ=DAILY", "tous les jours"
    yield "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "toutes les 2 semaines, le lundi et le jeudi"
    yield "FREQ=WEEKLY;BYDAY=MO,WE,FR", "chaque semaine, le lundi, le mercredi et le vendredi"
    yield "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "chaque semaine, du lundi au vendredi"
    yield "FREQ=MONTHLY;BYDAY=TH;BYSETPOS=2", "chaque mois, le deuxième jeudi"
    yield "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=18", "chaque année, le 18 décembre"
    yield "FREQ=MONTHLY;BYDAY=2TU", "chaque mois, le deuxième mardi"
    yield "FREQ=MONTHLY;BYDAY=-1FR;COUNT=4", "chaque mois, le dernier vendredi, 4 fois"
    yield "FREQ=MONTHLY;BYMONTHDAY=15", "chaque mois, le 15"
    yield "FREQ=YEARLY;UNTIL=20300101T000000Z", "chaque année, jusqu’au 1er janvier 2030"
    yield "FREQ=DAILY;UNTIL=20301231", "tous les jours, jusqu’au 31 décembre 2030"
    for rule in (
        *(
            "FREQ=SECONDLY",
            "FREQ=DAILY;BYHOUR=9",
            "FREQ=MONTHLY;BYDAY=5MO",
            "x",
            "FREQ=DAILY;COUNT=0",
        ),
        *("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "FREQ=YEARLY;BYMONTH=13;BYMONTHDAY=1"),
        *("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=WEEKLY;BYMONTH=3;BYMONTHDAY=1"),
        *("FREQ=DAILY;UNTIL=20301332", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=WEEKLY;BYDAY=XX"),
    ):
        yield rule, odd


@pytest.mark.parametrize(("rule", "words"), list(rules()))
def test_recurrence_is_said_in_words_or_not_at_all(rule: str, words: str) -> None:
    assert in_words(rule) == words
