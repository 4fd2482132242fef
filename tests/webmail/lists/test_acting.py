"""Acting on messages and taking it back, on a real server; the list follows at once."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mailboxes.models import Right
from tests.mailboxes.delegating import lent
from tests.people import Academy, Person
from tests.servers import RUN
from tests.webmail.sync.indexing import message as raw_message
from tests.webmail.sync.indexing import program, synced
from tests.webmail.test_first_mail import browser_of, inbox_url
from webmail import sync
from webmail.acting import actions, acts
from webmail.acting.acts import Part
from webmail.imap import UidSet, session
from webmail.lists import labels
from webmail.lists.panes import Row
from webmail.models import Act, Folder, IndexedMessage
from webmail.sync.checking import inconsistencies

pytestmark = pytest.mark.django_db(transaction=True)

State = Act.State
MANY = acts.AT_ONCE + 1


def deliver(person: Person, *subjects: str, answers: str = "") -> None:
    with program(person) as imap:
        for subject in subjects:
            own = f"{subject}@example".replace(" ", "")
            imap.put(raw_message(subject, own=own, answers=[answers] if answers else []))


def opened(person: Person) -> tuple[Client, str]:
    """A browser that has seen the INBOX once, and its address."""
    client = browser_of(person)
    url = inbox_url(client, person)
    client.get(url)
    cache.clear()
    return client, url


def rows(client: Client, url: str) -> dict[str, Row]:
    """What the list shows, by subject."""
    groups = client.get(url).context["pane"].groups
    return {row.subject: row for group in groups for row in group.rows}


def folder(person: Person, use: str) -> Folder:
    return Folder.objects.get(mailbox=person.mailbox, special_use=use)


def on_server(person: Person, name: str) -> int:
    with session(person.address, person.address) as mail:
        return mail.select(name).exists


def act(client: Client, url: str, action: str, *keys: str, **more: str) -> str:
    """The page one is led to."""
    answer = client.post(f"{url}agir/", {"action": action, "ligne": keys, **more}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def assert_index_says_what_the_server_says(person: Person) -> None:
    with session(person.address, person.address) as mail:
        sync.sync(mail, person.mailbox, seconds=5)
        assert inconsistencies(mail, person.mailbox) == []


@pytest.mark.parametrize(
    ("action", "target"),
    [("archive", "Archives"), ("delete", "Corbeille"), ("junk", "Indésirables")],
)
def test_several_rows_are_put_away_at_once_and_come_back(
    academy: Academy, action: str, target: str
) -> None:
    deliver(academy.camille, "un", "deux", "trois")
    client, url = opened(academy.camille)
    keys = [row.key for subject, row in rows(client, url).items() if subject != "un"]
    page = act(client, url, action, *keys)
    assert "2 messages" in page
    assert set(rows(client, url)) == {"un"}
    assert (on_server(academy.camille, "INBOX"), on_server(academy.camille, target)) == (1, 2)
    undo = client.get(url).context["undo"]
    told = client.post(undo.url, {"next": url}, follow=True).content.decode()
    assert "C’est annulé." in told
    assert set(rows(client, url)) == {"un", "deux", "trois"}
    assert on_server(academy.camille, target) == 0
    assert_index_says_what_the_server_says(academy.camille)


@pytest.mark.parametrize("action", ["star", "unread", "archive", "delete"])
def test_fifty_messages_take_three_round_trips_at_most(academy: Academy, action: str) -> None:
    camille = academy.camille
    deliver(camille, *(f"Sujet {number}" for number in range(50)))
    client, url = opened(camille)
    keys = [row.key for row in rows(client, url).values()]
    assert len(keys) == 50
    before = round_trips(camille)
    client.post(f"{url}agir/", {"action": action, "ligne": keys})
    assert round_trips(camille) - before <= 3
    assert_index_says_what_the_server_says(camille)


def round_trips(person: Person) -> int:
    """On the one connection that waits for this person's requests."""
    with session(person.address, person.address) as mail:
        return mail.round_trips


def test_a_conversation_s_row_acts_on_all_its_messages_here(academy: Academy) -> None:
    deliver(academy.camille, "Sortie")
    deliver(academy.camille, "Re: Sortie", answers="Sortie@example")
    client, url = opened(academy.camille)
    (row,) = rows(client, url).values()
    assert row.count == 2
    act(client, url, "archive", row.key)
    assert on_server(academy.camille, "Archives") == 2


