"""Working together in a shared mailbox: where the work stands, who sees to it, notes, and who else answers."""

import re
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from audit.parties import NOWHERE
from mailboxes.delegating import granting
from mailboxes.models import Delegation, Mailbox, Right
from tests.mailboxes.delegating import granted, with_responsable
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.conversations.test_attached import content_of
from tests.webmail.sync.indexing import message as raw_message
from tests.webmail.test_first_mail import browser_of, filled
from webmail import drafts, imap, sync
from webmail.lists.panes import Row
from webmail.models import (
    Act,
    Assignment,
    Draft,
    Folder,
    IndexedMessage,
    MessageReference,
    OutgoingMessage,
    TeamNote,
    TeamNotice,
)
from webmail.sync.checking import inconsistencies
from webmail.sync.facts import packed, unpacked
from webmail.team.notes import named_in
from webmail.team.people import Member, Team

pytestmark = pytest.mark.django_db(transaction=True)

TODO, DOING, DONE = "pli-a-traiter", "pli-en-cours", "pli-traite"


@pytest.fixture
def office(academy: Academy) -> Mailbox:
    """Nadia answers for it, Camille writes in its name; « un », « deux » and an answer to « deux » came."""
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.SEND)
    with server(academy) as mail:
        mail.append("INBOX", raw_message("un", own="un@x"), [])
        mail.append("INBOX", raw_message("deux", own="deux@x"), [])
        mail.append("INBOX", raw_message("Re: deux", own="suite@x", answers=["deux@x"]), [])
    listed(academy.nadia, office)
    return office


def server(academy: Academy) -> imap.OpenSession:
    return imap.session(academy.office_address, academy.office_address)


def inbox(office: Mailbox) -> Folder:
    return Folder.objects.get(mailbox=office, special_use="inbox")


def listed(person: Person, office: Mailbox, query: str = "") -> dict[str, Row]:
    """What the list shows, by subject."""
    cache.clear()
    client = browser_of(person)
    home = client.get(reverse("mailbox", args=[office.pk])).headers["Location"]
    groups = client.get(f"{home}{query}").context["pane"].groups
    return {row.subject.removeprefix("Re: "): row for group in groups for row in group.rows}


