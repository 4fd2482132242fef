"""The page of folders and labels, on a real server."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.people import Academy, Person
from tests.webmail.lists.test_acting import deliver, folder, on_server, opened, rows
from tests.webmail.test_first_mail import browser_of
from webmail.acting import acts
from webmail.imap import session
from webmail.lists import labels
from webmail.models import Act, Folder, Label, Preferences

pytestmark = pytest.mark.django_db(transaction=True)


def page_of(person: Person) -> tuple[Client, str]:
    client, _url = opened(person)
    return client, reverse("folders", args=[person.mailbox.pk])


def post(client: Client, url: str, **fields: object) -> str:
    answer = client.post(url, fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def names(person: Person) -> set[str]:
    """Of the person's own folders, on the server."""
    with session(person.address, person.address) as mail:
        return {it.name for it in mail.folders() if not it.special_use}


def own(person: Person, name: str) -> Folder:
    return Folder.objects.get(mailbox=person.mailbox, name=name)


def test_a_folder_is_made_renamed_moved_and_removed(academy: Academy) -> None:
    camille = academy.camille
    client, url = page_of(camille)
    assert "est créé" in post(client, url, action="create", nom="Élèves", dans="")
    parent = own(camille, "Élèves")
    post(client, url, action="create", nom="6ᵉ B", dans=parent.pk)
    assert names(camille) == {"Élèves", "Élèves/6ᵉ B"}
    post(client, url, action="rename", dossier=parent.pk, nom="Classes")
    assert names(camille) == {"Classes", "Classes/6ᵉ B"}
    inner = own(camille, "Classes/6ᵉ B")
    post(client, url, action="move", dossier=inner.pk, dans="")
    assert names(camille) == {"Classes", "6ᵉ B"}
    post(client, url, action="delete", dossier=own(camille, "Classes").pk)
    assert names(camille) == {"6ᵉ B"}


@pytest.mark.parametrize(
    "name", ["", "   ", "a/b", "a*", "100 %", "x" * 101, "INBOX", "Archives", "a\x07b"]
)
def test_a_name_no_folder_can_have_is_refused_in_words(academy: Academy, name: str) -> None:
    client, url = page_of(academy.camille)
    page = post(client, url, action="create", nom=name, dans="")
    assert "note--err" in page
    assert names(academy.camille) == set()


def test_what_cannot_be_done_is_said_and_changes_nothing(academy: Academy) -> None:
    camille = academy.camille
    client, url = page_of(camille)
    post(client, url, action="create", nom="Dossier", dans="")
    outer = own(camille, "Dossier")
    post(client, url, action="create", nom="Intérieur", dans=outer.pk)
    inner = own(camille, "Dossier/Intérieur")
    assert "dans lui-même" in post(client, url, action="move", dossier=outer.pk, dans=inner.pk)
    assert "en contient d’autres" in post(client, url, action="delete", dossier=outer.pk)
    assert "porte déjà ce nom" in post(client, url, action="create", nom="dossier", dans="")
    inbox = folder(camille, "inbox")
    for action in ("delete", "rename", "move"):
        fields = {"action": action, "dossier": inbox.pk, "nom": "Autre", "dans": ""}
        assert "sert au courrier" in post(client, url, **fields)
    with session(camille.address, camille.address) as mail:
        mail.append("Dossier/Intérieur", b"Subject: x\r\n\r\nx\r\n")
    assert "videz-le d’abord" in post(client, url, action="delete", dossier=inner.pk)
    assert names(camille) == {"Dossier", "Dossier/Intérieur"}


def test_other_programs_show_a_folder_or_not(academy: Academy) -> None:
    camille = academy.camille
    client, url = page_of(camille)
    post(client, url, action="create", nom="Discret", dans="")
    post(client, url, action="unsubscribe", dossier=own(camille, "Discret").pk)
    with session(camille.address, camille.address) as mail:
        assert {it.name: it.subscribed for it in mail.folders()}["Discret"] is False
    post(client, url, action="subscribe", dossier=own(camille, "Discret").pk)
    with session(camille.address, camille.address) as mail:
        assert {it.name: it.subscribed for it in mail.folders()}["Discret"] is True


def test_a_whole_folder_is_read_or_emptied_and_that_can_be_taken_back(academy: Academy) -> None:
    camille = academy.camille
    deliver(camille, "un", "deux")
    client, inbox_url = opened(camille)
    url, inbox = reverse("folders", args=[camille.mailbox.pk]), folder(camille, "inbox")
    post(client, url, action="read", dossier=inbox.pk)
    assert not any(row.unread for row in rows(client, inbox_url).values())
    post(client, url, action="empty", dossier=inbox.pk)
    assert (on_server(camille, "INBOX"), on_server(camille, "Corbeille")) == (0, 2)
    client.post(client.get(inbox_url).context["undo"].url)
    assert on_server(camille, "INBOX") == 2
    assert "rien à faire" in post(client, url, action="read", dossier=inbox.pk)


