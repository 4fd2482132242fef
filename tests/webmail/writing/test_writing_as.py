"""The From menu of all one's mailboxes: what is written goes to the mailbox it is written from."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import Form
from django.test import Client
from django.urls import reverse

from audit.parties import NOWHERE
from mailboxes.delegating import granting
from mailboxes.models import Address, Deed, LogbookEntry, Mailbox, Right
from tests.mailboxes.delegating import granted, lent, with_responsable
from tests.people import Academy, Person
from tests.webmail.test_first_mail import browser_of, filled, letter, put
from webmail import imap, outbox
from webmail.drafts import filing
from webmail.models import Draft, DraftFile, OutgoingMessage, Signature, WritingHabits
from webmail.writing import senders

pytestmark = pytest.mark.django_db(transaction=True)

State = Draft.State


def as_sender(academy: Academy) -> Mailbox:
    """The office, as which Camille may write."""
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.SEND)
    return office


def blank(client: Client, mailbox: Mailbox, query: str = "") -> tuple[str, Form]:
    url = reverse("compose", args=[mailbox.pk]) + query
    return url, client.get(url).context["form"]


def posted(client: Client, person: Person, query: str = "", **fields: str) -> Draft:
    """Saved without a script; the row that is written on."""
    url, form = blank(client, person.mailbox, query)
    client.post(url, filled(form, action="draft", **fields))
    return Draft.objects.get(state=State.WRITING)


def drafts_in(mailbox: Mailbox) -> int:
    with imap.session(mailbox.address, mailbox.address) as mail:
        return mail.select("Brouillons").exists


def test_every_mailbox_one_may_send_from_is_offered_and_no_other(academy: Academy) -> None:
    office, camille = as_sender(academy), academy.camille
    granted(academy.nadia, academy.nadia.mailbox, camille, Right.WRITE)
    offered = senders.all_choices(camille.user, camille.mailbox)
    assert [it.address for it in offered] == [
        camille.address,
        camille.historic_address,
        academy.office_address,
    ]
    assert [it.is_own for it in offered] == [True, True, False]
    page = browser_of(camille).get(reverse("compose", args=[camille.mailbox.pk])).content.decode()
    assert "En tant que boîte fonctionnelle" in page
    assert office.name in page


def test_a_draft_goes_to_the_mailbox_it_is_written_from_with_its_files(academy: Academy) -> None:
    office, client = as_sender(academy), browser_of(academy.camille)
    row = posted(client, academy.camille, subject="Rentrée", to=academy.bastien.address, body="x")
    assert (row.mailbox, drafts_in(academy.camille.mailbox)) == (academy.camille.mailbox, 1)
    url = reverse("draft", args=[row.mailbox_id, row.pk])
    file = SimpleUploadedFile("plan.txt", b"plan")
    form = client.get(url).context["form"]
    client.post(url, filled(form, action="draft") | {"attachments": file})
    form = client.get(url).context["form"]
    client.post(url, filled(form, sender=academy.office_address, action="draft"))
    moved = Draft.objects.get(state=State.WRITING)
    assert (moved.mailbox, moved.sender) == (office, academy.office_address)
    assert [it.name for it in moved.files.all()] == ["plan.txt"]
    filing.file(row.pk)
    filing.file(moved.pk)
    assert (drafts_in(academy.camille.mailbox), drafts_in(office)) == (0, 1)
    # The team finds it, and whoever had the old page open is led to it.
    team = browser_of(academy.nadia).get(reverse("draft", args=[office.pk, moved.pk]))
    assert team.status_code == 200
    assert client.get(url, follow=True).context["form"]["subject"].value() == "Rentrée"


def test_what_is_sent_as_the_office_leaves_from_it_and_stays_in_it(academy: Academy) -> None:
    office, client = as_sender(academy), browser_of(academy.camille)
    url, form = blank(client, academy.camille.mailbox)
    fields = {"to": academy.bastien.address, "subject": "Direction", "body": "Bonjour"}
    client.post(url, filled(form, sender=academy.office_address, **fields))
    message = OutgoingMessage.objects.get()
    assert (message.mailbox, message.sender) == (office, academy.office_address)
    outbox.send_now(message)
    outbox.send(message.pk)
    outbox.file_copy(message.pk)
    with imap.session(academy.office_address, academy.office_address) as mail:
        mail.select("Envoyés")
        assert mail.has_message_id(message.message_id)


def answer_of_the_office(academy: Academy, person: Person, mailbox: Mailbox) -> OutgoingMessage:
    """A message in this mailbox's INBOX, which this person answers in the office's name; not yet sent."""
    with imap.session(mailbox.address, mailbox.address) as mail:
        mail.append("INBOX", letter(academy.bastien, academy.camille, "Stage").as_bytes())
    client = browser_of(person)
    home = client.get(reverse("mailbox", args=[mailbox.pk]), follow=True)
    row = home.context["pane"].groups[0].rows[0]
    url = client.get(row.url).context["reading"].reply_url
    page = client.get(url)
    fields = {"sender": academy.office_address, "body": "Oui."}
    client.post(url, filled(page.context["form"], origin=page.context["origin"], **fields))
    message = OutgoingMessage.objects.get()
    assert message.mailbox == academy.office
    return message


def sent(message: OutgoingMessage) -> None:
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.filed_at


def is_marked(mailbox: Mailbox) -> bool:
    """Whether the only message of its INBOX counts as answered."""
    with imap.session(mailbox.address, mailbox.address) as mail:
        mail.select("INBOX")
        (row,) = mail.flag_rows(mail.all_uids())
        return "\\Answered" in row.flags


def test_what_is_answered_from_another_mailbox_is_marked_where_it_lies(academy: Academy) -> None:
    as_sender(academy)
    own = academy.camille.mailbox
    sent(answer_of_the_office(academy, academy.camille, own))
    assert is_marked(own)
    home = browser_of(academy.camille).get(reverse("mailbox", args=[own.pk]), follow=True)
    assert home.context["pane"].groups[0].rows[0].answered


@pytest.mark.parametrize("right", [Right.READ, Right.WRITE])
def test_an_answer_from_another_mailbox_marks_only_where_its_writer_may_still_file(
    academy: Academy, right: Right
) -> None:
    as_sender(academy)
    theirs = lent(academy, 1, "Vie scolaire", Right.SEND)
    message = answer_of_the_office(academy, academy.camille, theirs)
    granted(academy.nadia, theirs, academy.camille, right)
    sent(message)
    may_file = right == Right.WRITE
    assert is_marked(theirs) == may_file
    told = LogbookEntry.objects.filter(mailbox=theirs, deed=Deed.ANSWERED)
    assert told.exists() == may_file


def test_one_comes_back_to_ones_own_address(academy: Academy) -> None:
    as_sender(academy)
    client = browser_of(academy.camille)
    row = posted(client, academy.camille, sender=academy.office_address, subject="Aller", body="x")
    url = reverse("draft", args=[row.mailbox_id, row.pk])
    form = client.get(url).context["form"]
    client.post(url, filled(form, sender=academy.camille.historic_address, action="draft"))
    back = Draft.objects.get(state=State.WRITING)
    assert (back.mailbox, back.subject) == (academy.camille.mailbox, "Aller")


def test_a_page_that_did_not_hear_of_the_move_goes_on_with_the_same_draft(
    academy: Academy,
) -> None:
    office, client = as_sender(academy), browser_of(academy.camille)
    _url, form = blank(client, academy.camille.mailbox)
    data = filled(form, sender=academy.office_address, subject="Un", body="x")
    save = reverse("draft_save", args=[academy.camille.mailbox.pk, data["token"]])
    first = client.post(save, data).json()
    again = client.post(save, {**data, "subject": "Deux"}).json()
    assert first["id"] == again["id"]
    assert first["url"] == again["url"] == reverse("draft", args=[office.pk, first["id"]])
    assert Draft.objects.get(state=State.WRITING).subject == "Deux"
    gone = reverse("draft_discard", args=[academy.camille.mailbox.pk, data["token"]])
    client.post(gone)
    assert not Draft.objects.filter(state=State.WRITING).exists()


def test_files_of_a_forwarded_message_come_along(academy: Academy) -> None:
    office, client = as_sender(academy), browser_of(academy.camille)
    message = letter(academy.nadia, academy.camille, "Plan")
    message.add_attachment(b"contenu", "text", "plain", filename="plan.txt")
    put(academy.camille, message)
    page = client.get(reverse("mailbox", args=[academy.camille.mailbox.pk]), follow=True)
    (entry,) = page.context["pane"].groups[0].rows
    reading = client.get(entry.url).context["reading"]
    query = reading.forward_url.partition("?")[2]
    row = posted(client, academy.camille, f"?{query}", sender=academy.office_address)
    assert row.mailbox == office
    assert [file.path.read_bytes() for file in DraftFile.objects.filter(draft=row)] == [b"contenu"]


@pytest.mark.parametrize("level", [None, Right.WRITE])
def test_an_address_one_may_not_write_from_is_refused_and_nothing_moves(
    academy: Academy, level: Right | None
) -> None:
    office, client = with_responsable(academy), browser_of(academy.camille)
    if level is not None:
        granted(academy.nadia, office, academy.camille, level)
    url, form = blank(client, academy.camille.mailbox)
    data = filled(form, sender=academy.office_address, to=academy.bastien.address, body="x")
    answer = client.post(url, data)
    assert answer.context["form"].errors.keys() == {"sender"}
    assert Draft.objects.get().mailbox == academy.camille.mailbox
    assert not OutgoingMessage.objects.exists()


def test_whoever_lost_the_right_finds_the_moved_draft_no_more(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.SEND)
    client = browser_of(academy.camille)
    _url, form = blank(client, academy.camille.mailbox)
    data = filled(form, sender=academy.office_address, subject="Un", body="x")
    own = [academy.camille.mailbox.pk, data["token"]]
    client.post(reverse("draft_save", args=own), data)
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    assert client.get(reverse("draft", args=own), follow=True).status_code == 404
    assert client.post(reverse("draft_save", args=own), data).status_code == 404


def test_the_signature_of_the_mailbox_follows_its_address(academy: Academy) -> None:
    office, client = as_sender(academy), browser_of(academy.camille)
    for mailbox, text in ((academy.camille.mailbox, "Camille"), (office, "La direction")):
        address = mailbox.addresses.get(kind=Address.Kind.PRIMARY)
        Signature.objects.create(mailbox=mailbox, name=text, text=text, address=address)
    WritingHabits.objects.create(person=academy.camille.user, is_rich=False)
    url = reverse("compose", args=[academy.camille.mailbox.pk])
    form = client.get(url).context["form"]
    assert "Camille" in form["body"].value()
    written = {"sender": academy.office_address, "signed": academy.camille.address}
    client.post(url, filled(form, action="draft", **written))
    moved = Draft.objects.get(state=State.WRITING)
    assert "La direction" in moved.text
    assert "Camille" not in moved.text
