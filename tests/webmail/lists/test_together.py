"""All one's mailboxes as one list: shown, opened, acted on and taken back, each message in its own mailbox."""

from collections.abc import Sequence

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.parties import NOWHERE
from mailboxes.delegating import granting
from mailboxes.models import Delegation, Mailbox, Right
from tests.mail_programs import letter
from tests.mailboxes.delegating import granted, lent, moved, with_responsable
from tests.people import Academy
from tests.webmail.test_first_mail import browser_of
from webmail import imap
from webmail.lists.panes import Row
from webmail.models import Act

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "all_mail"


def got(mailbox: Mailbox, *subjects: str, author: str = "parent@example.fr") -> None:
    with imap.session(mailbox.address, mailbox.address) as mail:
        for subject in subjects:
            mail.append("INBOX", letter(author, mailbox.address, subject).as_bytes(), [])


def look_into(client: Client, mailbox: Mailbox) -> None:
    cache.clear()
    client.get(reverse("mailbox", args=[mailbox.pk]), follow=True)


def three(academy: Academy) -> tuple[Client, list[Mailbox]]:
    """Camille's own mailbox, one where she may file, one that she may read; all were opened once."""
    boxes = [
        academy.camille.mailbox,
        lent(academy, 1, "Collège", Right.WRITE),
        lent(academy, 2, "Examens", Right.READ),
    ]
    client = browser_of(academy.camille)
    for box, subject in zip(boxes, ("Moi", "Inscription", "Sujets"), strict=True):
        got(box, subject)
        look_into(client, box)
    return client, boxes


def rows(client: Client, **query: str) -> list[Row]:
    cache.clear()
    page = client.get(reverse(LIST), query)
    assert page.status_code == 200
    return [row for group in page.context["pane"].groups for row in group.rows]


def key(client: Client, subject: str, **query: str) -> str:
    return next(row.key for row in rows(client, **query) if row.subject == subject)


