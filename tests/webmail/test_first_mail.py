"""The first slice through the real chain: sign in, read over IMAP, answer over SMTP, be read."""

import imaplib
import re
import time
from email.message import EmailMessage

import pytest
from django.forms import Form
from django.test import Client
from django.urls import reverse

from tests import mail_programs
from tests.people import Academy, Person
from webmail import outbox, sync
from webmail.drafts import filing
from webmail.imap import session
from webmail.models import Draft, Folder, OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def put(person: Person, message: EmailMessage, folder: str = "INBOX") -> None:
    """Stores a message in a person's mailbox, as an IMAP program would."""
    connection = mail_programs.signed_in(person.address, person.password)
    connection.append(f'"{folder}"', "", imaplib.Time2Internaldate(time.time()), message.as_bytes())
    connection.logout()


def letter(author: Person, reader: Person, subject: str, text: str = "Bonjour.\n") -> EmailMessage:
    message = mail_programs.letter(author.address, reader.address, subject)
    message.set_content(text)
    message["Message-ID"] = f"<{time.monotonic_ns()}@ac-normandie.fr>"
    return message


def inbox_url(client: Client, person: Person) -> str:
    return str(client.get(reverse("mailbox", args=[person.mailbox.pk])).headers["Location"])


def open_message(client: Client, person: Person, subject: str) -> str:
    """The address of the page of the message in the INBOX with this subject."""
    page = client.get(inbox_url(client, person))
    rows = [row for group in page.context["pane"].groups for row in group.rows]
    return str(next(row.url for row in rows if row.subject == subject))


def test_the_way_in_leads_to_the_inbox(academy: Academy) -> None:
    client = browser_of(academy.camille)
    page = client.get("/", follow=True)
    assert page.status_code == 200
    assert page.context["folder"].label == "Boîte de réception"
    labels = [link.label for link in page.context["folders"]]
    assert labels[:6] == [
        "Boîte de réception",
        "Brouillons",
        "Envoyés",
        "Archives",
        "Indésirables",
        "Corbeille",
    ]


