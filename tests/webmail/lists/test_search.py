"""Searching the index: what is found, in which folder, page by page, and what is done with it."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.people import Academy, Person, open_academy
from tests.webmail.lists.listed import NEWEST, fill, folder_of
from tests.webmail.sync.indexing import message, program, synced
from tests.webmail.test_first_mail import browser_of
from webmail.acting import acts
from webmail.lists import listing
from webmail.lists.list_address import ListAddress, Order, View
from webmail.lists.panes import Row
from webmail.models import Act, Folder, IndexedMessage, Label
from webmail.search import finding, people
from webmail.search.query import parse

pytestmark = pytest.mark.django_db

MOST_QUERIES = 8  # two more than a list


@pytest.fixture
def folder() -> Folder:
    folder = folder_of(open_academy().camille.mailbox)
    fill(folder, 230)
    return folder


@pytest.fixture
def browser(folder: Folder) -> Client:
    client = Client()
    assert folder.mailbox.owner
    client.force_login(folder.mailbox.owner)
    return client


def uids(folder: Folder, text: str) -> set[int]:
    found = finding.found(folder.mailbox_id, parse(text))
    return set(found.values_list("uid", flat=True))


def looked_at(folder: Folder, text: str) -> set[int]:
    """The same without the text index."""
    found = finding.found(folder.mailbox_id, parse(text), one_by_one=True)
    return set(found.values_list("uid", flat=True))


def every(step: int) -> set[int]:
    return set(range(step, 231, step))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sujet", every(1)),
        ("SUJ", every(1)),
        ("objet:12", {12, *range(120, 130)}),
        ('objet:"12"', {12}),
        ('"sujet 12"', {12}),
        ("auteur3@example.fr", {n for n in every(1) if n % 7 == 3}),
        ("de:auteur3", {n for n in every(1) if n % 7 == 3}),
        ("à:auteur3", set()),
        ("objet:auteur3", set()),
        ("objet:sujet -objet:sujet", set()),
        ("-auteur0 -auteur1 -auteur2 -auteur3 -auteur4 -auteur5", {n for n in every(1) if n % 7 == 6}),
        ("is:unread", every(3)),
        ("-is:unread sujet", every(1) - every(3)),
        ("is:read", every(1) - every(3)),
        ("has:star has:attachment", every(35)),
        ("est:externe est:suivi sujet", every(10)),
        ("étiquette:urg", every(11)),
        ("-label:urgent", every(1) - every(11)),
        ("label:inconnu", set()),
        ("dans:reception", set()),
        ("dans:boîte", every(1)),
        ("in:inbox", every(1)),
        ("introuvable", set()),
    ],
)  # fmt: skip
def test_each_criterion_finds_just_what_it_says(
    folder: Folder, text: str, expected: set[int]
) -> None:
    Label.objects.create(mailbox=folder.mailbox, keyword="urgent", name="Urgent !", colour="3")
    assert uids(folder, text) == expected
    assert looked_at(folder, text) == expected


def test_days_are_those_of_the_academy(folder: Folder) -> None:
    IndexedMessage.objects.filter(uid__lte=100).update(received_at=NEWEST - timedelta(days=30))
    early = set(range(1, 101))
    day = (NEWEST - timedelta(days=30)).date()
    assert uids(folder, f"le:{day}") == early
    assert uids(folder, f"avant:{day}") == set()
    assert uids(folder, f"avant:{day + timedelta(days=1)}") == early
    assert uids(folder, f"après:{date(2026, 11, 1)}") == every(1) - early


def test_another_mailbox_is_never_searched(folder: Folder) -> None:
    other = folder_of(open_academy().nadia.mailbox)
    fill(other, 5)
    assert uids(other, "sujet") == {1, 2, 3, 4, 5}
    assert len(uids(folder, "sujet")) == 230


def test_what_left_is_found_no_more_and_what_moved_is(folder: Folder) -> None:
    IndexedMessage.objects.filter(uid__lte=10).delete()
    archive = folder_of(folder.mailbox, "archive", "Archives")
    IndexedMessage.objects.filter(uid=11).update(folder=archive)
    assert uids(folder, "sujet") == set(range(11, 231))
    found = finding.found(folder.mailbox_id, parse('"sujet 11"')).get()
    assert found.folder_id == archive.pk


def test_the_whole_mailbox_leaves_out_what_was_thrown_away(folder: Folder) -> None:
    trash = folder_of(folder.mailbox, "trash", "Trash")
    fill(trash, 3)
    everywhere = finding.everywhere(folder.mailbox_id, parse("sujet"))
    assert set(everywhere.values_list("folder_id", flat=True)) == {folder.pk}
    asked = finding.everywhere(folder.mailbox_id, parse("sujet in:trash"))
    assert set(asked.values_list("folder_id", flat=True)) == {trash.pk}


def test_people_are_suggested_by_name_or_address(folder: Folder) -> None:
    mailbox = folder.mailbox_id
    assert people.suggestions(mailbox, "auteur3") == [("Auteur 3", "auteur3@example.fr")]
    assert len(people.suggestions(mailbox, "AUT")) == 7
    assert people.suggestions(mailbox, "personne") == []
    assert people.suggestions(mailbox, "' OR 1=1 --\0") == []


# --- pages -----------------------------------------------------------------------------------------
def page(browser: Client, folder: Folder, query: str) -> str:
    url = reverse("folder", args=[folder.mailbox_id, folder.pk])
    answer = browser.get(url + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("view", ["conversations", "messages"])
@pytest.mark.parametrize("where", ["", "&ou=partout"])
def test_results_are_a_list_with_pages_filters_and_orders(
    browser: Client, folder: Folder, view: str, where: str
) -> None:
    url = reverse("folder", args=[folder.mailbox_id, folder.pk])
    url += f"?q=sujet&filtre=externes&tri=anciens&vue={view}{where}"
    met = []
    while url:
        pane = browser.get(url).context["pane"]
        met += [row.subject for group in pane.groups for row in group.rows]
        url = pane.older_url
    assert met == [f"Sujet {n}" for n in range(2, 231, 2)]


def test_pages_of_the_whole_mailbox_lose_nobody_who_came_in_the_same_second(
    browser: Client, folder: Folder
) -> None:
    for name in ("Projets", "Conseils"):
        fill(folder_of(folder.mailbox, "", name), 60)
    IndexedMessage.objects.update(received_at=NEWEST)
    base = reverse("folder", args=[folder.mailbox_id, folder.pk]) + "?q=sujet&ou=partout"
    for order in ("date", "anciens", "sujet"):
        url, met = f"{base}&tri={order}", list[str]()
        while url:
            pane = browser.get(url).context["pane"]
            page = [row.url.partition("?")[0] for group in pane.groups for row in group.rows]
            met, url, last = met + page, pane.older_url, pane
        assert len(met) == len(set(met)) == 350, order
        before = browser.get(last.newer_url).context["pane"]
        again = [row.url.partition("?")[0] for group in before.groups for row in group.rows]
        assert again == met[-100:-50], order


def test_results_of_the_whole_mailbox_stand_under_a_heading_and_name_their_folders(
    browser: Client, folder: Folder
) -> None:
    sent = folder_of(folder.mailbox, "sent", "Envoyés")
    fill(sent, 1)
    IndexedMessage.objects.filter(folder=sent).update(recipients="Nadia <nadia@example.fr>")
    url = reverse("folder", args=[folder.mailbox_id, folder.pk]) + '?q="sujet 1"&ou=partout'
    answer = browser.get(url)
    assert answer.context["folder"].label == "Résultats de recherche"
    assert not any(link.current for link in answer.context["folders"])
    rows = [row for group in answer.context["pane"].groups for row in group.rows]
    assert {row.place for row in rows} == {"Boîte de réception", "Envoyés"}
    assert {row.sender for row in rows} == {"Auteur 1", "À : Nadia"}
    assert '<bdi class="tag">Envoyés</bdi>' in answer.content.decode()


IN_ORDER = {
    Order.NEWEST: lambda it: (-it.uid,),
    Order.OLDEST: lambda it: (it.uid,),
    Order.SENDER: lambda it: (it.sender_key, -it.uid),
    Order.SUBJECT: lambda it: (it.subject_key, -it.uid),
    Order.LARGEST: lambda it: (-it.size, -it.uid),
}


@pytest.mark.parametrize("order", Order)
def test_words_of_very_many_messages_and_of_few_are_met_in_order(order: Order) -> None:
    """The ones by looking at the next rows, the others by the text index."""
    folder = folder_of(open_academy().camille.mailbox)
    fill(folder, listing.NEAR[View.MESSAGES] + 100)
    everyone = IndexedMessage.objects.filter(folder=folder)
    for word in ("sujet", "12"):
        having = [it for it in everyone if word == "sujet" or str(it.uid).startswith(word)]
        wanted = [it.uid for it in sorted(having, key=IN_ORDER[order])]
        for view, everywhere in ((View.MESSAGES, True), *((view, False) for view in View)):
            address = ListAddress(search=word, order=order, everywhere=everywhere)
            assert first_pages(folder, address, view) == wanted[:150]


def first_pages(folder: Folder, address: ListAddress, view: View) -> list[int]:
    """UIDs of three pages forwards; going back meets the same."""
    pages = [listing.page_of(folder, address, view)]
    for _ in range(2):
        if pages[-1].older:
            further = replace(address, older_than=pages[-1].older)
            pages.append(listing.page_of(folder, further, view))
    before = listing.page_of(folder, replace(address, newer_than=pages[-1].newer), view)
    assert [it.pk for it in before.rows] == [it.pk for it in pages[-2].rows]
    return [uid for page in pages for uid in uids_of(page)]


def uids_of(page: listing.Page) -> list[int]:
    return [row.uid if isinstance(row, IndexedMessage) else row.last_uid for row in page.rows]


def test_a_page_of_results_asks_few_questions(browser: Client, folder: Folder) -> None:
    url = reverse("folder", args=[folder.mailbox_id, folder.pk]) + "?q=sujet&ou=partout"
    browser.get(url)
    with CaptureQueriesContext(connection) as asked:
        browser.get(url)
    assert len(asked) <= MOST_QUERIES, [query["sql"][:120] for query in asked]


def test_the_form_leads_to_the_list(browser: Client, folder: Folder) -> None:
    url = reverse("search", args=[folder.mailbox_id])
    answer = browser.get(
        url, {"q": "sujet 12", "dossier": str(folder.pk), "ou": "partout"}, follow=True
    )
    assert answer.redirect_chain[0][0].endswith("?q=sujet+12&ou=partout")
    told = answer.content.decode()
    assert 'value="sujet 12"' in told
    assert "Quitter la recherche" in told


def test_an_empty_search_leads_back_to_the_folder(browser: Client, folder: Folder) -> None:
    url = reverse("search", args=[folder.mailbox_id])
    answer = browser.get(url, {"q": " ", "ou": "partout", "dossier": str(folder.pk)})
    assert answer["Location"] == reverse("folder", args=[folder.mailbox_id, folder.pk])


@pytest.mark.parametrize(
    "typed", ["\0", "a" * 10_000, '"' * 300, "%_\\'", "de:", "é" * 400, "* OR NEAR("]
)
@pytest.mark.parametrize("where", ["", "partout"])
def test_whatever_is_typed_a_page_answers(
    browser: Client, folder: Folder, typed: str, where: str
) -> None:
    url = reverse("search", args=[folder.mailbox_id])
    answer = browser.get(url, {"q": typed, "ou": where}, follow=True)
    assert answer.status_code == 200


def test_what_was_not_understood_is_said(browser: Client, folder: Folder) -> None:
    told = page(browser, folder, "?q=classe:4B avant:demain")
    assert "n’est pas un critère connu" in told
    assert "n’a pas été compris" in told
    assert "trop longue" in page(browser, folder, "?q=" + "a" * 600)


@pytest.mark.parametrize(
    "cursor", ["?q=a&apres=abc", "?q=a&avant=%00", "?q=a&ou=partout&apres=WzEsMl0"]
)
def test_an_odd_cursor_is_a_missing_page(browser: Client, folder: Folder, cursor: str) -> None:
    url = reverse("folder", args=[folder.mailbox_id, folder.pk])
    assert browser.get(url + cursor).status_code == 404


@pytest.mark.parametrize("name", ["search", "correspondents"])
def test_somebody_elses_mailbox_is_a_missing_one(
    browser: Client, folder: Folder, name: str
) -> None:
    other = open_academy().nadia.mailbox
    assert browser.get(reverse(name, args=[other.pk]), {"q": "a"}).status_code == 404
    assert Client().get(reverse(name, args=[folder.mailbox_id])).status_code == 302


def test_correspondents_are_told_as_json(browser: Client, folder: Folder) -> None:
    answer = browser.get(reverse("correspondents", args=[folder.mailbox_id]), {"q": "auteur5"})
    assert answer.json() == [{"name": "Auteur 5", "address": "auteur5@example.fr"}]


# --- with a mail server ------------------------------------------------------------------------------
def arrived(person: Person) -> None:
    with program(person) as imap:
        imap.put(message("Réunion de rentrée", own="1@example"))
        imap.put(message("Cœur de métier", own="2@example", sender="Zoé Œuvrard <zoe@example.fr>"))
        imap.do("create", "Projets")
        imap.put(message("Réunion du projet", own="3@example"), folder="Projets")
    synced(person)


@pytest.mark.django_db(transaction=True)
def test_mail_is_found_as_soon_as_it_is_in_the_index(academy: Academy) -> None:
    arrived(academy.camille)
    mailbox = academy.camille.mailbox.pk
    subjects = {it.subject for it in finding.everywhere(mailbox, parse("reunion"))}
    assert subjects == {"Réunion de rentrée", "Réunion du projet"}
    assert finding.everywhere(mailbox, parse("coeur de:zoe")).get().subject == "Cœur de métier"
    assert finding.everywhere(mailbox, parse("à:camille dans:projets")).get()


@pytest.mark.django_db(transaction=True)
def test_what_was_found_in_several_folders_is_archived_together(academy: Academy) -> None:
    arrived(academy.camille)
    client = browser_of(academy.camille)
    found = client.get(
        reverse("search", args=[academy.camille.mailbox.pk]),
        {"q": "reunion", "ou": "partout"},
        follow=True,
    )
    pane = found.context["pane"]
    keys = [row.key for group in pane.groups for row in group.rows]
    assert len(keys) == 2
    told = client.post(pane.act_url, {"action": "archive", "ligne": keys}, follow=True)
    assert "2 messages archivés." in told.content.decode()
    synced(academy.camille)
    archive = academy.camille.mailbox.folders.get(special_use="archive")
    assert IndexedMessage.objects.filter(folder=archive).count() == 2
    again = client.post(
        pane.act_url, {"action": "archive", "ligne": f"m1.{archive.pk}"}, follow=True
    )
    assert "Ces messages y sont déjà." in again.content.decode()
    back = client.post(told.context["undo"].url, follow=True)
    assert "C’est annulé." in back.content.decode()
    assert places(academy.camille, "Réunion") == {"INBOX": 1, "Projets": 1}
    twice = client.post(told.context["undo"].url, follow=True)
    assert "Il est trop tard pour annuler." in twice.content.decode()


def places(person: Person, subject: str) -> dict[str, int]:
    """How many messages with such a subject lie in which folder, as the server says."""
    synced(person)
    found = IndexedMessage.objects.filter(mailbox=person.mailbox, subject__startswith=subject)
    return dict(Counter(found.values_list("folder__name", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_all_that_was_found_in_the_mailbox_is_archived_and_taken_back(academy: Academy) -> None:
    arrived(academy.camille)
    client = browser_of(academy.camille)
    inbox = academy.camille.mailbox.folders.get(special_use="inbox")
    act_url = reverse("act", args=[academy.camille.mailbox.pk, inbox.pk]) + "?q=reunion&ou=partout"
    told = client.post(act_url, {"action": "archive", "tout": "1"}, follow=True)
    assert "2 messages archivés." in told.content.decode()
    assert places(academy.camille, "Réunion") == {"Archives": 2}
    assert places(academy.camille, "Cœur") == {"INBOX": 1}
    client.post(told.context["undo"].url)
    assert places(academy.camille, "Réunion") == {"INBOX": 1, "Projets": 1}


@pytest.mark.django_db(transaction=True)
def test_what_was_found_in_several_folders_is_much_a_worker_s_and_taken_back_together(
    academy: Academy,
) -> None:
    with program(academy.camille) as imap:
        imap.do("create", "Projets")
        for number in range(acts.AT_ONCE + 1):
            imap.put(message(f"Note {number}"), folder="INBOX" if number % 2 else "Projets")
    synced(academy.camille)
    client = browser_of(academy.camille)
    inbox = academy.camille.mailbox.folders.get(special_use="inbox")
    act_url = reverse("act", args=[academy.camille.mailbox.pk, inbox.pk]) + "?q=note&ou=partout"
    told = client.post(act_url, {"action": "archive", "tout": "1"}, follow=True)
    assert "En cours : 501 messages archivés." in told.content.decode()
    first, _second = Act.objects.order_by("created_at")
    acts.carry_on(first.pk)
    done = places(academy.camille, "Note")["Archives"]
    assert done in {250, 251}
    shown = client.get(act_url.replace("agir/", "")).content.decode()
    assert f"En cours : {done} messages sur 501" in shown
    assert f'max="501" value="{done}"' in shown
    client.post(told.context["undo"].url)
    for act in Act.objects.filter(state=Act.State.WAITING):
        acts.carry_on(act.pk)
    assert places(academy.camille, "Note") == {"INBOX": 250, "Projets": 251}


@pytest.mark.django_db(transaction=True)
def test_what_could_not_be_done_in_one_folder_is_told_and_the_rest_is_taken_back(
    academy: Academy,
) -> None:
    arrived(academy.camille)
    client = browser_of(academy.camille)
    inbox = academy.camille.mailbox.folders.get(special_use="inbox")
    projects = academy.camille.mailbox.folders.get(name="Projets")
    with program(academy.camille) as imap:
        imap.do("delete", "Projets")
    rows = [f"m1.{inbox.pk}", f"m1.{projects.pk}"]
    act_url = reverse("act", args=[academy.camille.mailbox.pk, inbox.pk]) + "?q=reunion&ou=partout"
    told = client.post(act_url, {"action": "archive", "ligne": rows}, follow=True)
    assert "les autres messages, sur 2, n’ont pas changé" in told.content.decode()
    assert told.context["undo"].label == "1 message archivé."
    client.post(told.context["undo"].url)
    assert places(academy.camille, "Réunion") == {"INBOX": 1}


@pytest.mark.django_db(transaction=True)
def test_what_was_found_in_one_folder_is_put_away_and_taken_back(academy: Academy) -> None:
    arrived(academy.camille)
    client = browser_of(academy.camille)
    inbox = academy.camille.mailbox.folders.get(special_use="inbox")
    url = reverse("act", args=[academy.camille.mailbox.pk, inbox.pk]) + "?q=reunion"
    told = client.post(url, {"action": "delete", "tout": "1"}, follow=True)
    assert "1 message mis à la corbeille." in told.content.decode()
    client.post(told.context["undo"].url)
    synced(academy.camille)
    assert IndexedMessage.objects.filter(folder=inbox).count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_message_found_elsewhere_opens_beside_the_results(academy: Academy) -> None:
    arrived(academy.camille)
    client = browser_of(academy.camille)
    found = client.get(
        reverse("search", args=[academy.camille.mailbox.pk]),
        {"q": "projet", "ou": "partout"},
        follow=True,
    )
    (row,) = [row for group in found.context["pane"].groups for row in group.rows]
    opened = client.get(row.url)
    assert opened.context["reading"].subject == "Réunion du projet"
    assert 'value="projet"' in opened.content.decode()
    assert [r.current for g in opened.context["pane"].groups for r in g.rows] == [True]


def found_everywhere(client: Client, person: Person, typed: str) -> tuple[str, dict[str, Row]]:
    """The address of the form around what was found in the whole mailbox, and its rows by subject."""
    url = reverse("search", args=[person.mailbox.pk])
    pane = client.get(url, {"q": typed, "ou": "partout"}, follow=True).context["pane"]
    return pane.act_url, {row.subject: row for group in pane.groups for row in group.rows}


@pytest.mark.django_db(transaction=True)
def test_a_message_of_another_folder_stays_open_while_results_are_put_away(
    academy: Academy,
) -> None:
    arrived(academy.camille)
    client = browser_of(academy.camille)
    act_url, rows = found_everywhere(client, academy.camille, "reunion")
    opened, other = rows["Réunion du projet"], rows["Réunion de rentrée"]
    page = client.get(opened.url).content.decode()
    key = opened.key.removeprefix("m")
    assert page.count(f'name="ouvert" value="{key}"') == 2
    form = {"action": "archive", "ligne": other.key, "ouvert": key}
    assert client.post(act_url, form).headers["Location"] == opened.url
    starred = client.post(act_url, {"seul": f"star {opened.key}", "ouvert": key})
    assert starred.headers["Location"] == opened.url
    left = client.post(act_url, {"action": "archive", "ligne": opened.key, "ouvert": key})
    assert left.headers["Location"] == act_url.replace("agir/", "")


@pytest.mark.django_db(transaction=True)
def test_the_results_stay_beside_what_is_done_to_a_message_of_another_folder(
    academy: Academy,
) -> None:
    arrived(academy.camille)
    client = browser_of(academy.camille)
    act_url, rows = found_everywhere(client, academy.camille, "reunion")
    opened = rows["Réunion du projet"]
    page = client.get(opened.url)
    form = {"uid": page.context["reading"].uid, "ouvert": page.context["conversation"].key}
    starred = client.post(page.context["act_url"], form | {"action": "star"})
    assert starred.headers["Location"] == opened.url
    done = client.post(page.context["act_url"], form | {"action": "archive"})
    assert done.headers["Location"] == act_url.replace("agir/", "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("odd", ["abc", "1", "1.", "0.1", "1.x", "9" * 30])
def test_an_odd_name_of_the_open_message_changes_nothing(academy: Academy, odd: str) -> None:
    arrived(academy.camille)
    client = browser_of(academy.camille)
    act_url, rows = found_everywhere(client, academy.camille, "reunion")
    (key, *_others) = [row.key for row in rows.values()]
    form = {"action": "archive", "ligne": key, "ouvert": odd}
    assert client.post(act_url, form).status_code == 404
    assert places(academy.camille, "Réunion") == {"INBOX": 1, "Projets": 1}