def act(client: Client, action: str, keys: Sequence[str], **more: str) -> str:
    posted = {"action": action, "ligne": list(keys), **more}
    answer = client.post(reverse("act_together"), posted, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def in_folder(mailbox: Mailbox, folder: str) -> int:
    with imap.session(mailbox.address, mailbox.address) as mail:
        return mail.select(folder).exists


@pytest.mark.parametrize("view", ["conversations", "messages"])
def test_each_row_says_its_mailbox_and_opens_there(academy: Academy, view: str) -> None:
    client, (own, college, _exams) = three(academy)
    found = {row.subject: row for row in rows(client, vue=view)}
    assert {it.subject: it.box for it in found.values()} == {
        "Moi": "Ma boîte",
        "Inscription": "Collège",
        "Sujets": "Examens",
    }
    page = client.get(found["Inscription"].url)
    assert page.context["reading"].subject == "Inscription"
    assert page.context["mailbox"]["address"] == college.address
    # The same list stays beside it, and is where one comes back to.
    assert len(rows_of(page)) == 3
    assert page.context["conversation"].back_url.startswith(reverse(LIST))
    assert page.context["act_url"].startswith(f"/courriel/{college.pk}/")
    assert client.get(found["Moi"].url).context["mailbox"]["address"] == own.address


def test_from_one_message_to_the_next_one_crosses_mailboxes(academy: Academy) -> None:
    client, _boxes = three(academy)
    shown = rows(client)
    subjects = [row.subject for row in shown]
    url, met = shown[0].url, []
    while url:
        page = client.get(url)
        met.append(page.context["reading"].subject)
        url = page.context["conversation"].next_url
    assert met == subjects
    assert client.get(shown[1].url).context["conversation"].previous_url == shown[0].url


def rows_of(page: object) -> list[Row]:
    groups = page.context["pane"].groups  # type: ignore[attr-defined]
    return [row for group in groups for row in group.rows]


def test_an_act_goes_to_each_rows_mailbox_and_is_taken_back_in_all(academy: Academy) -> None:
    client, (own, college, _exams) = three(academy)
    keys = [key(client, "Moi"), key(client, "Inscription")]
    page = act(client, "archive", keys)
    assert "2 messages archivés." in page
    assert (in_folder(own, "Archives"), in_folder(college, "Archives")) == (1, 1)
    assert [row.subject for row in rows(client)] == ["Sujets"]
    first = Act.objects.get(first=None)
    assert reverse("take_back_together", args=[first.pk]) in page
    undone = client.post(reverse("take_back_together", args=[first.pk]), follow=True)
    assert "C’est annulé." in undone.content.decode()
    assert (in_folder(own, "INBOX"), in_folder(college, "INBOX")) == (1, 1)


def test_what_one_may_only_read_stays_as_it_is_and_one_is_told(academy: Academy) -> None:
    client, (own, _college, exams) = three(academy)
    shown = {row.subject: row for row in rows(client)}
    assert [shown[it].may_act for it in ("Moi", "Inscription", "Sujets")] == [True, True, False]
    page = act(client, "delete", [row.key for row in shown.values()])
    assert "Vous pouvez lire « Examens », pas y classer" in page
    assert (in_folder(own, "INBOX"), in_folder(exams, "INBOX")) == (0, 1)
    assert "2 messages mis à la corbeille." in page
    alone = act(client, "read", [shown["Sujets"].key])
    assert "Vous pouvez lire « Examens », pas y classer" in alone


def test_all_that_the_list_shows_is_acted_on(academy: Academy) -> None:
    client, (own, college, exams) = three(academy)
    got(college, "Inscription bis")
    look_into(client, college)
    page = act(client, "archive", [], tout="1")
    assert "3 messages archivés." in page
    left = [in_folder(box, "INBOX") for box in (own, college, exams)]
    assert left == [0, 0, 1]


def test_the_open_message_stays_beside_the_list_while_others_are_put_away(
    academy: Academy,
) -> None:
    client, (_own, college, _exams) = three(academy)
    opened = next(row for row in rows(client, vue="messages") if row.subject == "Inscription")
    posted = {
        "action": "archive",
        "ligne": key(client, "Moi"),
        "ouvert": opened.key.removeprefix("m"),
    }
    answer = client.post(reverse("act_together"), posted, follow=True)
    assert answer.context["reading"].subject == "Inscription"
    assert answer.context["mailbox"]["address"] == college.address
    url = reverse("act", args=[college.pk, opened.key.partition(".")[2]])
    archived = client.post(f"{url}?ou=boites", {"action": "archive", "uid": "1"}, follow=True)
    assert archived.request["PATH_INFO"] == reverse(LIST)


@pytest.mark.parametrize(
    "posted",
    [
        {"action": "move 1", "ligne": "KEY"},
        {"action": "label 1", "ligne": "KEY"},
        {"action": "erase", "ligne": "KEY"},
        {"action": "bouge", "ligne": "KEY"},
        {"action": "read", "ligne": "m1.999999"},
        {"action": "read", "ligne": "x1.1"},
        {"action": "read", "ligne": "m1"},
    ],
)
def test_what_no_button_asks_changes_nothing(academy: Academy, posted: dict[str, str]) -> None:
    client, _boxes = three(academy)
    found = key(client, "Moi")
    posted = {name: value.replace("KEY", found) for name, value in posted.items()}
    assert client.post(reverse("act_together"), posted).status_code == 404
    assert not Act.objects.exists()


def test_other_peoples_messages_cannot_be_named(academy: Academy) -> None:
    _client, (own, *_offices) = three(academy)
    inbox = own.folders.get(special_use="inbox")
    stranger = browser_of(academy.bastien)
    posted = {"action": "delete", "ligne": f"m1.{inbox.pk}"}
    assert stranger.post(reverse("act_together"), posted).status_code == 404
    assert in_folder(own, "INBOX") == 1


def test_only_who_did_it_takes_it_back(academy: Academy) -> None:
    client, _boxes = three(academy)
    act(client, "archive", [key(client, "Moi"), key(client, "Inscription")])
    first = Act.objects.get(first=None)
    url = reverse("take_back_together", args=[first.pk])
    assert browser_of(academy.bastien).post(url).status_code == 404
    Delegation.objects.filter(mailbox__name="Collège", person=academy.camille.user).update(level=1)
    assert client.post(url).status_code == 404


def test_a_right_that_is_not_in_effect_shows_nothing(academy: Academy) -> None:
    office = with_responsable(academy)
    got(office, "Secret")
    client = browser_of(academy.camille)
    client.get("/", follow=True)
    delegation = granted(academy.nadia, office, academy.camille, Right.READ, first=1, last=1)
    assert rows(client) == []  # tomorrow
    moved(delegation, days=-1)
    look_into(client, office)
    assert [row.subject for row in rows(client)] == ["Secret"]
    moved(delegation, days=-1)
    assert rows(client) == []  # yesterday
    moved(delegation, days=1)
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    assert rows(client) == []


def test_one_chooses_which_mailboxes_are_read_together(academy: Academy) -> None:
    client, (own, college, exams) = three(academy)
    chosen = {"ordre": [own.pk, college.pk, exams.pk], "ensemble": [own.pk, exams.pk]}
    client.post(reverse("arrange_mailboxes"), chosen)
    assert {row.subject for row in rows(client)} == {"Moi", "Sujets"}


def test_a_search_finds_in_all_folders_of_all_mailboxes(academy: Academy) -> None:
    client, (_own, college, _exams) = three(academy)
    got(college, "Sujets du brevet")
    look_into(client, college)
    act(client, "archive", [key(client, "Sujets du brevet")])
    form = {"q": "sujets", "ou": "boites"}
    found = client.get(reverse("search", args=[college.pk]), form, follow=True)
    assert found.request["PATH_INFO"] == reverse(LIST)
    told = {(row.box, row.place) for row in rows_of(found)}
    assert told == {("Collège", "Archives"), ("Examens", "Boîte de réception")}
    whole = client.get(reverse("mailbox", args=[college.pk]), {"q": "sujets"}, follow=True)
    assert whole.status_code == 200


def test_a_list_that_no_link_names_is_missing(academy: Academy) -> None:
    client, _boxes = three(academy)
    for query in ("?etiquette=1", "?apres=xx", "?tri=hasard", "?jour=demain"):
        assert client.get(reverse(LIST) + query).status_code == 404


def test_a_mailbox_nobody_opened_yet_is_asked_for_and_breaks_nothing(academy: Academy) -> None:
    client = browser_of(academy.camille)
    client.get("/", follow=True)
    lent(academy, 1, "Jamais ouverte", Right.READ)
    assert rows(client) == []
    assert "Toutes mes boîtes" in client.get(reverse(LIST)).content.decode()
    assert act(client, "archive", []).count("Cochez d’abord un message.") == 1
