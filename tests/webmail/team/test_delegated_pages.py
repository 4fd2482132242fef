"""Each mail page asks for the right it needs; with less, the mailbox is as missing as one that never was."""

import ast
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from audit.parties import NOWHERE
from mailboxes.delegating import granting
from mailboxes.models import Delegation, Mailbox, Right
from tests.mail_programs import letter
from tests.mailboxes.delegating import granted, moved, with_responsable
from tests.people import Academy, Person
from tests.webmail.test_first_mail import browser_of, filled
from webmail import drafts, imap, outbox
from webmail.drafts import filing
from webmail.models import Draft, Folder, OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
MISSING = 999_999
ACT = "00000000-0000-4000-8000-000000000000"
# The lowest right that opens each page whose address names a mailbox. A new page must be added.
NEEDS = {
    "mailbox": Right.READ,
    "folder": Right.READ,
    "search": Right.READ,
    "correspondents": Right.READ,
    "act": Right.WRITE,
    "take_back": Right.WRITE,
    "folders": Right.WRITE,
    "labels": Right.WRITE,
    "message": Right.READ,
    "body_frame": Right.READ,
    "source": Right.READ,
    "headers": Right.READ,
    "download": Right.READ,
    "mark_read": Right.WRITE,
    "shown_file": Right.READ,
    "preview": Right.READ,
    "all_attachments": Right.READ,
    "enclosed": Right.READ,
    "enclosed_frame": Right.READ,
    "enclosed_inline": Right.READ,
    "show_enclosed_pictures": Right.READ,
    "enclosed_attachments": Right.READ,
    "leave": Right.READ,
    "print": Right.READ,
    "conversation_notes": Right.READ,
    "presence": Right.READ,
    "write_note": Right.WRITE,
    "change_note": Right.WRITE,
    "look_again": Right.READ,
    "answer_invitation": Right.SEND,
    "receipt": Right.SEND,
    "send_on": Right.SEND,
    "unsubscribe": Right.SEND,
    "inline_image": Right.READ,
    "remote_image": Right.READ,
    "show_pictures": Right.READ,
    "attachment": Right.READ,
    "compose": Right.SEND,
    "draft": Right.SEND,
    "draft_save": Right.SEND,
    "draft_file": Right.SEND,
    "draft_upload": Right.SEND,
    "draft_remove_file": Right.SEND,
    "attach_mail": Right.SEND,
    "signature": Right.SEND,
    "recipients": Right.SEND,
    "completion": Right.SEND,
    "outbox": Right.SEND,
    "take_back_sending": Right.SEND,
    "signatures": Right.MANAGE,
    "message_templates": Right.MANAGE,
    "logbook": Right.MANAGE,
    "logbook_csv": Right.MANAGE,
    "logbook_restore": Right.MANAGE,
    "mailbox_activity": Right.MANAGE,
    # Last: what they are about is gone then.
    "draft_discard": Right.SEND,
    "report_phishing": Right.SEND,
}
POSTED = {
    "act",
    "answer_invitation",
    "draft_discard",
    "draft_remove_file",
    "draft_save",
    "draft_upload",
    "labels",
    "logbook_csv",
    "logbook_restore",
    "look_again",
    "mark_read",
    "change_note",
    "presence",
    "receipt",
    "recipients",
    "report_phishing",
    "show_enclosed_pictures",
    "show_pictures",
    "signature",
    "take_back",
    "take_back_sending",
    "write_note",
}
ARGUMENTS = {
    "folder_id": 1,
    "uid": 1,
    "section": "1",
    "name": "a.pdf",
    "token": "x",
    "act_id": ACT,
    "draft_id": ACT,
    "file_id": ACT,
    "message_id": 1,
    "conversation": 1,
    "note_id": 1,
}


def named_pages() -> dict[str, list[str]]:
    """Name of each page whose address names a mailbox, and what else its address holds."""
    found = {}
    for name, patterns in get_resolver().reverse_dict.lists():
        for possibilities, *_rest in patterns:
            for _path, fields in possibilities:
                if isinstance(name, str) and "mailbox_id" in fields:
                    found[name] = list(fields)
    return found


def ask(client: Client, page: str, mailbox_id: int, folder_id: int = 1) -> tuple[int, str]:
    fields = named_pages()[page]
    known = ARGUMENTS | {"mailbox_id": mailbox_id, "folder_id": folder_id}
    url = reverse(page, kwargs={field: known[field] for field in fields})
    answer = client.post(url, {"action": "read"}) if page in POSTED else client.get(url)
    content = "" if answer.streaming else answer.content.decode()
    return answer.status_code, content.replace(f"/{mailbox_id}/", "/N/")


