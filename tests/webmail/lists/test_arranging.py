"""The mailboxes beside one's own: in the order one gave them, without those one hides."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.parties import NOWHERE
from mailboxes.delegating import granting
from mailboxes.models import Mailbox, Right
from tests.mailboxes.delegating import granted, lent, with_responsable
from tests.people import Academy
from tests.servers import RUN
from tests.webmail.test_first_mail import browser_of, inbox_url
from webmail.lists import beside
from webmail.models import MailboxPlace

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "arrange_mailboxes"


def offices(academy: Academy, *names: str) -> list[Mailbox]:
    return [lent(academy, number, name, Right.READ) for number, name in enumerate(names)]


def pane(client: Client, academy: Academy) -> list[str]:
    page = client.get(inbox_url(client, academy.camille))
    return [link.name for link in page.context["beside"]]


def test_the_mailboxes_stand_as_one_put_them_and_hidden_ones_do_not(academy: Academy) -> None:
    alpha, beta, gamma = offices(academy, "Alpha", "Bêta", "Gamma")
    client = browser_of(academy.camille)
    assert pane(client, academy) == ["Ma boîte", "Alpha", "Bêta", "Gamma"]
    chosen = {"ordre": [gamma.pk, alpha.pk, beta.pk], "montrer": [alpha.pk, gamma.pk]}
    page = client.post(reverse(PAGE), chosen, follow=True)
    assert "Vos boîtes sont rangées." in page.content.decode()
    assert pane(client, academy) == ["Ma boîte", "Gamma", "Alpha"]
    hidden = client.get(reverse("mailbox", args=[beta.pk]), follow=True)
    assert "Bêta" in [link.name for link in hidden.context["beside"]]


def test_buttons_move_a_mailbox_up_and_down_and_keep_the_ticks(academy: Academy) -> None:
    alpha, beta = offices(academy, "Alpha", "Bêta")
    client = browser_of(academy.camille)
    ticks = {"ordre": [alpha.pk, beta.pk], "montrer": [alpha.pk, beta.pk], "ensemble": [beta.pk]}
    client.post(reverse(PAGE), {**ticks, "monter": beta.pk})
    assert pane(client, academy) == ["Ma boîte", "Bêta", "Alpha"]
    client.post(reverse(PAGE), {**ticks, "monter": alpha.pk})  # it is the first already
    client.post(reverse(PAGE), {**ticks, "descendre": alpha.pk})
    assert pane(client, academy) == ["Ma boîte", "Bêta", "Alpha"]
    kept = MailboxPlace.objects.filter(person=academy.camille.user, is_together=True)
    assert [place.mailbox for place in kept] == [beta]


def test_ones_own_order_is_nobody_elses(academy: Academy) -> None:
    office = with_responsable(academy)
    for person in (academy.camille, academy.bastien):
        granted(academy.nadia, office, person, Right.READ)
    browser_of(academy.bastien).post(reverse(PAGE), {"ordre": [office.pk]})
    assert office.name in pane(browser_of(academy.camille), academy)


@pytest.mark.parametrize(
    "posted",
    [
        {"ordre": "x"},
        {"montrer": "-1"},
        {"ensemble": "9" * 30},
        {"monter": "²"},
    ],
)
def test_what_no_page_says_changes_nothing(academy: Academy, posted: dict[str, str]) -> None:
    client = browser_of(academy.camille)
    assert client.post(reverse(PAGE), posted).status_code == 404
    assert not MailboxPlace.objects.exists()


def test_somebody_elses_mailbox_cannot_be_put_beside_ones_own(academy: Academy) -> None:
    office = with_responsable(academy)
    client = browser_of(academy.bastien)
    posted = {"ordre": [office.pk, 999_999], "montrer": [office.pk], "monter": office.pk}
    assert client.post(reverse(PAGE), posted).status_code == 302
    assert office.name not in client.get(reverse(PAGE)).content.decode()
    assert not MailboxPlace.objects.filter(mailbox=office).exists()


def test_the_order_stays_when_a_right_is_gone_and_given_again(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.READ)
    client = browser_of(academy.camille)
    client.post(reverse(PAGE), {"ordre": [office.pk]})
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    assert pane(client, academy) == []
    granted(academy.nadia, office, academy.camille, Right.READ)
    assert pane(client, academy) == ["Ma boîte"]


def test_the_pane_of_many_mailboxes_is_one_question(academy: Academy) -> None:
    offices(academy, *(f"École {n}" for n in range(8)))
    user = academy.camille.user
    beside.beside(user)  # its SQL is made once
    with CaptureQueriesContext(
        connection,
    ) as asked:
        boxes = beside.beside(user)
    assert len(boxes) == 9
    assert len(asked) == 1


def test_while_the_mail_server_is_away_a_reader_is_offered_no_closed_door(
    academy: Academy,
) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.READ)
    granted(academy.nadia, office, academy.bastien, Right.SEND)
    with RUN.without("dovecot"):
        pages = [
            browser_of(person).get(reverse("mailbox", args=[office.pk]))
            for person in (academy.camille, academy.bastien)
        ]
    assert [page.status_code for page in pages] == [503, 503]
    told = [page.content.decode() for page in pages]
    for door in ("compose", "outbox"):
        url = reverse(door, args=[office.pk])
        assert url not in told[0]
        assert url in told[1]
