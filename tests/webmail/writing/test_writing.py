"""The composer loses nothing that was written, and sends nothing that was taken back."""

from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.test_first_mail import (
    browser_of,
    compose_page,
    filled,
    inbox_url,
    letter,
    open_message,
    put,
)
from tests.webmail.writing.outgoing import bytes_of
from webmail import outbox
from webmail.drafts import filing
from webmail.imap import session
from webmail.models import Draft, OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

WRITTEN = "Deux heures de rédaction."


def with_file(author: Person, reader: Person, subject: str) -> EmailMessage:
    message = letter(author, reader, subject)
    message.add_attachment(
        b"confidentiel", maintype="application", subtype="pdf", filename="notes.pdf"
    )
    return message


def answer(client: Client, person: Person, subject: str, link: str) -> tuple[str, dict[str, str]]:
    """The address and the fields of the composer, as a browser that just opened it holds them."""
    reading = client.get(open_message(client, person, subject)).context["reading"]
    url = getattr(reading, link)
    page = client.get(url)
    return url, filled(page.context["form"], origin=page.context["origin"], body=WRITTEN)


def test_a_file_that_was_taken_off_does_not_leave(academy: Academy) -> None:
    put(academy.camille, with_file(academy.nadia, academy.camille, "Dossier"))
    client = browser_of(academy.camille)
    url, fields = answer(client, academy.camille, "Dossier", "forward_url")
    fields["to"] = academy.nadia.address
    (line,) = client.post(url, {**fields, "attach": "1"}).context["attachments"]
    page = client.post(url, {**fields, "remove": line.id})
    assert page.context["attachments"] == []
    client.post(url, fields)
    assert b"notes.pdf" not in bytes_of(OutgoingMessage.objects.get())


def test_a_forwarded_file_arrives_whole(academy: Academy) -> None:
    put(academy.camille, with_file(academy.nadia, academy.camille, "Dossier"))
    client = browser_of(academy.camille)
    url, fields = answer(client, academy.camille, "Dossier", "forward_url")
    client.post(url, {**fields, "to": academy.nadia.address})
    raw = bytes_of(OutgoingMessage.objects.get())
    assert b"notes.pdf" in raw
    assert b"Y29uZmlkZW50aWVs" in raw  # "confidentiel" in base64


def test_an_answer_leaves_while_the_mailbox_does_not_answer(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Question"))
    client = browser_of(academy.camille)
    url, fields = answer(client, academy.camille, "Question", "reply_url")
    with RUN.without("dovecot"):
        sent = client.post(url, fields)
    assert sent.status_code == 302
    message = OutgoingMessage.objects.get()
    assert b"In-Reply-To:" in bytes_of(message)


def test_what_was_written_is_still_there_when_the_files_to_forward_are_away(
    academy: Academy,
) -> None:
    put(academy.camille, with_file(academy.nadia, academy.camille, "Dossier"))
    client = browser_of(academy.camille)
    url, fields = answer(client, academy.camille, "Dossier", "forward_url")
    with RUN.without("dovecot"):
        page = client.post(url, {**fields, "to": academy.nadia.address})
    assert page.status_code == 200
    assert WRITTEN in page.content.decode()
    assert "réessayez" in page.content.decode()


def test_a_draft_saved_while_the_mailbox_is_away_reaches_its_folder_later(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Question"))
    client = browser_of(academy.camille)
    url, fields = answer(client, academy.camille, "Question", "reply_url")
    with RUN.without("dovecot"):
        saved = client.post(url, {**fields, "action": "draft"}, follow=True)
    assert "dès que possible" in saved.content.decode()
    filing.file(Draft.objects.get().pk)
    with session(academy.camille.address, academy.camille.address) as mail:
        assert mail.select("Brouillons").exists == 1


def test_another_text_from_a_page_whose_message_has_left_waits_to_be_looked_at(
    academy: Academy,
) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    first = filled(form, to=academy.nadia.address, subject="Premier")
    client.post(url, first)
    page = client.post(url, {**first, "subject": "Second"})
    assert "déjà parti" in page.content.decode()
    assert OutgoingMessage.objects.count() == 1
    client.post(url, filled(page.context["form"]))
    subjects = OutgoingMessage.objects.values_list("subject", flat=True)
    assert sorted(subjects) == ["Premier", "Second"]


def test_only_a_draft_can_be_resumed(academy: Academy) -> None:
    put(academy.camille, letter(academy.nadia, academy.camille, "Reçu"))
    client = browser_of(academy.camille)
    reading = client.get(open_message(client, academy.camille, "Reçu")).context["reading"]
    url = reading.reply_url.replace("mode=reply&", "mode=draft&")
    assert client.get(url).status_code == 404
    assert client.post(url, {"action": "send", "to": academy.nadia.address}).status_code == 404
    with session(academy.camille.address, academy.camille.address) as mail:
        assert mail.select("INBOX").exists == 1


def test_a_forged_origin_is_a_missing_page(academy: Academy) -> None:
    client = browser_of(academy.camille)
    inbox_url(client, academy.camille)
    url, form = compose_page(client, academy.camille)
    forged = filled(form, to=academy.nadia.address, origin="eyJmb2xkZXIiOjF9:abc")
    assert client.post(url, forged).status_code == 404
    assert not OutgoingMessage.objects.exists()


def test_files_survive_a_refused_form(academy: Academy) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to="pas une adresse")
    page = client.post(url, {**fields, "attachments": SimpleUploadedFile("a.pdf", b"1")})
    assert [file.name for file in page.context["attachments"]] == ["a.pdf"]
    client.post(url, filled(page.context["form"], to=academy.nadia.address, subject="Essai"))
    assert b"a.pdf" in bytes_of(OutgoingMessage.objects.get())


def test_a_draft_is_sent_though_its_copy_cannot_be_removed_yet(academy: Academy) -> None:
    client = browser_of(academy.camille)
    client.get("/", follow=True)
    url, form = compose_page(client, academy.camille)
    fields = filled(form, to=academy.nadia.address, subject="Reste")
    client.post(url, {**fields, "action": "draft"})
    with RUN.without("dovecot"):
        assert client.post(url, fields).status_code == 302
        filing.file(Draft.objects.get().pk)
    outbox.send(OutgoingMessage.objects.get().pk)
    assert OutgoingMessage.objects.get().state == OutgoingMessage.State.SENT
    filing.file(Draft.objects.get().pk)
    with session(academy.camille.address, academy.camille.address) as mail:
        assert mail.select("Brouillons").exists == 0


def test_opening_and_saving_ask_the_database_little(
    academy: Academy, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser_of(academy.camille)
    url, form = compose_page(client, academy.camille)
    with django_assert_max_num_queries(14):
        client.get(url)
    save = reverse("draft_save", args=[academy.camille.mailbox.pk, form["token"].value()])
    written = client.post(save, filled(form, body="Une première fois.")).json()
    with django_assert_max_num_queries(12):
        answer = client.post(save, filled(form, body="Encore.", version=str(written["version"])))
    assert answer.json()["version"] == written["version"] + 1