def test_single_messages_can_be_acted_on_one_by_one(academy: Academy) -> None:
    deliver(academy.camille, "Sortie")
    deliver(academy.camille, "Re: Sortie", answers="Sortie@example")
    client, url = opened(academy.camille)
    single = rows(client, f"{url}?vue=messages")
    assert set(single) == {"Sortie", "Re: Sortie"}
    act(client, url, "archive", single["Sortie"].key)
    assert on_server(academy.camille, "Archives") == 1


def test_taking_back_gives_only_those_flags_back_that_changed(academy: Academy) -> None:
    deliver(academy.camille, "lu", "nouveau")
    client, url = opened(academy.camille)
    act(client, url, "read", rows(client, url)["lu"].key)
    act(client, url, "read", *[row.key for row in rows(client, url).values()])
    client.post(client.get(url).context["undo"].url)
    assert {subject: row.unread for subject, row in rows(client, url).items()} == {
        "lu": False,
        "nouveau": True,
    }


def test_the_star_of_a_row_is_a_button_of_its_own(academy: Academy) -> None:
    deliver(academy.camille, "un", "deux")
    client, url = opened(academy.camille)
    key = rows(client, url)["un"].key
    client.post(f"{url}agir/", {"seul": f"star {key}", "ligne": rows(client, url)["deux"].key})
    assert {subject: row.starred for subject, row in rows(client, url).items()} == {
        "un": True,
        "deux": False,
    }
    client.post(f"{url}agir/", {"seul": f"unstar {key}"})
    assert not rows(client, url)["un"].starred


def test_a_label_is_a_keyword_that_other_programs_see(academy: Academy) -> None:
    deliver(academy.camille, "un", "deux")
    label = labels.create(academy.camille.mailbox, "À traiter", "3")
    client, url = opened(academy.camille)
    act(client, url, f"label {label.pk}", rows(client, url)["un"].key)
    assert [tag.name for tag in rows(client, url)["un"].labels] == ["À traiter"]
    assert set(rows(client, f"{url}?etiquette={label.pk}")) == {"un"}
    with program(academy.camille) as imap:
        imap.select()
        assert imap.uid("SEARCH", "KEYWORD", label.keyword) == [b"1"]
    act(client, url, "unlabel", rows(client, url)["un"].key, etiquette=str(label.pk))
    assert rows(client, url)["un"].labels == []


def test_rows_move_to_any_folder(academy: Academy) -> None:
    deliver(academy.camille, "un")
    with session(academy.camille.address, academy.camille.address) as mail:
        mail.create_folder("Conseils")
    client, url = opened(academy.camille)
    target = Folder.objects.get(mailbox=academy.camille.mailbox, name="Conseils")
    page = act(client, url, f"move {target.pk}", rows(client, url)["un"].key)
    assert "1 message déplacé vers «\u00a0Conseils\u00a0»." in page
    assert on_server(academy.camille, "Conseils") == 1


def deliver_many(person: Person) -> None:
    """One more than a worker does at a time."""
    with program(person) as imap:
        for number in range(MANY):
            imap.put(raw_message(f"n{number}"))
    synced(person)


def test_all_that_matches_is_done_by_a_worker_and_can_be_stopped(academy: Academy) -> None:
    deliver_many(academy.camille)
    client, url = opened(academy.camille)
    page = act(client, url, "archive", tout="1")
    assert "En cours" in page
    assert on_server(academy.camille, "INBOX") == MANY
    (waiting,) = Act.objects.all()
    acts.carry_on(waiting.pk, seconds=0)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done) == (State.WAITING, MANY - 1)
    assert on_server(academy.camille, "INBOX") == 1
    assert "500 messages sur 501" in client.get(url).content.decode()
    client.post(client.get(url).context["undo"].url)
    acts.carry_on(waiting.pk)
    assert on_server(academy.camille, "INBOX") == MANY
    assert_index_says_what_the_server_says(academy.camille)


def test_a_worker_goes_on_until_all_is_done(academy: Academy) -> None:
    deliver_many(academy.camille)
    client, url = opened(academy.camille)
    act(client, url, "read", tout="1")
    (waiting,) = Act.objects.all()
    acts.carry_on(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.done) == (State.DONE, MANY)
    assert not any(row.unread for row in rows(client, url).values())