def test_a_message_that_arrived_is_in_the_list_and_can_be_read(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Conseil de classe", "À 17 h.\n"))
    client = browser_of(academy.camille)
    page = client.get(open_message(client, academy.camille, "Conseil de classe"))
    assert page.context["reading"].from_address == academy.nadia.address
    assert "À 17 h." in page.content.decode()


def test_opening_a_message_marks_it_as_read(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Lu"))
    client = browser_of(academy.camille)
    url = open_message(client, academy.camille, "Lu")
    client.get(url)
    page = client.get(inbox_url(client, academy.camille))
    assert page.context["folder"].unread == 0


def test_an_answer_reaches_the_colleague_and_a_copy_is_in_sent(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Sortie 4ᵉ B"))
    client = browser_of(academy.camille)
    reading = client.get(open_message(client, academy.camille, "Sortie 4ᵉ B")).context["reading"]
    form = client.get(reading.reply_url).context["form"]
    sent = client.post(reading.reply_url, filled(form, body="D’accord.\n"), follow=True)
    assert "Message envoyé" in sent.content.decode()
    message = OutgoingMessage.objects.get()
    outbox.send(message.pk)
    colleague = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    mail_programs.wait_for(colleague, "Re: Sortie 4ᵉ B")
    message.refresh_from_db()
    assert message.state == OutgoingMessage.State.SENT
    assert message.filed_at is not None
    with session(academy.camille.address, academy.camille.address) as mail:
        assert mail.select("Envoyés").exists == 1
        mail.select("INBOX")
        (row,) = mail.flag_rows(mail.all_uids())
        assert "\\Answered" in row.flags


def filled(form: Form, **fields: str) -> dict[str, str]:
    """What a browser would post of a form after the person changed `fields`."""
    shown = [name for name in form.fields if name not in {"attachments", "html"}]
    return {**{name: str(form[name].value() or "") for name in shown}, "action": "send", **fields}


def compose_page(client: Client, person: Person) -> tuple[str, Form]:
    url = reverse("compose", args=[person.mailbox.pk])
    return url, client.get(url).context["form"]


def test_a_double_click_on_send_is_one_message(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    data = filled(form, to=academy.nadia.address, subject="Une fois", body="x")
    client.post(url, data)
    client.post(url, data)
    assert OutgoingMessage.objects.count() == 1


def test_two_workers_send_one_copy(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    client.post(url, filled(form, to=academy.nadia.address, subject="Une seule fois", body="x"))
    (pk,) = OutgoingMessage.objects.values_list("pk", flat=True)
    outbox.send(pk)
    outbox.send(pk)
    colleague = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    assert mail_programs.wait_for(colleague, "Une seule fois").count("Une seule fois") == 1
    with session(academy.camille.address, academy.camille.address) as mail:
        assert mail.select("Envoyés").exists == 1


def test_an_unknown_recipient_is_said_and_the_others_receive(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    people = f"{academy.nadia.address}, personne@ac-normandie.fr"
    client.post(url, filled(form, to=people, subject="À deux", body="x"))
    outbox.send(OutgoingMessage.objects.get().pk)
    colleague = mail_programs.signed_in(academy.nadia.address, academy.nadia.password)
    mail_programs.wait_for(colleague, "À deux")
    page = client.get(reverse("outbox", args=[academy.camille.mailbox.pk])).content.decode()
    assert "refusé pour certains destinataires" in page
    assert "personne@ac-normandie.fr" in page


def test_a_draft_waits_in_the_drafts_folder_and_leaves_it_when_sent(academy: Academy) -> None:
    client = browser_of(academy.camille)
    client.get("/", follow=True)
    url, form = compose_page(client, academy.camille)
    drafts = client.post(
        url, filled(form, to=academy.nadia.address, subject="Brouillon", body="à finir", action="draft"),
        follow=True,
    )  # fmt: skip
    (row,) = [row for group in drafts.context["pane"].groups for row in group.rows]
    reading = client.get(row.url).context["reading"]
    resumed = client.get(reading.resume_url, follow=True).context["form"]
    assert resumed["body"].value().startswith("à finir")
    client.post(reading.resume_url, filled(resumed))
    assert OutgoingMessage.objects.get().subject == "Brouillon"
    filing.file(Draft.objects.get().pk)
    with session(academy.camille.address, academy.camille.address) as mail:
        assert mail.select("Brouillons").exists == 0


@pytest.mark.parametrize(
    ("action", "folder"),
    [("archive", "Archives"), ("delete", "Corbeille"), ("junk", "Indésirables")],
)
def test_a_message_can_be_put_away(academy: Academy, action: str, folder: str) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "À ranger"))
    client = browser_of(academy.camille)
    page = client.get(open_message(client, academy.camille, "À ranger"))
    client.post(page.context["act_url"], {"uid": page.context["reading"].uid, "action": action})
    with session(academy.camille.address, academy.camille.address) as mail:
        assert mail.select("INBOX").exists == 0
        assert mail.select(folder).exists == 1


def test_a_star_stays_on_the_server(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Important"))
    client = browser_of(academy.camille)
    page = client.get(open_message(client, academy.camille, "Important"))
    client.post(page.context["act_url"], {"uid": page.context["reading"].uid, "action": "star"})
    with session(academy.camille.address, academy.camille.address) as mail:
        mail.select("INBOX")
        (row,) = mail.flag_rows(mail.all_uids())
        assert "\\Flagged" in row.flags


def test_a_message_deleted_meanwhile_is_no_longer_here(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = inbox_url(client, academy.camille)
    page = client.get(f"{url}message/4000000000/")
    assert page.status_code == 404
    assert "n’est plus ici" in page.content.decode()


def test_a_rebuilt_folder_is_another_folder(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url = inbox_url(client, academy.camille)
    inbox = Folder.objects.get(mailbox=academy.camille.mailbox, special_use="inbox")
    with session(academy.camille.address, academy.camille.address) as mail:
        statuses = mail.folders()
    Folder.objects.filter(pk=inbox.pk).update(uid_validity=inbox.uid_validity - 1)
    sync.store_folders(academy.camille.mailbox, statuses)
    assert client.get(url).status_code == 404


def test_a_page_of_an_old_mailbox_shows_fifty_and_leads_further(academy: Academy) -> None:
    for number in range(55):
        put(academy.camille, letter(academy.nadia, academy.camille, f"n{number}"))
    client = browser_of(academy.camille)
    page = client.get(inbox_url(client, academy.camille))
    subjects = [row.subject for group in page.context["pane"].groups for row in group.rows]
    assert subjects[0] == "n54"
    assert len(subjects) == 50
    older = client.get(page.context["pane"].older_url)
    rest = [row.subject for group in older.context["pane"].groups for row in group.rows]
    assert rest == ["n4", "n3", "n2", "n1", "n0"]


PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(60)


def test_a_picture_inside_a_mail_is_drawn_and_anything_else_is_not(academy: Academy) -> None:
    message = letter(academy.nadia, academy.camille, "Photos")
    message.add_alternative('<p><img src="cid:a"><img src="cid:b"></p>', subtype="html")
    body = message.get_body(("html",))
    assert isinstance(body, EmailMessage)
    body.add_related(PIXEL, maintype="image", subtype="png", cid="<a>")
    body.add_related(b"<script>alert(1)</script>", maintype="image", subtype="png", cid="<b>")
    put(academy.camille, message)
    client = browser_of(academy.camille)
    reading = client.get(open_message(client, academy.camille, "Photos")).context["reading"]
    frame = client.get(reading.body.frame_url).content.decode()
    urls = re.findall(r'src="(/[^"]+)"', frame)
    answers = [client.get(url) for url in urls]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert (answers[0].headers["Content-Type"], answers[0].content) == ("image/png", PIXEL)
