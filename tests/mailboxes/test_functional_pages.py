"""Functional mailboxes of all schools: opened, given, closed, without ever being read."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, Notice, School
from audit.models import Entry
from mailboxes.delegating import expiry
from mailboxes.delegating.standing import right_of
from mailboxes.models import Mailbox, Right
from tests.mailboxes.delegating import DAY, granted, lent, with_responsable
from tests.mailboxes.test_lookup import accepted
from tests.mailboxes.test_sharing_pages import browser_of, fields, right_in, school_with
from tests.people import Academy, Person

pytestmark = pytest.mark.django_db(transaction=True)

WHY = "Demande de la principale du 12 novembre"
LIST = "functional_mailboxes"


def as_(role: Agent.Role, person: Person) -> Client:
    Agent.objects.filter(pk=person.agent.pk).update(role=role)
    return browser_of(person)


def act(client: Client, office: Mailbox, action: str, **posted: object) -> tuple[int, str]:
    url = reverse("functional_mailbox", args=[office.pk])
    sent = {"action": action, "justification": WHY, "reason": WHY, **posted}
    answer = client.post(url, sent, follow=True)
    return answer.status_code, answer.content.decode()


def test_an_administrator_gives_takes_back_and_names_with_a_reason(academy: Academy) -> None:
    office = with_responsable(academy)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    given = fields(academy.camille.login, Right.READ) | {"reason": WHY}
    assert act(admin, office, "grant", **given)[0] == 200
    assert right_in(office, academy.camille) == Right.READ
    assert Notice.objects.filter(user=academy.nadia.user).exists()
    assert Entry.objects.filter(event="delegation_granted", justification=WHY).exists()
    row = office.delegations.get(person=academy.camille.user)
    assert act(admin, office, "revoke", acces=row.pk)[0] == 200
    assert right_in(office, academy.camille) is None
    assert act(admin, office, "name", person=academy.camille.login)[0] == 200
    assert right_in(office, academy.camille) == Right.MANAGE
    assert right_in(office, academy.nadia) is None


def test_an_administrator_reads_no_mail_by_it(academy: Academy) -> None:
    office = with_responsable(academy)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    assert admin.get(reverse(LIST)).status_code == 200
    assert admin.get(reverse("mailbox", args=[office.pk])).status_code == 404
    assert admin.get(reverse("shared_mailbox", args=[office.pk])).status_code == 404
    assert act(admin, office, "grant", **fields(academy.bastien.login))[0] == 400
    assert right_of(academy.bastien.user, office) is None


def test_the_help_desk_sees_and_repairs_and_nothing_else(academy: Academy) -> None:
    office = with_responsable(academy)
    desk = as_(Agent.Role.HELPDESK, academy.bastien)
    assert office.name in desk.get(reverse(LIST)).content.decode()
    assert act(desk, office, "repair")[0] == 200
    for action in ("revoke", "name", "change", "alias", "close"):
        posted = {
            "acces": "1",
            "person": academy.camille.login,
            "name": "x",
            "quota_mb": 500,
            "address": "x@ac-normandie.fr",
            "last_day": timezone.localdate().isoformat(),
        }
        assert act(desk, office, action, **posted)[0] == 404
    assert act(desk, office, "grant", **fields(academy.camille.login))[0] == 400
    office.refresh_from_db()
    assert office.closes_at is None


@pytest.mark.parametrize("role", [Agent.Role.AGENT, Agent.Role.SECRETARY, Agent.Role.AUDITOR])
def test_for_others_these_pages_do_not_exist(academy: Academy, role: Agent.Role) -> None:
    client = as_(role, academy.bastien)
    pages = [reverse(LIST), reverse("functional_mailboxes_csv"), reverse("functional_mailbox_new")]
    for url in [*pages, reverse("functional_mailbox", args=[academy.office.pk])]:
        assert client.get(url).status_code == 404


def test_a_head_asks_and_an_administrator_opens(academy: Academy) -> None:
    school = school_with(academy, academy.nadia)
    head = browser_of(academy.nadia)
    wanted = {
        "school": school.uai,
        "name": "Examens",
        "address": "Examens.0761234A@ac-normandie.fr",
        "justification": WHY,
    }
    url = reverse("functional_mailbox_new")
    assert head.post(url, wanted, follow=True).status_code == 200
    assert head.post(url, wanted).status_code == 400  # asked for already
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    assert "Examens" in admin.get(reverse(LIST)).content.decode()
    from mailboxes.models import MailboxRequest  # noqa: PLC0415

    asked = MailboxRequest.objects.get()
    answer = reverse("functional_mailbox_answer", args=[asked.pk])
    assert head.post(answer, {"reponse": "oui", "justification": WHY}).status_code == 404
    admin.post(answer, {"reponse": "oui", "justification": WHY})
    opened = Mailbox.objects.get(name="Examens")
    assert right_in(opened, academy.nadia) == Right.MANAGE
    assert opened.school == school
    assert admin.post(answer, {"reponse": "oui", "justification": WHY}).status_code == 404


def test_a_head_neither_sees_nor_asks_for_another_school(academy: Academy) -> None:
    school_with(academy, academy.nadia)
    other = School.objects.create(uai="0769999Z", name="Autre", city="Le Havre")
    foreign = with_responsable(academy)
    Mailbox.objects.filter(pk=foreign.pk).update(school=other)
    head = browser_of(academy.nadia)
    assert head.get(reverse("functional_mailbox", args=[foreign.pk])).status_code == 404
    wanted = {"school": "0769999Z", "name": "x", "address": "x.y@ac-normandie.fr"}
    url = reverse("functional_mailbox_new")
    assert head.post(url, wanted | {"justification": WHY}).status_code == 400


def test_a_closing_mailbox_forwards_and_then_takes_no_more(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.READ)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    today = timezone.localdate()
    posted = {"last_day": (today + DAY).isoformat(), "forwards_to": academy.nadia.address}
    assert act(admin, office, "close", **posted)[0] == 200
    assert accepted(academy, academy.office_address)
    office.refresh_from_db()
    assert office.forwards_to == academy.nadia.address
    Mailbox.objects.filter(pk=office.pk).update(closes_at=timezone.now())
    expiry.close_mailboxes()
    assert not accepted(academy, academy.office_address)
    assert right_in(office, academy.camille) is None


def test_those_without_a_responsable_are_found_and_all_is_exported(academy: Academy) -> None:
    office = academy.office
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    shown = admin.get(reverse(LIST), {"montrer": "sans-titulaire", "q": office.address})
    assert office.name in shown.content.decode()
    with_responsable(academy)
    assert (
        office.name not in admin.get(reverse(LIST), {"montrer": "sans-titulaire"}).content.decode()
    )
    sheet = admin.get(reverse("functional_mailboxes_csv"))
    content = b"".join(sheet).decode()
    assert academy.nadia.login in content
    assert Entry.objects.filter(event="delegations_exported").exists()


def test_the_sheet_of_all_rights_costs_the_same_for_many_mailboxes_as_for_one(
    academy: Academy,
) -> None:
    with_responsable(academy)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)

    def sheet() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as asked:
            content = b"".join(admin.get(reverse("functional_mailboxes_csv"))).decode()
        return len(asked), content

    admin.get(reverse("functional_mailboxes_csv"))
    alone, _ = sheet()
    boxes = [lent(academy, number, f"Bureau {number}", Right.READ) for number in range(3)]
    several, content = sheet()
    assert several == alone
    lines = content.splitlines()
    for box in boxes:
        rights = [line for line in lines if box.address in line]
        assert [academy.nadia.login in rights[0], academy.camille.login in rights[1]] == [True] * 2


@pytest.mark.parametrize(
    ("action", "posted"),
    [
        ("alias", {"address": "pas une adresse"}),
        ("alias", {"address": "x@example.org"}),
        ("change", {"name": "", "quota_mb": "-1"}),
        ("close", {"last_day": "2020-01-01"}),
        ("close", {"last_day": "9999-12-31", "forwards_to": "x@example.org"}),
        ("name", {"person": "\x00"}),
        ("grant", {"people": "", "right": "7"}),
        ("revoke", {"justification": ""}),
        ("repair", {"justification": "court"}),
    ],
)
def test_bad_input_is_explained_and_changes_nothing(
    academy: Academy, action: str, posted: dict[str, object]
) -> None:
    office = with_responsable(academy)
    admin = as_(Agent.Role.ADMINISTRATOR, academy.bastien)
    status, page = act(admin, office, action, **posted)
    assert status == 400
    assert "error" in page or "note--err" in page
    office.refresh_from_db()
    assert (office.closes_at, office.addresses.count()) == (None, 1)
    assert admin.post(reverse("functional_mailbox", args=[office.pk]), {}).status_code == 404