def do(person: Person, office: Mailbox, action: str, **fields: str) -> str:
    url = reverse("act", args=[office.pk, inbox(office).pk]) + fields.pop("query", "")
    page = browser_of(person).post(url, {"action": action, **fields}, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def keywords(academy: Academy) -> list[set[str]]:
    """Of the messages on the server, in order."""
    with server(academy) as mail:
        mail.select("INBOX")
        rows = mail.flag_rows(mail.all_uids())
        return [{it for it in row.keywords if "pli-" in it} for row in rows]


def opened(person: Person, office: Mailbox, subject: str) -> tuple[Client, str]:
    return browser_of(person), listed(person, office)[subject].url


def note(person: Person, office: Mailbox, subject: str, text: str, **more: str) -> str:
    client, url = opened(person, office, subject)
    pane = client.get(url).context["conversation"].team
    page = client.post(pane.note_url, {"texte": text, "retour": url, **more}, follow=True)
    return page.content.decode()


# --- states ------------------------------------------------------------------------------------------


def test_a_state_stands_on_all_messages_of_the_conversation_and_replaces_the_one_before(
    academy: Academy, office: Mailbox
) -> None:
    row = listed(academy.camille, office)["deux"]
    assert "2 messages à traiter." in do(academy.camille, office, "todo", ligne=row.key)
    assert keywords(academy) == [set(), {TODO}, {TODO}]
    do(academy.camille, office, "handled", ligne=row.key)
    assert keywords(academy) == [set(), {DONE}, {DONE}]
    shown = listed(academy.nadia, office)
    assert shown["deux"].state
    assert shown["deux"].state.label == "Traité"
    assert shown["un"].state is None


def test_a_state_that_is_taken_back_gives_the_one_before_again(
    academy: Academy, office: Mailbox
) -> None:
    row = listed(academy.camille, office)["deux"]
    do(academy.camille, office, "todo", ligne=row.key)
    do(academy.camille, office, "doing", ligne=row.key)
    first = Act.objects.filter(name="doing").latest("created_at")
    browser_of(academy.camille).post(reverse("take_back", args=[office.pk, first.pk]))
    assert keywords(academy) == [set(), {TODO}, {TODO}]
    assert listed(academy.camille, office)["deux"].state.label == "À traiter"  # type: ignore[union-attr]


def test_a_state_is_taken_off(academy: Academy, office: Mailbox) -> None:
    row = listed(academy.camille, office)["un"]
    do(academy.camille, office, "doing", ligne=row.key)
    do(academy.camille, office, "no-state", ligne=row.key)
    assert keywords(academy) == [set(), set(), set()]


def test_a_state_that_another_program_sets_is_shown(academy: Academy, office: Mailbox) -> None:
    with server(academy) as mail:
        mail.select("INBOX", readonly=False)
        mail.add_flags([1], [DOING])
    assert listed(academy.camille, office)["un"].state.label == "En cours"  # type: ignore[union-attr]


def test_what_the_list_shows_by_state_can_be_acted_on_as_a_whole(
    academy: Academy, office: Mailbox
) -> None:
    row = listed(academy.camille, office)["deux"]
    do(academy.camille, office, "todo", ligne=row.key)
    assert set(listed(academy.camille, office, "?etat=a-traiter")) == {"deux"}
    do(academy.camille, office, "handled", tout="1", query="?etat=a-traiter")
    assert keywords(academy) == [set(), {DONE}, {DONE}]
    assert listed(academy.camille, office, "?etat=a-traiter") == {}
    counted = browser_of(academy.camille).get(reverse("mailbox", args=[office.pk]), follow=True)
    states = counted.context["pane"].team.states
    assert [(it.label, it.count) for it in states] == [
        ("À traiter", 0), ("En cours", 0), ("Traité", 1)
    ]  # fmt: skip


def test_a_personal_mailbox_has_no_states_until_it_is_shared(academy: Academy) -> None:
    own = academy.camille.mailbox
    with imap.session(academy.camille.address, academy.camille.address) as mail:
        mail.append("INBOX", raw_message("à moi", own="moi@x"), [])
    client = browser_of(academy.camille)
    page = client.get(reverse("mailbox", args=[own.pk]), follow=True)
    assert page.context["pane"].team is None
    assert "css/team." not in page.content.decode()
    url = reverse("act", args=[own.pk, inbox(own).pk])
    for action in ("todo", "no-state", f"assign {academy.camille.user.pk}", "assign 0"):
        assert client.post(url, {"action": action, "uid": 1}).status_code == 404
    granted(academy.camille, own, academy.bastien, Right.WRITE)
    page = client.get(reverse("mailbox", args=[own.pk]), follow=True)
    assert "css/team." in page.content.decode()
    members = {member.id for member in page.context["team"].assignable}
    assert members == {academy.camille.user.pk, academy.bastien.user.pk}


def test_a_page_of_a_shared_mailbox_costs_two_queries_more(
    academy: Academy, office: Mailbox
) -> None:
    def queries(person: Person, mailbox: Mailbox) -> int:
        client = browser_of(person)
        url = client.get(reverse("mailbox", args=[mailbox.pk])).headers["Location"]
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    own = academy.camille.mailbox
    with imap.session(academy.camille.address, academy.camille.address) as mail:
        mail.append("INBOX", raw_message("à moi", own="moi@x"), [])
    do(academy.camille, office, f"assign {academy.camille.user.pk}", uid="1")
    # And as before: the name and the preferences of somebody who is not the owner.
    assert queries(academy.camille, office) <= queries(academy.camille, own) + 2 + 2


# --- who sees to it ----------------------------------------------------------------------------------


def test_one_takes_a_conversation_in_one_click(academy: Academy, office: Mailbox) -> None:
    client, url = opened(academy.camille, office, "deux")
    pane = client.get(url).context["conversation"]
    assert pane.team.assigned is None
    me = academy.camille.user.pk
    assert f'value="assign {me}"' in client.get(url).content.decode()
    field, value = pane.picked
    do(academy.camille, office, f"assign {me}", **{field: value})
    assert listed(academy.nadia, office)["deux"].assigned.member.initials == "CL"  # type: ignore[union-attr]
    assert "Attribuée à moi" in client.get(url).content.decode()
    assert TeamNotice.objects.count() == 0  # nobody is told what they did themselves


def test_a_colleague_is_told_in_pli_until_they_have_looked(
    academy: Academy, office: Mailbox
) -> None:
    row = listed(academy.nadia, office)["deux"]
    page = do(academy.nadia, office, f"assign {academy.camille.user.pk}", ligne=row.key)
    assert "1 conversation attribuée à Camille Lefèvre." in page
    client = browser_of(academy.camille)
    home = client.get("/", follow=True)
    assert home.context["calls_count"] == 1
    assert "Pour moi" in home.content.decode()
    called = client.get(reverse("called"))
    (call,) = called.context["calls"]
    assert (call.sentence, call.is_new) == ("Nadia Benali vous l’a attribuée", True)
    assert client.get(call.url).status_code == 200
    assert client.get("/", follow=True).context["calls_count"] == 0
    entry = Entry.objects.get(event="conversation_assigned")
    assert "deux" not in entry.reason


def test_who_lost_the_mailbox_is_called_to_nothing_there(academy: Academy, office: Mailbox) -> None:
    do(academy.nadia, office, f"assign {academy.camille.user.pk}", uid="1")
    delegation = Delegation.objects.get(person=academy.camille.user)
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    client = browser_of(academy.camille)
    assert client.get("/", follow=True).context["calls_count"] == 0
    assert client.get(reverse("called")).context["calls"] == []


def test_who_may_only_read_is_given_nothing(academy: Academy, office: Mailbox) -> None:
    granted(academy.nadia, office, academy.bastien, Right.READ)
    url = reverse("act", args=[office.pk, inbox(office).pk])
    for person in (academy.bastien.user.pk, academy.bastien.user.pk + 1000):
        data = {"action": f"assign {person}", "uid": 1}
        assert browser_of(academy.nadia).post(url, data).status_code == 404
    assert Assignment.objects.count() == 0


def test_who_lost_the_right_loses_the_conversation_visibly(
    academy: Academy, office: Mailbox
) -> None:
    do(academy.nadia, office, f"assign {academy.camille.user.pk}", uid="1")
    assert set(listed(academy.nadia, office, "?attribue=personne")) == {"deux"}
    delegation = Delegation.objects.get(person=academy.camille.user)
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    client, url = opened(academy.nadia, office, "un")
    assert "(n’a plus accès)" in client.get(url).content.decode()
    assert set(listed(academy.nadia, office, "?attribue=personne")) == {"un", "deux"}
    assert browser_of(academy.camille).get(reverse("called")).context["given"] == []


def test_what_was_assigned_goes_back_to_whoever_had_it(academy: Academy, office: Mailbox) -> None:
    camille, nadia = academy.camille.user.pk, academy.nadia.user.pk
    shown = listed(academy.nadia, office)
    do(academy.nadia, office, f"assign {camille}", ligne=shown["deux"].key)
    client = browser_of(academy.nadia)
    url = reverse("act", args=[office.pk, inbox(office).pk])
    both = {"action": f"assign {nadia}", "ligne": [row.key for row in shown.values()]}
    offer = client.post(url, both, follow=True).context["undo"]
    assert offer.label == "2 conversations attribuées à Nadia Benali."
    # What a colleague took meanwhile stays theirs.
    do(academy.camille, office, f"assign {camille}", ligne=shown["un"].key)
    page = client.post(offer.url, follow=True)
    assert "C’est annulé." in page.content.decode()
    assert page.context["undo"] is None
    assert {row.subject: row.assigned and row.assigned.member.id for row in listed(
        academy.nadia, office).values()} == {"un": camille, "Re: deux": camille}  # fmt: skip
    assert "trop tard" in client.post(offer.url, follow=True).content.decode()


def test_what_is_taken_back_goes_to_nobody_who_lost_the_mailbox(
    academy: Academy, office: Mailbox
) -> None:
    do(academy.nadia, office, f"assign {academy.camille.user.pk}", uid="1")
    client = browser_of(academy.nadia)
    url = reverse("act", args=[office.pk, inbox(office).pk])
    offer = client.post(url, {"action": "assign 0", "uid": "1"}, follow=True).context["undo"]
    delegation = Delegation.objects.get(person=academy.camille.user)
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    assert browser_of(academy.camille).post(offer.url).status_code == 404
    assert "trop tard" in browser_of(academy.nadia).post(
        offer.url.replace(f"/{office.pk}/", f"/{academy.nadia.mailbox.pk}/"), follow=True
    ).content.decode()  # fmt: skip
    client.post(offer.url)
    assert not Assignment.objects.exists()
    assert not TeamNotice.objects.exists()


def test_what_was_indexed_before_messages_without_message_id_had_names_gets_them(
    academy: Academy, office: Mailbox
) -> None:
    with server(academy) as mail:
        mail.append("INBOX", raw_message("Numérisation"), [])
    listed(academy.camille, office)
    rows = IndexedMessage.objects.filter(mailbox=office, message_id="")
    named = unpacked(rows.get().identifiers)
    rows.update(identifiers=packed([0]))
    MessageReference.objects.filter(mailbox=office, identifier=named[0]).delete()
    migration = import_module("webmail.migrations.0132_anchors_and_handovers")
    migration.name_the_nameless(apps, None)
    assert unpacked(rows.get().identifiers) == named
    with server(academy) as mail:
        assert inconsistencies(mail, office) == []


def test_a_message_without_message_id_keeps_its_assignee_and_notes_wherever_it_goes(
    academy: Academy, office: Mailbox
) -> None:
    with server(academy) as mail:
        mail.append("INBOX", raw_message("Numérisation", sender="copieur@ac-normandie.fr"), [])
    key = listed(academy.camille, office)["Numérisation"].key
    do(academy.nadia, office, f"assign {academy.camille.user.pk}", ligne=key)
    assert "À classer" in note(academy.camille, office, "Numérisation", "À classer")
    with server(academy) as mail:
        mail.select("INBOX", readonly=False)
        mail.move([4], "Archives")
    sync.throw_away(office)
    listed(academy.camille, office)
    (call,) = browser_of(academy.camille).get(reverse("called")).context["given"]
    page = browser_of(academy.camille).get(call.url).content.decode()
    assert "Attribuée à moi" in page
    assert "À classer" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?attribue=moi", {"un"}),
        ("?attribue=personne", {"deux"}),
        ("?vue=messages&attribue=moi", {"un"}),
        ("?q=attribue:moi", {"un"}),
        ("?q=assigned:nobody", {"deux"}),
        ("?q=attribué:lefevre", {"un"}),
        ("?q=-attribué:lefevre", {"deux"}),
        ("?q=attribue:inconnu", set()),
        ("?q=etat:en-cours", {"un"}),
        ("?q=state:doing&ou=partout", {"un"}),
        ("?q=-état:en-cours", {"deux"}),
        ("?q=etat:traité", set()),
    ],
)
def test_a_list_is_narrowed_by_state_and_by_person(
    academy: Academy, office: Mailbox, query: str, shown: set[str]
) -> None:
    do(academy.nadia, office, f"assign {academy.camille.user.pk}", uid="1")
    do(academy.nadia, office, "doing", uid="1")
    assert set(listed(academy.camille, office, query)) == shown


