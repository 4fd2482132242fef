"""What belongs to a mailbox belongs to its team: what is read, labelled, thrown away, written as it."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from mailboxes.models import Address, Mailbox, Right
from tests.mail_programs import letter
from tests.mailboxes.delegating import granted, with_responsable
from tests.people import Academy, Person
from tests.webmail.test_first_mail import browser_of
from webmail import imap
from webmail.lists.panes import Row
from webmail.models import MessageTemplate, Signature

pytestmark = pytest.mark.django_db(transaction=True)


def shared(academy: Academy) -> Mailbox:
    """Nadia answers for the office, Camille writes as it; it got a message."""
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.SEND)
    with imap.session(office.address, office.address) as mail:
        message = letter("parent@example.fr", office.address, "Inscription")
        mail.append("INBOX", message.as_bytes(), [])
    return office


def rows(person: Person, office: Mailbox, use: str = "inbox") -> list[Row]:
    cache.clear()
    client = browser_of(person)
    client.get(reverse("mailbox", args=[office.pk]), follow=True)
    folder = office.folders.get(special_use=use)
    page = client.get(reverse("folder", args=[office.pk, folder.pk]))
    return [row for group in page.context["pane"].groups for row in group.rows]


def act(person: Person, office: Mailbox, action: str, row: Row) -> None:
    inbox = office.folders.get(special_use="inbox")
    url = reverse("act", args=[office.pk, inbox.pk])
    assert browser_of(person).post(url, {"action": action, "ligne": row.key}).status_code == 302


def test_what_one_reads_stars_and_labels_the_other_sees_so(academy: Academy) -> None:
    office = shared(academy)
    (row,) = rows(academy.camille, office)
    browser_of(academy.camille).get(row.url)
    labels = reverse("labels", args=[office.pk])
    new = {"action": "create", "nom": "Urgent", "couleur": "1"}
    browser_of(academy.camille).post(labels, new)
    label = office.labels.get()
    act(academy.camille, office, f"label {label.pk}", row)
    act(academy.camille, office, "star", row)
    (seen,) = rows(academy.nadia, office)
    assert (seen.unread, seen.starred) == (False, True)
    assert [it.name for it in seen.labels] == ["Urgent"]
    assert not academy.camille.mailbox.labels.exists()


def test_what_one_throws_away_lies_in_the_mailboxs_own_bin(academy: Academy) -> None:
    office = shared(academy)
    (row,) = rows(academy.camille, office)
    act(academy.camille, office, "delete", row)
    assert rows(academy.nadia, office) == []
    assert [it.subject for it in rows(academy.nadia, office, "trash")] == ["Inscription"]
    with imap.session(academy.camille.address, academy.camille.address) as mail:
        assert mail.select("Corbeille").exists == 0


def test_its_signature_and_templates_come_to_everybody_who_writes_as_it(academy: Academy) -> None:
    office = shared(academy)
    address = office.addresses.get(kind=Address.Kind.PRIMARY)
    Signature.objects.create(mailbox=office, name="Direction", text="La direction", address=address)
    MessageTemplate.objects.create(mailbox=office, name="Accusé", text="Bien reçu.")
    page = browser_of(academy.camille).get(reverse("compose", args=[office.pk]))
    assert [it.name for it in page.context["signatures"]] == ["Direction"]
    assert "La direction" in page.context["form"]["html"].value()
    assert [it.name for it in page.context["message_templates"]] == ["Accusé"]
    own = browser_of(academy.camille).get(reverse("compose", args=[academy.camille.mailbox.pk]))
    assert not own.context["signatures"]