def read_by_all(academy: Academy) -> Folder:
    """A message in the office's INBOX, which Nadia has opened."""
    office = with_responsable(academy)
    with imap.session(academy.office_address, academy.office_address) as mail:
        message = letter(academy.camille.address, academy.office_address, "Inscription")
        mail.append("INBOX", message.as_bytes(), [])
    browser_of(academy.nadia).get(reverse("mailbox", args=[office.pk]), follow=True)
    return Folder.objects.get(mailbox=office, special_use="inbox")


def test_each_page_of_a_mailbox_says_which_right_it_needs() -> None:
    mail_pages = {name for name in named_pages() if not name.startswith("shared_")}
    assert mail_pages == set(NEEDS)


@pytest.mark.parametrize("asked", NEEDS)
def test_with_less_right_or_out_of_time_the_mailbox_is_missing(
    academy: Academy, asked: str
) -> None:
    office = with_responsable(academy)
    needed = NEEDS[asked]
    stranger = browser_of(academy.bastien)
    missing = ask(stranger, asked, MISSING)
    assert missing[0] == 404
    assert ask(stranger, asked, office.pk) == missing
    delegation = granted(academy.nadia, office, academy.bastien, needed, first=1, last=1)
    assert ask(stranger, asked, office.pk) == missing  # tomorrow
    moved(delegation, days=-2)
    assert ask(stranger, asked, office.pk) == missing  # yesterday
    moved(delegation, days=1)
    if needed > Right.READ:
        Delegation.objects.filter(pk=delegation.pk).update(level=needed - 1)
        assert ask(stranger, asked, office.pk) == missing


def begun(academy: Academy, office: Mailbox) -> None:
    """A draft in the office's name, under the number that ARGUMENTS has."""
    written = drafts.Written(to=academy.bastien.address, subject="Bonjour")
    drafts.save(office, academy.camille.user, UUID(ACT), written, expected=0, page=uuid4())


def test_with_the_right_each_page_is_there(academy: Academy) -> None:
    folder = read_by_all(academy)
    granted(academy.nadia, academy.office, academy.camille, Right.SEND)
    begun(academy, folder.mailbox)
    client = browser_of(academy.camille)
    asked = [page for page, right in NEEDS.items() if right <= Right.SEND]
    answers = {page: ask(client, page, folder.mailbox_id, folder.pk)[0] for page in asked}
    # Not a picture, no such link or note, nothing picked or chosen, too late, no such part, file or address,
    # nobody asks, nothing by which a note could be found again.
    assert {page for page, status in answers.items() if status == 404} <= {
        "all_attachments",
        "answer_invitation",
        "change_note",
        "draft_file",
        "enclosed",
        "enclosed_attachments",
        "enclosed_frame",
        "enclosed_inline",
        "inline_image",
        "labels",
        "leave",
        "look_again",
        "receipt",
        "remote_image",
        "shown_file",
        "signature",
        "take_back_sending",
        "unsubscribe",
        "write_note",
    }
    # No file came.
    assert answers.pop("draft_upload") == 422
    assert set(answers.values()) <= {200, 204, 302, 404}


@pytest.mark.parametrize("level", [Right.READ, Right.WRITE, Right.SEND])
def test_what_is_there_stays_hidden_from_who_has_less_than_its_right(
    academy: Academy, level: Right
) -> None:
    folder = read_by_all(academy)
    begun(academy, folder.mailbox)
    granted(academy.nadia, academy.office, academy.camille, level)
    client = browser_of(academy.camille)
    hidden = [page for page, right in NEEDS.items() if right > level]
    answers = {page: ask(client, page, folder.mailbox_id, folder.pk)[0] for page in hidden}
    assert {page for page, status in answers.items() if status != 404} == set()


def test_a_reader_leaves_messages_unread_and_sees_no_buttons(academy: Academy) -> None:
    folder = read_by_all(academy)
    granted(academy.nadia, academy.office, academy.camille, Right.READ)
    client = browser_of(academy.camille)
    page = client.get(reverse("message", args=[folder.mailbox_id, folder.pk, 1]))
    assert "Inscription" in page.content.decode()
    assert 'name="action"' not in page.content.decode()
    assert reverse("compose", args=[folder.mailbox_id]) not in page.content.decode()
    with imap.session(academy.office_address, academy.office_address) as mail:
        mail.select("INBOX")
        assert "\\Seen" not in mail.message(1).flags