@pytest.mark.parametrize("query", ["?etat=autre", "?attribue=x", "?attribue=-1"])
def test_an_odd_filter_is_a_missing_page(academy: Academy, office: Mailbox, query: str) -> None:
    url = reverse("folder", args=[office.pk, inbox(office).pk])
    assert browser_of(academy.camille).get(url + query).status_code == 404


# --- notes -------------------------------------------------------------------------------------------


def test_a_note_stands_in_the_conversation_and_in_no_message(
    academy: Academy, office: Mailbox
) -> None:
    page = note(academy.camille, office, "deux", "Rappeler <la mairie>\nlundi")
    assert "Rappeler &lt;la mairie&gt;\nlundi" in page
    client, url = opened(academy.nadia, office, "deux")
    read = client.get(url)
    assert "Rappeler" in read.content.decode()
    reading = read.context["reading"]
    leaves = [
        reading.print_url, reading.source_url, reading.download_url, reading.reply_url,
        reading.forward_url, reading.headers_url,
    ]  # fmt: skip
    for leaving in leaves:
        answer = client.get(leaving)
        assert b"Rappeler" not in content_of(answer), leaving
    assert not Entry.objects.filter(reason__contains="Rappeler").exists()


def test_a_mention_calls_a_colleague_once(academy: Academy, office: Mailbox) -> None:
    text = "@camille lefèvre peux-tu répondre ? @Bastien D’Aubigny n’est pas de l’équipe."
    note(academy.nadia, office, "un", text, mention=str(academy.camille.user.pk))
    (call,) = browser_of(academy.camille).get(reverse("called")).context["calls"]
    assert call.sentence == "Nadia Benali vous mentionne dans une note"
    assert TeamNotice.objects.count() == 1


