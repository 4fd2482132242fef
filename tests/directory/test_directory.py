"""The directory: who may look, who is found, by which words, and what it never tells."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, School
from tests.people import Academy, Person, open_account

DIRECTORY, SUGGESTIONS = reverse("directory"), reverse("directory_suggestions")
MATHS = "Professeure de mathématiques"


@pytest.fixture
def moulin(db: None) -> School:
    return School.objects.create(
        uai="0760001N", name="Collège Jean Moulin", city="Évreux", phone="02 32 00 00 00"
    )


@pytest.fixture
def camille(moulin: School) -> Person:
    person = open_account("Camille", "Lefèvre", "camille.lefevre")
    Agent.objects.filter(pk=person.agent.pk).update(
        school=moulin, post=MATHS, civil_name="Dupontel", birth_date="1980-02-29"
    )
    return person


@pytest.fixture
def reader(camille: Person) -> Client:
    client = Client()
    client.force_login(open_account("Nadia", "Benali", "nadia.benali").user)
    return client


def found(reader: Client, typed: str) -> str:
    return reader.post(DIRECTORY, {"q": typed}, follow=True).content.decode()


@pytest.mark.parametrize(
    "typed", ["lefevre", "Lefèvre", "CAMILLE", "mathém", "moulin camille", "evreux", "0760001n"]
)
def test_a_colleague_is_found_by_name_post_school_or_place(reader: Client, typed: str) -> None:
    page = found(reader, typed)
    assert "Camille Lefèvre" in page
    assert MATHS in page
    assert "camille.lefevre@ac-normandie.fr" in page


@pytest.mark.parametrize("typed", ["lefevre rouen", "personne", "%", "_", "dupontel", "1980"])
def test_other_words_find_nobody(reader: Client, typed: str) -> None:
    page = found(reader, typed)
    assert "Camille" not in page
    assert "Personne ne correspond." in page


def test_the_birth_name_and_date_are_never_shown(reader: Client, moulin: School) -> None:
    for page in (
        found(reader, "lefevre"),
        reader.get(reverse("directory_school", args=[moulin.uai])).content.decode(),
        reader.get(SUGGESTIONS, {"q": "lefevre"}).content.decode(),
    ):
        assert "camille.lefevre@" in page
        assert "Dupontel" not in page
        assert "1980" not in page


@pytest.mark.parametrize("status", [Agent.Status.IMPORTED, Agent.Status.DEPARTED])
def test_who_is_not_there_yet_or_any_more_is_not_found(
    reader: Client, camille: Person, status: Agent.Status
) -> None:
    Agent.objects.filter(pk=camille.agent.pk).update(status=status)
    assert "Camille" not in found(reader, "lefevre")
    assert reader.get(SUGGESTIONS, {"q": "lefevre"}).json() == []


def test_a_school_shows_how_to_reach_it_its_people_and_its_mailboxes(
    academy: Academy, moulin: School
) -> None:
    Agent.objects.filter(pk=academy.nadia.agent.pk).update(school=moulin)
    academy.office.addresses.update(address="ce.0760001n@ac-normandie.fr")
    client = Client()
    client.force_login(academy.camille.user)
    page = client.get(reverse("directory_school", args=["0760001n"])).content.decode()
    assert "02 32 00 00 00" in page
    assert "Nadia Benali" in page
    assert "ce.0760001n@ac-normandie.fr" in page
    assert "Camille Lefèvre" not in page


def test_a_functional_mailbox_is_found_unless_it_is_closed(academy: Academy) -> None:
    client = Client()
    client.force_login(academy.camille.user)
    assert academy.office_address in found(client, "collège moulin")
    assert academy.office_address in found(client, academy.office_address.split("@")[0])
    academy.office.is_active = False
    academy.office.save()
    assert academy.office_address not in found(client, "collège moulin")


def test_writing_begins_with_the_address_and_the_own_mailbox(
    reader: Client, camille: Person
) -> None:
    page = reader.get(reverse("write_to"), {"a": camille.address, "objet": "Bonjour"}, follow=True)
    assert page.status_code == 200
    assert camille.address in page.content.decode()
    assert "Bonjour" in page.content.decode()


def test_suggestions_are_few_and_name_the_place(reader: Client, moulin: School) -> None:
    for number in range(12):
        person = open_account("Zoé", "Martin", f"zoe.martin{number}")
        Agent.objects.filter(pk=person.agent.pk).update(school=moulin)
    told = reader.get(SUGGESTIONS, {"q": "zoe mar"}).json()
    assert len(told) == 8
    assert told[0]["name"] == "Zoé Martin"
    assert told[0]["about"] == "Collège Jean Moulin, Évreux"
    assert reader.get(SUGGESTIONS, {"q": " \x00"}).json() == []


def test_the_staff_of_a_school_is_a_group_one_may_write_to(reader: Client, camille: Person) -> None:
    (group,) = reader.get(SUGGESTIONS, {"q": "moulin evreux"}).json()[1:]
    assert group["name"] == "Collège Jean Moulin, Évreux"
    assert (group["address"], group["about"]) == ("", "Tout le personnel : 1 personne")
    members = reader.get(group["members_url"]).json()
    assert members == [{"name": "Camille Lefèvre", "address": camille.address}]


def test_a_large_staff_or_words_that_name_many_schools_are_no_group(
    reader: Client, camille: Person, moulin: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("directory.views.MOST_MEMBERS", 0)
    assert [it["address"] for it in reader.get(SUGGESTIONS, {"q": "moulin"}).json()] == [
        camille.address
    ]
    assert reader.get(reverse("directory_staff", args=[moulin.uai])).status_code == 404
    monkeypatch.undo()
    for number in range(2, 4):
        School.objects.create(uai=f"076000{number}N", name="École Moulin", city="Rouen")
    assert len(reader.get(SUGGESTIONS, {"q": "moulin"}).json()) == 1


def test_a_numen_is_not_looked_for_and_not_carried_into_the_address(reader: Client) -> None:
    page = reader.post(DIRECTORY, {"q": "17E9876543ABC"})
    assert page.status_code == 400
    assert "17E9876543ABC" not in page.content.decode()
    assert "C’est un NUMEN" in page.content.decode()


def test_fifty_people_stand_on_a_page_and_one_goes_on(reader: Client, moulin: School) -> None:
    for number in range(51):
        open_account("Zoé", "Martin", f"zoe.martin{number}")
    page = found(reader, "zoé martin")
    assert "51 personnes" in page
    assert page.count("Écrire à Zoé Martin") == 50
    assert "q=zo%C3%A9+martin&amp;page=2" in page
    last = reader.get(DIRECTORY, {"q": "zoé martin", "page": "2"}).content.decode()
    assert last.count("Écrire à Zoé Martin") == 1
    assert reader.get(DIRECTORY, {"q": "zoé martin", "page": "x\x00"}).status_code == 200


@pytest.mark.parametrize("uai", ["0760099Z", "x", "%00"])
def test_an_unknown_school_is_missing(reader: Client, uai: str) -> None:
    assert reader.get(f"/annuaire/etablissement/{uai}/").status_code == 404
    assert reader.get(f"/annuaire/etablissement/{uai}/personnel/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        DIRECTORY,
        SUGGESTIONS,
        "/annuaire/etablissement/0760001N/",
        "/annuaire/etablissement/0760001N/personnel/",
        "/ecrire/",
    ],
)
def test_who_is_not_signed_in_is_asked_to(address: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]