def test_all_that_matches_means_the_filter_and_nothing_else(academy: Academy) -> None:
    deliver(academy.camille, "suivi", "autre")
    client, url = opened(academy.camille)
    client.post(f"{url}agir/", {"seul": f"star {rows(client, url)['suivi'].key}"})
    client.post(f"{url}agir/?filtre=suivis", {"action": "archive", "tout": "1"})
    assert set(rows(client, url)) == {"autre"}


def test_what_goes_for_good_waits_a_moment_to_be_taken_back(academy: Academy) -> None:
    deliver(academy.camille, "un", "deux")
    client, url = opened(academy.camille)
    act(client, url, "delete", *[row.key for row in rows(client, url).values()])
    trash = reverse(
        "folder", args=[academy.camille.mailbox.pk, folder(academy.camille, "trash").pk]
    )
    shown = rows(client, trash)
    act(client, trash, "erase", shown["un"].key)
    (held,) = Act.objects.filter(kind=Act.Kind.ERASE)
    acts.carry_on(held.pk)  # too early: nothing happens
    assert on_server(academy.camille, "Corbeille") == 2
    client.post(client.get(trash).context["undo"].url)
    Act.objects.update(due_at=timezone.now())
    acts.carry_on(held.pk)
    assert on_server(academy.camille, "Corbeille") == 2
    act(client, trash, "erase", shown["un"].key)
    Act.objects.filter(state=State.WAITING).update(due_at=timezone.now())
    acts.sweep()
    acts.carry_on(Act.objects.get(state=State.WAITING).pk)
    assert set(rows(client, trash)) == {"deux"}


def test_while_the_server_is_away_nothing_changes_and_one_is_told(academy: Academy) -> None:
    deliver(academy.camille, "un")
    client, url = opened(academy.camille)
    key = rows(client, url)["un"].key
    with RUN.without("dovecot"):
        answer = client.post(f"{url}agir/", {"action": "archive", "ligne": key})
        assert answer.status_code == 503
        assert set(rows(client, url)) == {"un"}
    assert not Act.objects.exists()


def test_a_worker_tries_again_while_the_server_is_away(academy: Academy) -> None:
    deliver(academy.camille, "un")
    opened(academy.camille)
    inbox = folder(academy.camille, "inbox")
    what = actions.change(inbox, "archive")
    (waiting,) = acts.begin(academy.camille.user, [Part(inbox, what, UidSet.of([1]))])
    with RUN.without("dovecot"):
        acts.carry_on(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == State.WAITING
    Act.objects.update(due_at=timezone.now())
    acts.carry_on(waiting.pk)
    assert on_server(academy.camille, "Archives") == 1


def test_a_frozen_person_s_work_stops(academy: Academy) -> None:
    deliver(academy.camille, "un")
    opened(academy.camille)
    inbox = folder(academy.camille, "inbox")
    archive = Part(inbox, actions.change(inbox, "archive"), UidSet.of([1]))
    (waiting,) = acts.begin(academy.camille.user, [archive])
    academy.camille.user.is_active = False
    academy.camille.user.save()
    acts.carry_on(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == State.FAILED


def test_in_another_mailbox_one_still_takes_back_and_stays_there(academy: Academy) -> None:
    deliver(academy.camille, "un")
    client, url = opened(academy.camille)
    office = lent(academy, 0, "École", Right.READ)
    act(client, url, "archive", rows(client, url)["un"].key)
    elsewhere = client.get(reverse("mailbox", args=[office.pk]), follow=True)
    shown = client.post(elsewhere.context["undo"].url, {"next": elsewhere.request["PATH_INFO"]})
    assert shown["Location"] == elsewhere.request["PATH_INFO"]
    assert "C’est annulé." in client.get(shown["Location"]).content.decode()
    assert on_server(academy.camille, "INBOX") == 1


def test_it_can_be_too_late_to_take_back(academy: Academy) -> None:
    deliver(academy.camille, "un")
    client, url = opened(academy.camille)
    act(client, url, "archive", rows(client, url)["un"].key)
    undo = client.get(url).context["undo"].url
    Act.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert "trop tard" in client.post(undo, follow=True).content.decode()
    assert on_server(academy.camille, "Archives") == 1


def test_two_clicks_take_back_once(academy: Academy) -> None:
    deliver(academy.camille, "un")
    client, url = opened(academy.camille)
    act(client, url, "archive", rows(client, url)["un"].key)
    undo = client.get(url).context["undo"].url
    client.post(undo)
    assert "trop tard" in client.post(undo, follow=True).content.decode()
    assert on_server(academy.camille, "INBOX") == 1


def test_what_one_person_did_no_other_takes_back(academy: Academy) -> None:
    deliver(academy.camille, "un")
    client, url = opened(academy.camille)
    act(client, url, "archive", rows(client, url)["un"].key)
    undo = client.get(url).context["undo"].url
    stranger = browser_of(academy.nadia)
    assert stranger.post(undo).status_code == 404
    own = reverse("take_back", args=[academy.nadia.mailbox.pk, Act.objects.get().pk])
    assert "trop tard" in stranger.post(own, follow=True).content.decode()
    assert on_server(academy.camille, "Archives") == 1


def test_nothing_ticked_changes_nothing_and_says_so(academy: Academy) -> None:
    client, url = opened(academy.camille)
    assert "Cochez d’abord un message." in act(client, url, "archive")


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "explode", "ligne": "c1"},
        {"action": "archive", "ligne": "c-1"},
        {"action": "archive", "ligne": "x1"},
        {"action": "archive", "ligne": "m0"},
        {"action": "archive", "ligne": f"m{1 << 40}"},
        {"action": "archive", "ligne": ",".join(f"c{number}" for number in range(10_000))},
        {"action": "archive", "uid": "-1"},
        {"action": "archive", "uid": "1e3"},
        {"action": "move x", "ligne": "c1"},
        {"action": "erase", "ligne": "c1"},
        {"action": "label 999999", "ligne": "c1"},
        {"action": "move 999999", "ligne": "c1"},
        {"action": "archive", "ligne": "c999999"},
        {"seul": "star"},
        {"seul": "move c1"},
        {"action": "move \u0663", "ligne": "c1"},
    ],
)
def test_an_odd_form_is_a_missing_page(academy: Academy, fields: dict[str, str]) -> None:
    deliver(academy.camille, "un")
    client, url = opened(academy.camille)
    answer = client.post(f"{url}agir/", fields)
    expected = 302 if fields.get("seul") == "star" else 404
    assert answer.status_code == expected
    assert on_server(academy.camille, "INBOX") == 1


