"""Between « Envoyer » and the departure: changing one's mind, sending later, what is asked before."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, Notice
from audit.events import Event
from audit.models import Entry
from tests import mail_programs
from tests.people import Academy, Person
from tests.webmail.test_first_mail import (
    browser_of,
    compose_page,
    filled,
    letter,
    open_message,
    put,
)
from tests.webmail.writing.outgoing import bytes_of
from webmail import outbox
from webmail.composing import send_later
from webmail.models import Draft, OutgoingMessage, Preferences

pytestmark = pytest.mark.django_db(transaction=True)

State = OutgoingMessage.State
PARIS = ZoneInfo("Europe/Paris")
SATURDAY = datetime(2026, 12, 12, 10, 0, tzinfo=PARIS)
CHRISTMAS = [(date(2026, 12, 19), date(2027, 1, 4))]


def with_undo(person: Person, seconds: int = 10) -> Client:
    Preferences.objects.update_or_create(person=person.user, defaults={"undo_seconds": seconds})
    return browser_of(person)


def write(client: Client, person: Person, **fields: str) -> Any:
    """Sends what a new page of the composer holds; follows where it leads."""
    url, form = compose_page(client, person)
    given = {"subject": "Essai", "body": "Bonjour.", **fields}
    return client.post(url, filled(form, **given), follow=True)


def text_of(page: Any) -> str:
    return str(page.content.decode())


def outbox_url(person: Person) -> str:
    return reverse("outbox", args=[person.mailbox.pk])


def test_a_message_does_not_leave_before_its_moment(academy: Academy) -> None:
    page = text_of(write(with_undo(academy.camille), academy.camille, to=academy.nadia.address))
    assert "Envoi dans" in page
    assert "Annuler l’envoi" in page
    message = OutgoingMessage.objects.get()
    outbox.send(message.pk)
    outbox.sweep()
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.HELD, 0)
    OutgoingMessage.objects.update(due_at=timezone.now())
    outbox.sweep()
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_message_that_is_taken_back_is_a_draft_again_with_its_text(academy: Academy) -> None:
    client = with_undo(academy.camille)
    page = write(client, academy.camille, to=academy.nadia.address, body="Trop vite")
    offer = page.context["sending"]
    message = OutgoingMessage.objects.get()
    draft_page = client.post(offer.url, follow=True)
    assert draft_page.context["form"]["body"].value() == "Trop vite"
    assert draft_page.context["form"]["to"].value() == academy.nadia.address
    assert not OutgoingMessage.objects.exists()
    with pytest.raises(FileNotFoundError):
        bytes_of(message)
    sent = filled(draft_page.context["form"], body="Relu")
    client.post(draft_page.context["action_url"], sent)
    assert b"Relu" in bytes_of(OutgoingMessage.objects.get())


def test_what_has_left_cannot_be_taken_back(academy: Academy) -> None:
    client = with_undo(academy.camille)
    write(client, academy.camille, to=academy.nadia.address)
    message = OutgoingMessage.objects.get()
    OutgoingMessage.objects.update(due_at=timezone.now())
    outbox.send(message.pk)
    url = reverse("take_back_sending", args=[academy.camille.mailbox.pk, message.pk])
    assert "Trop tard" in text_of(client.post(url, follow=True))
    message.refresh_from_db()
    assert message.state == State.SENT
    assert Draft.objects.get().state == Draft.State.SENT


def test_nobody_takes_back_the_message_of_another(academy: Academy) -> None:
    write(with_undo(academy.camille), academy.camille, to=academy.nadia.address)
    message = OutgoingMessage.objects.get()
    intruder = browser_of(academy.bastien)
    for mailbox in (academy.camille.mailbox, academy.bastien.mailbox):
        url = reverse("take_back_sending", args=[mailbox.pk, message.pk])
        assert intruder.post(url).status_code == 404
    assert OutgoingMessage.objects.filter(state=State.HELD).exists()


def test_without_a_delay_the_message_leaves_at_once(academy: Academy) -> None:
    page = write(with_undo(academy.camille, 0), academy.camille, to=academy.nadia.address)
    assert "Message envoyé" in text_of(page)
    assert page.context["sending"] is None
    message = OutgoingMessage.objects.get()
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == State.SENT


def test_a_person_chooses_the_delay(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = reverse("preferences")
    form = client.get(url).context["form"]
    fields = {name: str(form[name].value() or "") for name in form.fields}
    for seconds, kept in (("30", 30), ("", None), ("31", None)):
        client.post(url, {**fields, "undo_seconds": seconds})
        assert Preferences.objects.get(person=academy.camille.user).undo_seconds == kept


def test_a_message_sent_later_waits_in_the_outbox_until_then(academy: Academy) -> None:
    client = browser_of(academy.camille)
    page = write(client, academy.camille, to=academy.nadia.address, action="", quand="demain")
    assert "Envoi programmé" in text_of(page)
    message = OutgoingMessage.objects.get()
    assert message.planned_for is not None
    tomorrow = timezone.localdate() + timedelta(days=1)
    planned = message.planned_for.astimezone(PARIS)
    assert (planned.date(), planned.hour) == (tomorrow, 8)
    shown = text_of(client.get(outbox_url(academy.camille)))
    assert "Partira le" in shown
    assert "Envoyer maintenant" in shown
    outbox.send(message.pk)
    client.post(outbox_url(academy.camille), {"id": message.pk, "action": "now"})
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == State.SENT


@pytest.mark.parametrize(
    "moment", ["", "2020-01-01T08:00", "2099-01-01T08:00", "demain", "x" * 5000]
)
def test_an_impossible_moment_is_said_and_keeps_the_text(academy: Academy, moment: str) -> None:
    page = write(
        browser_of(academy.camille),
        academy.camille,
        to=academy.nadia.address,
        action="",
        quand="choisi",
        moment=moment,
    )
    assert "moment_error" in text_of(page)
    assert "Bonjour." in text_of(page)
    assert not OutgoingMessage.objects.exists()


def test_an_unknown_preset_is_said(academy: Academy) -> None:
    page = write(
        browser_of(academy.camille), academy.camille, to=academy.nadia.address, quand="jamais"
    )
    assert "n’est plus proposé" in text_of(page)
    assert not OutgoingMessage.objects.exists()


def test_presets_respect_weekends_and_holidays() -> None:
    found = {it.code: it.at for it in send_later.presets(SATURDAY, CHRISTMAS)}
    assert found == {
        "demain": datetime(2026, 12, 13, 8, tzinfo=PARIS),
        "lundi": datetime(2026, 12, 14, 8, tzinfo=PARIS),
        "rentree": datetime(2027, 1, 4, 8, tzinfo=PARIS),
    }
    sunday = SATURDAY + timedelta(days=1)
    assert [it.code for it in send_later.presets(sunday, [])] == ["demain"]


def test_a_chosen_moment_is_local_time() -> None:
    at = send_later.chosen_moment("choisi", "2027-03-28T12:00", SATURDAY, [])
    assert at is not None
    assert at.astimezone(UTC).hour == 10  # summer time began that night


def test_delivery_reports_are_asked_of_the_server(academy: Academy) -> None:
    client = browser_of(academy.camille)
    write(client, academy.camille, to=academy.nadia.address, rapports="on", lecture="on")
    message = OutgoingMessage.objects.get()
    assert message.wants_reports
    assert b"Disposition-Notification-To: " in bytes_of(message)
    outbox.send(message.pk)
    program = mail_programs.signed_in(academy.camille.address, academy.camille.password)
    mail_programs.wait_for(program, "Successful Mail Delivery Report")


# --- what is asked before ---------------------------------------------------------------------------


def asked(page: Any) -> list[str]:
    return [question.code for question in page.context["questions"]]


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"body": "Vous trouverez le devis ci-joint."}, ["piece"]),
        ({"body": "Please find the quote attached."}, ["piece"]),
        ({"body": "Merci !\n\n> le devis ci-joint"}, []),
        ({"body": "La cloison en placo, joint compris."}, []),
        ({"subject": "  "}, ["objet"]),
        ({"to": "a@gmial.com"}, ["imitation"]),
        ({"to": "a@ac-norrnandie.fr"}, ["imitation"]),
        ({"to": "a@example.org"}, []),
        ({"to": ", ".join(f"a{n}@example.org" for n in range(21))}, ["visibles"]),
        ({"to": "a@x.fr", "bcc": ", ".join(f"a{n}@x.fr" for n in range(101))}, ["nombre"]),
    ],
)
def test_slips_are_asked_about_once(
    academy: Academy, fields: dict[str, str], codes: list[str]
) -> None:
    client = browser_of(academy.camille)
    page = write(client, academy.camille, **{"to": academy.nadia.address, **fields})
    if not codes:
        assert OutgoingMessage.objects.count() == 1
        return
    assert asked(page) == codes
    assert not OutgoingMessage.objects.exists()
    again = filled(page.context["form"], confirme=codes[0])
    client.post(page.context["action_url"], again)
    assert OutgoingMessage.objects.count() == 1


def test_what_was_answered_is_not_asked_again_when_the_message_comes_back(academy: Academy) -> None:
    client = with_undo(academy.camille)
    page = write(client, academy.camille, to=academy.nadia.address, subject="")
    sent = filled(page.context["form"], confirme="objet")
    back = client.post(
        client.post(page.context["action_url"], sent, follow=True).context["sending"].url
    )
    draft = client.get(back.headers["Location"])
    client.post(draft.context["action_url"], filled(draft.context["form"]))
    assert OutgoingMessage.objects.count() == 1


def test_a_second_press_on_send_answers_no_question(academy: Academy) -> None:
    client = browser_of(academy.camille)
    page = write(client, academy.camille, to=academy.nadia.address, subject="")
    again = client.post(page.context["action_url"], filled(page.context["form"]))
    assert asked(again) == ["objet"]


def test_many_visible_recipients_can_be_hidden_from_each_other(academy: Academy) -> None:
    client = browser_of(academy.camille)
    crowd = ", ".join(f"a{n}@example.org" for n in range(21))
    page = write(client, academy.camille, to=crowd)
    sent = {**filled(page.context["form"]), "action": "", "masquer": "send", "confirme": "visibles"}
    client.post(page.context["action_url"], sent)
    message = OutgoingMessage.objects.get()
    assert message.recipients.count() == 21
    assert b"a0@example.org" not in bytes_of(message)


def test_answering_a_list_to_all_is_asked_about(academy: Academy) -> None:
    message = letter(academy.nadia, academy.camille, "Sondage")
    message["List-Id"] = "Profs de SVT <svt.listes.ac-normandie.fr>"
    put(academy.camille, message)
    client = browser_of(academy.camille)
    url = client.get(open_message(client, academy.camille, "Sondage")).context["reading"].reply_url
    for mode, codes in (("reply_all", ["liste"]), ("reply", [])):
        page = client.get(url.replace("mode=reply&", f"mode={mode}&"))
        sent = client.post(page.context["action_url"], filled(page.context["form"], body="Oui."))
        assert (asked(sent) if sent.status_code == 200 else []) == codes


def test_recipients_outside_the_academy_are_shown_with_a_question(academy: Academy) -> None:
    people = f"{academy.nadia.address}, parent@example.org"
    page = write(browser_of(academy.camille), academy.camille, to=people, subject="")
    assert page.context["outside"] == ["parent@example.org"]


# --- how much ---------------------------------------------------------------------------------------


def test_who_writes_to_too_many_is_stopped_and_administrators_told_once(
    academy: Academy, settings: LazySettings
) -> None:
    settings.SEND_RECIPIENTS_AN_HOUR = 3
    Agent.objects.filter(pk=academy.bastien.agent.pk).update(role=Agent.Role.ADMINISTRATOR)
    client = browser_of(academy.camille)
    write(client, academy.camille, to="a@x.fr, b@x.fr, c@x.fr")
    assert OutgoingMessage.objects.count() == 1
    for _ in range(2):
        page = text_of(write(client, academy.camille, to="d@x.fr", body="Encore"))
        assert "plus de 3 destinataires en une heure" in page
        assert "Encore" in page
    assert OutgoingMessage.objects.count() == 1
    assert Entry.objects.filter(event=Event.SENDING_LIMITED.value).count() == 1
    told = Notice.objects.filter(user=academy.bastien.user)
    assert {academy.camille.user.get_full_name() in notice.text for notice in told} == {True}
    OutgoingMessage.objects.update(created_at=timezone.now() - timedelta(hours=2))
    write(client, academy.camille, to="d@x.fr")
    assert OutgoingMessage.objects.count() == 2