def test_a_colleague_is_called_from_a_list_without_writing_their_name(
    academy: Academy, office: Mailbox
) -> None:
    note(academy.nadia, office, "un", "À voir", mention=str(academy.camille.user.pk))
    assert browser_of(academy.camille).get("/", follow=True).context["calls_count"] == 1


def test_all_that_one_is_called_to_can_be_marked_as_seen(academy: Academy, office: Mailbox) -> None:
    note(academy.nadia, office, "un", "@Camille Lefèvre")
    client = browser_of(academy.camille)
    client.post(reverse("called"))
    assert client.get("/", follow=True).context["calls_count"] == 0


def test_of_two_names_that_begin_alike_the_longer_is_meant() -> None:
    def member(number: int, name: str) -> Member:
        return Member(number, name, "", 1, Right.READ)

    team = Team((member(1, "Anne Roy"), member(2, "Anne Royer"), member(3, "Jo")), 9)
    assert [it.id for it in named_in("@Anne Royer et @jo, mais pas anne roy", team)] == [2, 3]


def test_ones_own_note_is_changed_and_taken_away_for_an_hour(
    academy: Academy, office: Mailbox
) -> None:
    note(academy.camille, office, "un", "Première version")
    written = TeamNote.objects.get()
    url = reverse("change_note", args=[office.pk, written.pk])
    client = browser_of(academy.camille)
    assert client.post(url, {"texte": "Seconde version"}).status_code == 302
    written.refresh_from_db()
    assert written.text == "Seconde version"
    assert browser_of(academy.nadia).post(url, {"texte": "Autre"}).status_code == 404
    TeamNote.objects.update(written_at=timezone.now() - timedelta(hours=2))
    assert client.post(url, {"supprimer": "1"}).status_code == 404
    TeamNote.objects.update(written_at=timezone.now())
    client.post(url, {"supprimer": "1"})
    assert not TeamNote.objects.exists()