def test_ten_thousand_fields_are_refused(academy: Academy) -> None:
    client, url = opened(academy.camille)
    keys = [f"c{number}" for number in range(10_000)]
    assert client.post(f"{url}agir/", {"action": "archive", "ligne": keys}).status_code == 400


def test_somebody_else_s_folder_and_label_are_missing_ones(academy: Academy) -> None:
    deliver(academy.camille, "un")
    deliver(academy.nadia, "deux")
    client, url = opened(academy.camille)
    opened(academy.nadia)
    key = rows(client, url)["un"].key
    theirs = labels.create(academy.nadia.mailbox, "Privé", "1")
    archive = folder(academy.nadia, "archive")
    for action in (f"move {archive.pk}", f"label {theirs.pk}"):
        assert client.post(f"{url}agir/", {"action": action, "ligne": key}).status_code == 404
    inbox = folder(academy.nadia, "inbox")
    place = [academy.nadia.mailbox.pk, inbox.pk]
    assert (
        client.post(reverse("act", args=place), {"action": "archive", "ligne": "c1"}).status_code
        == 404
    )
    mixed = reverse("act", args=[academy.camille.mailbox.pk, inbox.pk])
    assert client.post(mixed, {"action": "archive", "ligne": "c1"}).status_code == 404
    assert IndexedMessage.objects.filter(folder=inbox).count() == 1


def test_the_message_one_reads_stays_open_while_others_are_put_away(academy: Academy) -> None:
    deliver(academy.camille, "lu", "rangé")
    client, url = opened(academy.camille)
    shown = rows(client, url)
    reading, inbox = (
        client.get(shown["lu"].url).context["reading"],
        folder(academy.camille, "inbox"),
    )
    form = {"action": "archive", "ligne": shown["rangé"].key, "ouvert": f"{reading.uid}.{inbox.pk}"}
    answer = client.post(f"{url}agir/", form)
    assert answer.headers["Location"] == shown["lu"].url
    form = {"action": "archive", "ligne": shown["lu"].key, "ouvert": f"{reading.uid}.{inbox.pk}"}
    assert client.post(f"{url}agir/", form).headers["Location"] == url
