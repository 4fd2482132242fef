"""Rights in many functional mailboxes at once, by an administrator with a reason."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Agent, Notice, User
from audit.models import Entry
from audit.parties import NOWHERE
from mailboxes.delegating import bulk
from mailboxes.delegating.bulk import Order
from mailboxes.institutional import responsables
from mailboxes.institutional.provisioning import create_functional_mailbox
from mailboxes.models import BulkAct, BulkKind, Delegation, LogbookEntry, Mailbox, Right
from tests.mailboxes.delegating import granted, wish, with_responsable
from tests.mailboxes.test_functional_pages import WHY, as_
from tests.mailboxes.test_sharing_pages import fields, right_in, told
from tests.people import Academy

pytestmark = pytest.mark.django_db(transaction=True)

TOGETHER = "functional_mailboxes_together"


def boxes_of(academy: Academy, number: int) -> list[Mailbox]:
    """The office, for which Nadia answers, and others for which nobody does."""
    office = with_responsable(academy)
    stem = office.address.partition("@")[0]
    others = [
        create_functional_mailbox(f"Boîte {n}", f"{stem}.{n}@ac-normandie.fr")
        for n in range(1, number)
    ]
    return [office, *others]


def asked(academy: Academy, boxes: list[Mailbox], kind: str, **more: object) -> dict[str, object]:
    given = fields(academy.camille.login, Right.WRITE) | {"reason": WHY}
    return given | {"kind": kind, "boite": [box.pk for box in boxes]} | more


def confirmed(admin: Client, academy: Academy, boxes: list[Mailbox], kind: str) -> tuple[int, str]:
    sent = asked(academy, boxes, kind, confirmer=len(boxes))
    answer = admin.post(reverse(TOGETHER), sent, follow=True)
    return answer.status_code, answer.content.decode()


def test_a_right_is_given_in_many_mailboxes_once_it_was_confirmed(academy: Academy) -> None:
    boxes = boxes_of(academy, 3)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    shown = admin.post(reverse(TOGETHER), asked(academy, boxes, "give")).content.decode()
    assert "Confirmer pour 3 boîtes" in shown
    assert not Delegation.objects.filter(person=academy.camille.user).exists()
    status, page = confirmed(admin, academy, boxes, "give")
    assert status == 200
    assert "3 boîtes sur 3" in page
    assert [right_in(box, academy.camille) for box in boxes] == [Right.WRITE] * 3
    assert Entry.objects.filter(event="delegation_granted", justification=WHY).count() == 3
    assert LogbookEntry.objects.filter(deed="granted", about=academy.camille.user).count() == 3
    assert told(academy.camille) == ["Des boîtes vous sont confiées"]
    assert "Un accès à votre boîte a été donné" in told(academy.nadia)
    for box in boxes:
        assert admin.get(reverse("mailbox", args=[box.pk])).status_code == 404


def test_rights_that_exist_are_changed_and_no_others_given(academy: Academy) -> None:
    boxes = boxes_of(academy, 2)
    granted(academy.nadia, boxes[0], academy.camille, Right.READ)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    confirmed(admin, academy, boxes, "change")
    assert right_in(boxes[0], academy.camille) == Right.WRITE
    assert right_in(boxes[1], academy.camille) is None


def test_rights_are_taken_everywhere_but_from_who_answers_for_a_mailbox(academy: Academy) -> None:
    boxes = boxes_of(academy, 2)
    granted(academy.nadia, boxes[0], academy.camille, Right.READ)
    responsables.name(boxes[1], academy.camille.user, None)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    confirmed(admin, academy, boxes, "revoke")
    assert right_in(boxes[0], academy.camille) is None
    assert right_in(boxes[1], academy.camille) == Right.MANAGE
    assert Entry.objects.filter(event="delegation_revoked", justification=WHY).count() == 1


def test_a_mailbox_where_it_cannot_be_keeps_the_others_from_nothing(academy: Academy) -> None:
    boxes = boxes_of(academy, 2)
    responsables.name(boxes[1], academy.camille.user, None)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    page = confirmed(admin, academy, boxes, "give")[1]
    assert "La personne titulaire garde son droit" in page
    assert right_in(boxes[0], academy.camille) == Right.WRITE


def test_many_mailboxes_are_left_to_a_worker_who_goes_on_where_another_died(
    academy: Academy,
) -> None:
    boxes = boxes_of(academy, bulk.AT_ONCE + 5)
    as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    admin = User.objects.get(pk=academy.bastien.user.pk)
    order = Order(BulkKind.GIVE, [academy.camille.user], wish(Right.READ, reason=WHY))
    act = bulk.begin(admin, order, boxes, NOWHERE)
    assert act.is_under_way
    BulkAct.objects.filter(pk=act.pk).update(done=bulk.BATCH, state=BulkAct.State.RUNNING)
    bulk.carry_on(act.pk)
    act.refresh_from_db()
    assert (act.done, act.changed, act.is_under_way) == (25, 15, False)
    bulk.carry_on(act.pk)
    assert Notice.objects.filter(user=academy.camille.user).count() == 1


def test_all_that_a_search_finds_is_chosen_by_its_words(academy: Academy) -> None:
    boxes = boxes_of(academy, 3)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    stem = boxes[0].address.partition("@")[0]
    shown = admin.get(reverse(TOGETHER), {"q": stem, "montrer": "sans-titulaire"})
    assert "2 boîtes" in shown.content.decode()
    none = admin.get(reverse(TOGETHER), {"q": "introuvable"}, follow=True)
    assert "Aucune boîte ne correspond" in none.content.decode()
    granted(academy.nadia, boxes[0], academy.camille, Right.READ, last=3)
    for search in ({"personne": academy.camille.login}, {"montrer": "expire", "q": stem}):
        page = admin.get(reverse("functional_mailboxes"), search).content.decode()
        assert boxes[0].name in page
        assert boxes[1].name not in page
    empty = admin.get(reverse("functional_mailboxes"), {"montrer": "sans-acces", "q": stem})
    assert boxes[1].name in empty.content.decode()
    assert boxes[0].name not in empty.content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": ""},
        {"people": "personne de ce nom"},
        {"reason": "court"},
        {"kind": "x"},
        {"right": "9"},
        {"last_day": "2020-01-01"},
        {"last_day": "9999-12-31"},
    ],
)
def test_bad_input_is_explained_and_changes_nothing(
    academy: Academy, wrong: dict[str, object]
) -> None:
    boxes = boxes_of(academy, 2)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    sent = asked(academy, boxes, "give", confirmer="2") | wrong
    assert admin.post(reverse(TOGETHER), sent).status_code == 400
    assert not BulkAct.objects.exists()


def test_for_others_than_administrators_it_does_not_exist(academy: Academy) -> None:
    boxes = boxes_of(academy, 2)
    for role in (Agent.Role.HELPDESK, Agent.Role.HEAD, Agent.Role.AGENT):
        client = as_(role, academy.bastien)
        assert client.post(reverse(TOGETHER), asked(academy, boxes, "give")).status_code == 404
        url = reverse("functional_mailboxes_act", args=["00000000-0000-4000-8000-000000000000"])
        assert client.get(url).status_code == 404


def test_the_list_asks_as_much_for_many_mailboxes_as_for_few(
    academy: Academy, django_assert_max_num_queries: object
) -> None:
    boxes_of(academy, 30)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        assert admin.get(reverse("functional_mailboxes")).status_code == 200