def test_notes_of_a_conversation_are_fetched_by_whoever_may_read_it(
    academy: Academy, office: Mailbox
) -> None:
    note(academy.camille, office, "un", "Pour <mémoire>")
    client, url = opened(academy.nadia, office, "un")
    fetched = client.get(client.get(url).context["conversation"].team.notes_url)
    assert "Pour &lt;mémoire&gt;" in fetched.content.decode()
    address = fetched.request["PATH_INFO"]
    assert browser_of(academy.bastien).get(address).status_code == 404
    own = address.replace(f"/{office.pk}/", f"/{academy.nadia.mailbox.pk}/")
    assert client.get(own).status_code == 404


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
def test_an_odd_note_is_refused_in_words(academy: Academy, office: Mailbox, text: str) -> None:
    assert "rien n’a été changé" in note(academy.camille, office, "un", text)
    assert not TeamNote.objects.exists()


def test_who_may_only_read_sees_notes_and_writes_none(academy: Academy, office: Mailbox) -> None:
    note(academy.camille, office, "un", "Pour mémoire")
    granted(academy.nadia, office, academy.bastien, Right.READ)
    client, url = opened(academy.bastien, office, "un")
    page = client.get(url)
    assert "Pour mémoire" in page.content.decode()
    assert page.context["conversation"].team.note_url == ""
    posted = client.post(reverse("write_note", args=[office.pk, inbox(office).pk, 1]))
    assert posted.status_code == 404