def test_counts_and_quota_are_the_server_s(academy: Academy) -> None:
    deliver(academy.camille, "un", "deux")
    client, url = opened(academy.camille)
    page = client.get(url)
    assert (page.context["folder"].total, page.context["folder"].unread) == (2, 2)
    assert page.context["quota"].total_label == "2\u00a0Go"


def test_a_label_is_made_changed_and_removed_from_its_messages(academy: Academy) -> None:
    camille = academy.camille
    deliver(camille, "un")
    client, inbox = opened(camille)
    url = reverse("labels", args=[camille.mailbox.pk])
    post(client, url, action="create", nom="Élèves en difficulté", couleur="2")
    label = Label.objects.get()
    assert label.keyword == "eleves_en_difficulte"
    client.post(
        f"{inbox}agir/", {"action": f"label {label.pk}", "ligne": rows(client, inbox)["un"].key}
    )
    post(client, url, action="change", etiquette=label.pk, nom="Suivi", couleur="4")
    (tag,) = rows(client, inbox)["un"].labels
    assert (tag.name, tag.colour) == ("Suivi", "4")
    post(client, url, action="delete", etiquette=label.pk)
    assert not Label.objects.exists()
    acts.carry_on(Act.objects.get(name="unlabel").pk)
    with session(camille.address, camille.address) as mail:
        mail.select("INBOX")
        (row,) = mail.flag_rows(mail.all_uids())
        assert "eleves_en_difficulte" not in row.keywords


def test_two_labels_that_read_alike_are_two_keywords(academy: Academy) -> None:
    first = labels.create(academy.camille.mailbox, "Été", "1")
    second = labels.create(academy.camille.mailbox, "Ete!", "1")
    assert first.keyword != second.keyword


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "1 à 60 caractères"), ("x" * 61, "1 à 60 caractères"), ("déjà", "porte déjà ce nom")],
)
def test_a_label_s_name_is_refused_in_words(academy: Academy, name: str, told: str) -> None:
    labels.create(academy.camille.mailbox, "Déjà", "1")
    client = browser_of(academy.camille)
    url = reverse("labels", args=[academy.camille.mailbox.pk])
    assert told in post(client, url, action="create", nom=name, couleur="1")
    assert Label.objects.count() == 1


def test_odd_forms_and_strangers_find_nothing(academy: Academy) -> None:
    camille = academy.camille
    client, url = page_of(camille)
    tags = reverse("labels", args=[camille.mailbox.pk])
    theirs = labels.create(academy.nadia.mailbox, "Privé", "1")
    opened(academy.nadia)
    foreign = folder(academy.nadia, "archive")
    for target, fields in (
        (url, {"action": "explode"}),
        (url, {"action": "delete", "dossier": "x"}),
        (url, {"action": "delete", "dossier": foreign.pk}),
        (url, {"action": "create", "nom": "a", "dans": foreign.pk}),
        (tags, {"action": "explode"}),
        (tags, {"action": "delete", "etiquette": theirs.pk}),
        (tags, {"action": "create", "nom": "a", "couleur": "99"}),
    ):
        assert client.post(target, fields).status_code == 404
    stranger = browser_of(academy.nadia)
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, {"action": "create", "nom": "a"}).status_code == 404
    assert stranger.post(tags, {"action": "create", "nom": "a"}).status_code == 404


def test_settings_are_remembered_and_followed(academy: Academy) -> None:
    camille = academy.camille
    deliver(camille, "Sujet")
    client, inbox = opened(camille)
    chosen = {"density": "compact", "pane": "off", "list_width": "34"}
    client.post(reverse("preferences"), chosen)
    cache.clear()
    page = client.get(inbox).content.decode()
    assert 'data-density="compact" data-pane="off" data-width="34"' in page
    assert "data-shortcuts=" not in page
    assert "Bonjour à tous." not in page  # no first words
    assert rows(client, inbox)["Sujet"].key.startswith("m")  # no conversations


def test_an_odd_setting_changes_nothing(academy: Academy) -> None:
    client = browser_of(academy.camille)
    page = client.post(reverse("preferences"), {"density": "x", "pane": "off", "list_width": "1"})
    assert "vérifiez le formulaire" in page.content.decode()
    for width in ("", "17", "27", "-4", "999999999999999999999"):
        assert client.post(reverse("list_width"), {"largeur": width}).status_code == 404
    assert not Preferences.objects.exists()
    assert client.post(reverse("list_width"), {"largeur": "30"}).status_code == 204
    assert Preferences.objects.get().list_width == 30


def test_a_conversation_is_read_in_one_page_beside_its_list(academy: Academy) -> None:
    deliver(academy.camille, "Sortie")
    deliver(academy.camille, "Re: Sortie", answers="Sortie@example")
    client, inbox = opened(academy.camille)
    (row,) = rows(client, inbox).values()
    newest = client.get(row.url).context
    entries = newest["conversation"].entries
    assert [it.subject for it in entries] == ["Sortie", "Re: Sortie"]
    assert newest["folder"].unread == 0
    again = client.get(row.url).context["conversation"].entries
    assert [it.is_folded for it in again] == [True, False]
    eldest = client.get(again[0].url).context
    assert eldest["reading"].subject == "Sortie"
