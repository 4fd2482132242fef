"""The address book: one's own and nobody else's; found, changed, removed and taken back, brought and taken away."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.contacts import cards, keeping
from directory.contacts.cards import Card, Value
from directory.models import Contact, ContactGroup
from tests.directory.test_cards import PHONE
from tests.people import Person, open_account

pytestmark = pytest.mark.django_db

CONTACTS, NEW, SUGGESTIONS = map(reverse, ("contacts", "contact_new", "contacts_suggestions"))


@pytest.fixture
def camille(db: None) -> Person:
    return open_account("Camille", "Lefèvre", "camille.lefevre")


@pytest.fixture
def client(camille: Person) -> Client:
    return signed_in(camille)


@pytest.fixture
def stranger(db: None) -> Client:
    return signed_in(open_account("Bastien", "Roux", "bastien.roux"))


def signed_in(person: Person) -> Client:
    browser = Client()
    browser.force_login(person.user)
    return browser


def known(person: Person, name: str, *addresses: str, groups: tuple[str, ...] = ()) -> Contact:
    lines = tuple(Value("EMAIL", address) for address in addresses)
    return keeping.save(person.user, Card(name=name, addresses=lines, groups=groups))


def form(name: str, *lines: tuple[str, str], **others: str) -> dict[str, str]:
    """What the page of a contact sends: its addresses, no telephone, and a blank line of each."""
    sent = {"name": name, "organisation": "", "note": "", "new_group": ""}
    for prefix, rows in (("adresse", lines), ("telephone", ())):
        sent |= {f"{prefix}-TOTAL_FORMS": str(len(rows) + 1), f"{prefix}-INITIAL_FORMS": "0"}
        for at, (text, place) in enumerate([*rows, ("", "")]):
            sent |= {f"{prefix}-{at}-text": text, f"{prefix}-{at}-place": place}
    return sent | others


def shown(client: Client, url: str = CONTACTS, **asked: str) -> str:
    return client.get(url, asked).content.decode()


def file_of(text: str | bytes) -> dict[str, SimpleUploadedFile]:
    octets = text.encode() if isinstance(text, str) else text
    return {"file": SimpleUploadedFile("contacts.vcf", octets)}


def brought(client: Client, text: str | bytes) -> str:
    answer = client.post(reverse("contacts_import"), file_of(text), follow=True)
    return answer.content.decode()


def taken_away(client: Client, **asked: str) -> list[Card]:
    answer = client.get(reverse("contacts_export"), asked)
    return cards.read(b"".join(answer).decode())


def test_a_contact_is_added_found_and_written_to(client: Client) -> None:
    sent = form("Anne Dupont", ("Anne@Example.org", "work"), new_group="Voisins", note="Le matin")
    assert client.post(NEW, sent, follow=True).status_code == 200
    for typed in ("dup", "ANNE", "anne@exa", "example", ""):
        assert "Anne Dupont" in shown(client, q=typed)
    page = shown(client)
    assert f"{reverse('write_to')}?a=anne%40example.org" in page
    assert "Voisins · 1" in page
    for typed in ("nne", "dupond", "%"):
        assert "Aucun contact ne correspond." in shown(client, q=typed)


def test_a_contact_is_changed_and_keeps_what_the_page_does_not_show(
    client: Client, camille: Person
) -> None:
    brought(client, PHONE)
    contact = Contact.objects.get()
    group = ContactGroup.objects.get(name="Rouen, rive gauche")
    sent = form("Anne Martin", ("anne.dupont@ac-normandie.fr", ""), ("anne@example.org", "work"))
    sent |= {"adresse-INITIAL_FORMS": "2", "groups": str(group.pk)}
    assert client.post(reverse("contact", args=[contact.pk]), sent).status_code == 302
    (card,) = taken_away(client)
    assert card.name == "Anne Martin"
    assert "TITLE:Principale" in card.kept
    assert "N:Martin;Anne;;;" in card.kept  # not the parts of another name
    assert [it.head for it in card.addresses] == [
        "item1.EMAIL;type=INTERNET;type=pref", "EMAIL;TYPE=WORK;TYPE=INTERNET",
    ]  # fmt: skip
    assert card.groups == ("Rouen, rive gauche",)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (form(""), "Donnez un nom"),
        (form("Anne", ("pas une adresse", "")), "pas une adresse » n’est pas une adresse"),
        (form("Anne", ("a@example.org", "partout")), "partout"),
        (form("x" * 201), "200"),
        ({"name": "Anne"}, "ManagementForm"),
    ],
)
def test_what_cannot_be_kept_is_said_and_changes_nothing(
    client: Client, sent: dict[str, str], said: str
) -> None:
    answer = client.post(NEW, sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Contact.objects.exists()


def test_a_removed_contact_can_be_taken_back(client: Client, camille: Person) -> None:
    contact = known(camille, "Anne Dupont", "anne@example.org")
    page = client.post(reverse("contact_remove", args=[contact.pk]), follow=True).content.decode()
    assert "« Anne Dupont » n’est plus dans vos contacts." in page
    assert "Anne Dupont" not in shown(client)
    assert client.get(reverse("contact", args=[contact.pk])).status_code == 404
    back = client.post(reverse("contact_take_back", args=[contact.pk]), follow=True)
    assert "de nouveau dans vos contacts" in back.content.decode()
    assert "anne@example.org" in shown(client)
    assert client.post(reverse("contact_take_back", args=[contact.pk])).status_code == 404


@pytest.mark.parametrize("name", ["contact", "contact_remove", "contact_take_back"])
def test_somebody_elses_contact_is_a_missing_one(
    client: Client, stranger: Client, camille: Person, name: str
) -> None:
    contact = known(camille, "Anne Dupont", "anne@example.org", groups=("Amis",))
    if name == "contact_take_back":
        keeping.remove(contact)
    url = reverse(name, args=[contact.pk])
    assert stranger.post(url, form("Autre")).status_code == 404
    assert stranger.post(reverse(name, args=[contact.pk + 999])).status_code == 404
    assert Contact.objects.get().name == "Anne Dupont"


def test_nothing_of_somebody_elses_book_shows_anywhere(
    client: Client, stranger: Client, camille: Person
) -> None:
    known(camille, "Anne Dupont", "anne@example.org", groups=("Amis",))
    group = ContactGroup.objects.get()
    assert "Anne" not in shown(stranger) + shown(stranger, SUGGESTIONS, q="anne")
    assert "Amis" not in shown(stranger, NEW) + shown(stranger, SUGGESTIONS, q="amis")
    assert taken_away(stranger) == []
    assert stranger.get(CONTACTS, {"groupe": group.pk}).status_code == 404
    assert stranger.get(reverse("contacts_export"), {"groupe": group.pk}).status_code == 404
    assert stranger.post(reverse("contact_group", args=[group.pk]), {"nom": "x"}).status_code == 404
    for name in (
        "contacts",
        "contact_new",
        "contacts_import",
        "contacts_export",
        "contacts_suggestions",
    ):
        assert Client().get(reverse(name)).status_code == 302


@pytest.mark.parametrize("asked", ["x", "9" * 30, "²", "-1"])
def test_an_odd_number_of_a_group_is_a_missing_one(client: Client, asked: str) -> None:
    assert client.get(CONTACTS, {"groupe": asked}).status_code == 404


def test_a_file_comes_in_and_goes_out_without_a_loss(client: Client) -> None:
    assert "1 contact ajouté." in brought(client, PHONE)
    (before,), (after,) = cards.read(PHONE), taken_away(client)
    assert after.kept == before.kept
    assert [it.head for it in after.addresses] == [it.head for it in before.addresses]
    assert (after.name, after.note, after.uid) == (before.name, before.note, before.uid)
    assert "1 était déjà là." in brought(client, PHONE)
    assert Contact.objects.count() == 1


def test_what_is_known_is_completed_and_not_doubled(client: Client, camille: Person) -> None:
    known(camille, "Anne Dupont", "anne@example.org")
    more = "BEGIN:VCARD\nFN:ANNE DUPONT\nEMAIL:Anne@example.org\nTEL:06 12\nNOTE:Neuf\nEND:VCARD\n"
    namesake = "BEGIN:VCARD\nFN:Paul Dupont\nEMAIL:anne@example.org\nEND:VCARD\n"
    assert "1 contact ajouté. 2 étaient déjà là." in brought(client, more + namesake * 2)
    anne, paul = taken_away(client)
    assert (anne.name, anne.note, [it.text for it in anne.phones]) == (
        "Anne Dupont",
        "Neuf",
        ["06 12"],
    )
    assert paul.name == "Paul Dupont"


def test_lists_of_members_become_groups(client: Client) -> None:
    people = "".join(
        f"BEGIN:VCARD\nUID:{n}\nFN:Personne {n}\nEMAIL:p{n}@example.org\nEND:VCARD\n"
        for n in (1, 2, 3)
    )
    members = (
        "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Conseil\nMEMBER:urn:uuid:1\nMEMBER:3\nEND:VCARD\n"
    )
    brought(client, people + members)
    page = shown(client, groupe=str(ContactGroup.objects.get().pk))
    assert "Personne 1" in page
    assert "Personne 3" in page
    assert "Personne 2" not in page
    assert f"{reverse('write_to')}?a=p1%40example.org%2C%20p3%40example.org" in page


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "Ce fichier est vide."),
        (b"Nom;Adresse", "ne contient aucune fiche vCard"),
        (b"BEGIN:VCARD\nFN:x\nEND:VCARD\n" * 5_001, "5001 fiches"),
        (b"x" * ((10 << 20) + 1), "10 Mo au plus"),
    ],
)
def test_a_file_that_cannot_be_used_is_explained(client: Client, octets: bytes, said: str) -> None:
    answer = client.post(reverse("contacts_import"), file_of(octets))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Contact.objects.exists()


def test_old_files_are_read_in_their_own_letters(client: Client) -> None:
    brought(client, "BEGIN:VCARD\nFN:Hélène\nEND:VCARD".encode("cp1252"))
    brought(client, "BEGIN:VCARD\nFN:Zoé\nEND:VCARD".encode("utf-16"))
    assert [it.name for it in taken_away(client)] == ["Hélène", "Zoé"]


def test_a_thousand_contacts_come_in_few_statements_and_are_listed_by_fifty(client: Client) -> None:
    many = "".join(
        f"BEGIN:VCARD\nFN:Personne {n:04}\nEMAIL:p{n}@example.org\nCATEGORIES:Tous\nEND:VCARD\n"
        for n in range(1000)
    )
    with CaptureQueriesContext(connection) as asked:
        client.post(reverse("contacts_import"), file_of(many))
    assert len(asked) < 40
    with CaptureQueriesContext(connection) as few:
        page = shown(client, page="2")
    assert len(few) <= 12
    assert "Personne 0050" in page
    assert "Personne 0049" not in page
    assert "Page 2 sur 20" in page


def test_a_full_book_takes_no_more(
    client: Client, camille: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_CONTACTS", 1)
    known(camille, "Anne")
    assert "supprimez-en d’abord" in client.post(NEW, form("Paul")).content.decode()
    assert "supprimez-en d’abord" in brought(client, PHONE)
    assert Contact.objects.count() == 1


def test_what_finds_no_room_in_the_book_is_told(
    client: Client, camille: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_GROUPS", 1)
    photo = f"PHOTO;ENCODING=b:{'A' * 1_000_000}"
    text = f"BEGIN:VCARD\nFN:Anne\nCATEGORIES:Chorale,Sortie\n{photo}\nEND:VCARD\n"
    said = brought(client, text)
    assert "1 fiche est trop longue" in said
    assert "1 groupe n’a pas été créé" in said
    assert "vous en avez déjà 1" in said
    assert Contact.objects.get().kept == ""
    assert [group.name for group in ContactGroup.objects.all()] == ["Chorale"]
    page = client.post(NEW, form("Paul", new_group="Sortie"), follow=True).content.decode()
    assert "1 groupe n’a pas été créé" in page


def test_contacts_and_groups_are_suggested_while_one_types(client: Client, camille: Person) -> None:
    known(camille, "Anne Dupont", "anne@example.org", "a.dupont@example.com", groups=("Voisins",))
    known(camille, "Paul Martin", "paul@example.org", groups=("Voisins",))
    assert json.loads(shown(client, SUGGESTIONS, q="dup")) == [
        {"name": "Anne Dupont", "address": "anne@example.org", "about": ""},
        {"name": "Anne Dupont", "address": "a.dupont@example.com", "about": ""},
    ]
    (group,) = json.loads(shown(client, SUGGESTIONS, q="voi"))
    assert group["about"] == "Groupe, 2 personnes"
    assert [it["address"] for it in group["members"]] == ["anne@example.org", "paul@example.org"]
    assert json.loads(shown(client, SUGGESTIONS, q="")) == []


def test_a_group_is_renamed_and_removed_without_its_contacts(
    client: Client, camille: Person
) -> None:
    known(camille, "Anne", groups=("Amis", "Voisins"))
    amis = ContactGroup.objects.get(name="Amis")
    url = reverse("contact_group", args=[amis.pk])
    assert (
        "qu’aucun autre ne porte"
        in client.post(url, {"nom": "Voisins"}, follow=True).content.decode()
    )
    assert "Proches · 1" in client.post(url, {"nom": "Proches"}, follow=True).content.decode()
    client.post(url, {"supprimer": "oui"})
    page = shown(client)
    assert "Proches" not in page
    assert "Anne" in page


def test_a_senders_name_leads_to_the_form_or_to_the_contact(
    client: Client, camille: Person
) -> None:
    asked = {"nom": "Anne Dupont", "adresse": "Anne@example.org"}
    page = client.post(reverse("contact_propose"), asked).content.decode()
    assert 'value="Anne Dupont"' in page
    assert 'value="Anne@example.org"' in page
    assert not Contact.objects.exists()
    contact = known(camille, "Anne Dupont", "anne@example.org")
    answer = client.post(reverse("contact_propose"), asked)
    assert answer.url == reverse("contact", args=[contact.pk])  # type: ignore[attr-defined]


def test_a_card_from_a_mail_shows_what_it_would_add_before_it_does(client: Client) -> None:
    page = client.post(reverse("contact_card"), {"carte": PHONE}).content.decode()
    assert "Mme Anne Marie Dupont" in page
    assert "06 12 34 56 78" in page
    assert not Contact.objects.exists()
    client.post(reverse("contact_card"), {"carte": PHONE, "ajouter": "oui"})
    assert [it.name for it in taken_away(client)] == ["Mme Anne Marie Dupont"]


def test_a_card_completes_the_contact_with_the_same_address(
    client: Client, camille: Person
) -> None:
    known(camille, "Anne", "anne@example.org")
    page = client.post(reverse("contact_card"), {"carte": PHONE}).content.decode()
    assert "« Anne » est déjà dans vos contacts : sa fiche sera complétée." in page
    client.post(reverse("contact_card"), {"carte": PHONE, "ajouter": "oui"})
    (card,) = taken_away(client)
    assert card.name == "Anne"
    assert len(card.addresses) == 2
    again = client.post(reverse("contact_card"), {"carte": PHONE}).content.decode()
    assert "n’apporte rien de plus" in again
    assert 'name="ajouter"' not in again


@pytest.mark.parametrize("text", ["", "Bonjour", "BEGIN:VCARD\nTEL:06\nEND:VCARD", "x" * 400_000])
def test_a_card_that_says_nothing_adds_nothing(client: Client, text: str) -> None:
    answer = client.post(reverse("contact_card"), {"carte": text, "ajouter": "oui"}, follow=True)
    assert "ne peut pas être lue" in answer.content.decode()
    assert not Contact.objects.exists()


def test_ones_contacts_are_among_the_data_one_takes_away(camille: Person) -> None:
    from accounts.mina.data import data_of  # noqa: PLC0415

    known(camille, "Anne Dupont", "anne@example.org")
    (card,) = data_of(camille.user)["contacts"]
    assert "FN:Anne Dupont" in card