def test_what_the_team_keeps_survives_the_loss_of_the_index(
    academy: Academy, office: Mailbox
) -> None:
    key = listed(academy.camille, office)["deux"].key
    do(academy.camille, office, "doing", ligne=key)
    do(academy.nadia, office, f"assign {academy.camille.user.pk}", ligne=key)
    note(academy.camille, office, "deux", "Toujours là")
    sync.throw_away(office)
    with server(academy) as mail:
        # In another order, so that numbers differ.
        mail.append("INBOX", raw_message("trois", own="trois@x"), [])
    shown = listed(academy.camille, office)
    row = shown["deux"]
    assert row.assigned
    assert row.assigned.is_me
    assert row.state
    assert row.state.label == "En cours"
    assert (shown["un"].assigned, shown["trois"].assigned) == (None, None)
    client, url = opened(academy.camille, office, "deux")
    assert "Toujours là" in client.get(url).content.decode()
    assert browser_of(academy.camille).get(reverse("called")).context["given"][0].url


# --- who else answers --------------------------------------------------------------------------------


def answer_of(person: Person, office: Mailbox) -> tuple[Client, str]:
    """The composer of an answer to « un »."""
    client, url = opened(person, office, "un")
    return client, client.get(url).context["reading"].reply_url


def listed_without_redis(client: Client, office: Mailbox) -> list[Row]:
    groups = (
        client.get(reverse("folder", args=[office.pk, inbox(office).pk])).context["pane"].groups
    )
    return [row for group in groups for row in group.rows]


def begun(person: Person, office: Mailbox) -> Draft:
    beginning = drafts.Beginning("reply", "un@x")
    written = drafts.Written(text="Bonjour")
    return drafts.save(
        office, person.user, uuid4(), written, expected=0, page=uuid4(), beginning=beginning
    )


def test_the_composer_says_that_a_colleague_writes_the_same_answer(
    academy: Academy, office: Mailbox
) -> None:
    begun(academy.nadia, office)
    client, url = answer_of(academy.camille, office)
    words = "Nadia Benali est en train de répondre à ce message."
    assert words in client.get(url).content.decode()
    Draft.objects.update(changed_at=timezone.now() - timedelta(hours=1))
    assert words not in client.get(url).content.decode()


def test_a_second_answer_is_asked_about_once(academy: Academy, office: Mailbox) -> None:
    client, url = answer_of(academy.camille, office)
    form = client.get(url).context["form"]
    begun(academy.nadia, office)
    data = filled(form, to=academy.bastien.address, body="D’accord.")
    asked = client.post(url, data)
    assert [it.code for it in asked.context["questions"]] == ["collegue"]
    assert OutgoingMessage.objects.count() == 0
    again = filled(asked.context["form"]) | {"confirme": "collegue"}
    client.post(url, again)
    assert OutgoingMessage.objects.count() == 1