def test_who_may_file_marks_messages_as_read_for_the_team(academy: Academy) -> None:
    folder = read_by_all(academy)
    granted(academy.nadia, academy.office, academy.camille, Right.WRITE)
    client = browser_of(academy.camille)
    client.get(reverse("message", args=[folder.mailbox_id, folder.pk, 1]))
    page = browser_of(academy.nadia).get(reverse("folder", args=[folder.mailbox_id, folder.pk]))
    assert page.context["folder"].unread == 0


def written(person: Person, office: Mailbox, recipient: str) -> OutgoingMessage:
    """As the composer leaves it."""
    from webmail.composing.compose import Draft, compose  # noqa: PLC0415
    from webmail.syntax.addresses import Address  # noqa: PLC0415

    draft = Draft(
        sender=Address(office.name, office.address), to=[Address("", recipient)], cc=[], bcc=[],
        subject="De la direction", text="Bonjour.", attachments=[],
    )  # fmt: skip
    message = outbox.queue(office, person.user, compose(draft, timezone.now()), uuid4())
    assert message is not None
    return message


def test_what_a_delegate_sends_leaves_as_the_mailbox_and_stays_in_it(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.SEND)
    message = written(academy.camille, office, academy.bastien.address)
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == OutgoingMessage.State.SENT
    with imap.session(academy.office_address, academy.office_address) as mail:
        mail.select("Envoyés")
        assert mail.has_message_id(message.message_id)


def test_what_a_delegate_wrote_does_not_leave_once_the_right_is_gone(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.SEND)
    message = written(academy.camille, office, academy.bastien.address)
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    message.refresh_from_db()
    assert message.state == OutgoingMessage.State.REFUSED
    outbox.send(message.pk)
    message.refresh_from_db()
    assert message.state == OutgoingMessage.State.REFUSED


def test_what_a_delegate_still_could_take_back_does_not_leave_either(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.SEND)
    message = written(academy.camille, office, academy.bastien.address)
    held = OutgoingMessage.objects.filter(pk=message.pk)
    tomorrow = timezone.now() + timedelta(days=1)
    held.update(state=OutgoingMessage.State.HELD, due_at=tomorrow, planned_for=tomorrow)
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    assert held.get().state == OutgoingMessage.State.REFUSED


def test_a_delegate_writes_as_the_mailbox_or_as_themselves_and_as_nobody_else(
    academy: Academy,
) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.SEND)
    page = browser_of(academy.camille).get(reverse("compose", args=[office.pk]))
    offered = {sender.address for sender in page.context["senders"]}
    own = {academy.camille.address, academy.camille.historic_address}
    assert offered == {academy.office_address, *own}
    assert page.context["form"]["sender"].value() == academy.office_address


def test_a_delegate_begins_and_sends_a_message_in_the_composer_of_the_mailbox(
    academy: Academy,
) -> None:
    office = read_by_all(academy).mailbox
    granted(academy.nadia, office, academy.camille, Right.SEND)
    client = browser_of(academy.camille)
    url = reverse("compose", args=[office.pk])
    begun_form = filled(
        client.get(url).context["form"],
        to=academy.bastien.address,
        subject="Rentrée",
        body="x",
        action="draft",
    )
    rows = client.post(url, begun_form, follow=True).context["pane"].groups[0].rows
    reading = client.get(rows[0].url).context["reading"]
    resumed = client.get(reading.resume_url, follow=True)
    sent = client.post(reading.resume_url, filled(resumed.context["form"]), follow=True)
    assert sent.status_code == 200
    message = OutgoingMessage.objects.get()
    outbox.send_now(message)
    outbox.send(message.pk)
    message.refresh_from_db()
    assert (message.sender, message.state) == (academy.office_address, OutgoingMessage.State.SENT)
    filing.file(Draft.objects.get().pk)
    with imap.session(academy.office_address, academy.office_address) as mail:
        assert mail.select("Brouillons").exists == 0
        assert mail.select("Envoyés").exists == 1


def test_nobody_but_the_gate_asks_for_mailboxes() -> None:
    """A mailbox obtained elsewhere would be one that nobody was asked for."""
    roads = []
    for path in (ROOT / "webmail").rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        asked = [it for it in nodes if isinstance(it, ast.Attribute)]
        if path.name != "access.py":
            roads += [path.name for it in asked if ast.unparse(it) == "Mailbox.objects"]
    assert roads == []