def test_who_began_before_a_colleague_answered_is_told_before_sending(
    academy: Academy, office: Mailbox
) -> None:
    client, url = answer_of(academy.camille, office)
    form = client.get(url).context["form"]
    first = client.post(url, filled(form, to=academy.bastien.address, body="x", action="draft"))
    assert first.status_code == 302
    resumed = reverse("draft", args=[office.pk, Draft.objects.get().pk])
    other, other_url = answer_of(academy.nadia, office)
    other_form = other.get(other_url).context["form"]
    sent = other.post(other_url, filled(other_form, to=academy.bastien.address, body="y"))
    confirmed = filled(sent.context["form"]) | {"confirme": "collegue"}
    other.post(other_url, confirmed)
    asked = client.post(resumed, filled(client.get(resumed).context["form"]))
    assert [it.text for it in asked.context["questions"]] == [
        "Nadia Benali a déjà répondu à ce message."
    ]


def test_an_answer_that_left_from_a_mail_program_counts_too(
    academy: Academy, office: Mailbox
) -> None:
    client, url = answer_of(academy.camille, office)
    form = client.get(url).context["form"]
    client.post(url, filled(form, to=academy.bastien.address, body="x", action="draft"))
    with server(academy) as mail:
        mail.append("Envoyés", raw_message("Re: un", own="z@x", answers=["un@x"]), [])
    listed(academy.camille, office)
    with server(academy) as mail:
        sync.sync(mail, office)
    resumed = reverse("draft", args=[office.pk, Draft.objects.get().pk])
    asked = client.post(resumed, filled(client.get(resumed).context["form"]))
    assert [it.code for it in asked.context["questions"]] == ["reponse"]


def test_colleagues_are_seen_at_a_conversation_and_go(academy: Academy, office: Mailbox) -> None:
    client, url = opened(academy.camille, office, "un")
    team = client.get(url).context["conversation"].team
    reader = browser_of(academy.nadia)
    assert (
        reader.get(team.presence_url).json()["label"] == "Camille Lefèvre lit cette conversation."
    )
    client.get(client.get(url).context["reading"].reply_url)
    told = reader.get(team.presence_url).json()
    assert told == {"label": "Camille Lefèvre est en train de répondre.", "writing": True}
    assert client.get(team.presence_url).json()["label"] == ""  # oneself is no news
    for doing in ("ecrit", "lit"):
        client.post(team.presence_url, {"fait": doing, "parti": "1"})
    assert reader.get(team.presence_url).json() == {"label": "", "writing": False}


def test_without_redis_nobody_is_seen_and_a_second_answer_is_still_noticed(
    academy: Academy, office: Mailbox
) -> None:
    client, url = answer_of(academy.camille, office)
    begun(academy.nadia, office)
    cache.clear()
    with RUN.without("redis"):
        assert "Nadia Benali est en train de répondre" in client.get(url).content.decode()
        (place,) = {row.url for row in listed_without_redis(client, office) if row.subject == "un"}
        assert client.get(place).context["conversation"].team.here.label == ""


def test_who_may_not_send_cannot_pretend_to_write(academy: Academy, office: Mailbox) -> None:
    granted(academy.nadia, office, academy.bastien, Right.WRITE)
    url = reverse("presence", args=[office.pk, 1])
    client = browser_of(academy.bastien)
    assert client.post(url, {"fait": "ecrit"}).status_code == 404
    assert client.post(url, {"fait": "lit"}).status_code == 200


def test_every_label_of_a_state_stands_in_the_page(academy: Academy, office: Mailbox) -> None:
    client, url = opened(academy.camille, office, "un")
    page = client.get(url).content.decode()
    actions = set(re.findall(r'name="action" value="(todo|doing|handled|no-state)"', page))
    assert actions == {"todo", "doing", "handled", "no-state"}
