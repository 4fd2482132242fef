"""Giving rights on a mailbox and taking them back, page by page."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agent, Notice, School, User
from audit.models import Entry
from audit.parties import NOWHERE
from mailboxes.delegating import expiry, granting
from mailboxes.delegating.granting import GrantRefused, usual_last_day
from mailboxes.institutional import responsables, school_mailboxes
from mailboxes.models import Delegation, Mailbox, Right
from tests.mailboxes.delegating import DAY, granted, moved, wish, with_responsable
from tests.people import Academy, Person, open_account

pytestmark = pytest.mark.django_db(transaction=True)


def browser_of(person: Person) -> Client:
    client = Client()
    client.force_login(person.user)
    return client


def fields(people: str, right: Right | str = Right.WRITE, **more: object) -> dict[str, object]:
    today = timezone.localdate()
    days = {"first_day": today.isoformat(), "last_day": (today + 30 * DAY).isoformat()}
    return {
        "people": people,
        "right": str(int(right)) if isinstance(right, Right) else right,
        "reason": "",
        **days,
        **more,
    }


def give(person: Person, office: Mailbox, **posted: object) -> tuple[int, str]:
    url = reverse("shared_mailbox", args=[office.pk])
    answer = browser_of(person).post(url, fields(**posted), follow=True)  # type: ignore[arg-type]
    return answer.status_code, answer.content.decode()


def right_in(office: Mailbox, person: Person) -> Right | None:
    from mailboxes.delegating.standing import right_of  # noqa: PLC0415

    return right_of(person.user, office)


def told(person: Person) -> list[str]:
    return list(Notice.objects.filter(user=person.user).values_list("subject", flat=True))


def test_the_responsable_gives_a_right_and_both_are_told(academy: Academy) -> None:
    office = with_responsable(academy)
    status, page = give(academy.nadia, office, people=academy.camille.login)
    assert status == 200
    assert "Camille Lefèvre" in page
    assert right_in(office, academy.camille) == Right.WRITE
    assert "Une boîte vous est confiée" in told(academy.camille)
    entry = Entry.objects.filter(event="delegation_granted").get()
    assert entry.subject_label == "Camille Lefèvre"
    assert office.address in entry.reason


def test_several_people_at_once_by_name_login_or_address(academy: Academy) -> None:
    office = with_responsable(academy)
    names = f"{academy.camille.address}; {academy.bastien.login}"
    assert give(academy.nadia, office, people=names)[0] == 200
    assert right_in(office, academy.camille) == right_in(office, academy.bastien) == Right.WRITE


def test_who_is_meant_is_asked_where_several_might_be(academy: Academy) -> None:
    office = with_responsable(academy)
    other = open_account("Camille", "Lefèvre", f"{academy.camille.login}b")
    status, page = give(academy.nadia, office, people="Lefèvre Camille")
    assert status == 400
    assert other.login in page
    assert right_in(office, academy.camille) is None
    posted = {"people": "Lefèvre Camille", "agent": [str(other.agent.pk)]}
    assert give(academy.nadia, office, **posted)[0] == 200
    assert right_in(office, other) == Right.WRITE
    assert right_in(office, academy.camille) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": ""},
        {"people": "personne de ce nom"},
        {"right": "9"},
        {"right": "x"},
        {"last_day": "2020-01-01"},
        {"last_day": "9999-12-31"},
        {"last_day": "demain"},
        {"first_day": ""},
        {"reason": "r" * 300},
        {"people": "\x00", "agent": ["x", "²", "-1", "99999999999999999999"]},
    ],
)
def test_bad_input_is_explained_and_changes_nothing(
    academy: Academy, wrong: dict[str, object]
) -> None:
    office = with_responsable(academy)
    posted = {"people": academy.camille.login, **wrong}
    status, page = give(academy.nadia, office, **posted)
    assert status == 400
    assert "fg__error" in page or "meant" in page
    assert right_in(office, academy.camille) is None


def test_nobody_gives_themselves_more_nor_touches_the_responsable(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.MANAGE)
    assert give(academy.camille, office, people=academy.camille.login)[0] == 400
    assert give(academy.camille, office, people=academy.nadia.login)[0] == 400
    boss = responsables.responsable_of(office)
    assert boss is not None
    url = reverse("shared_mailbox_revoke", args=[office.pk])
    browser_of(academy.camille).post(url, {"acces": str(boss.pk)})
    assert right_in(office, academy.nadia) == Right.MANAGE


def test_a_manager_gives_rights_too_but_a_sender_does_not(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.MANAGE)
    assert give(academy.camille, office, people=academy.bastien.login)[0] == 200
    granted(academy.nadia, office, academy.camille, Right.SEND)
    url = reverse("shared_mailbox", args=[office.pk])
    assert browser_of(academy.camille).get(url).status_code == 404
    assert browser_of(academy.camille).post(url, fields(academy.bastien.login)).status_code == 404


def test_a_right_is_extended_changed_and_taken_back(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.READ, last=5)
    client = browser_of(academy.nadia)
    url = reverse("shared_mailbox_access", args=[office.pk, delegation.pk])
    assert client.get(url).status_code == 200
    client.post(url, fields("", Right.SEND))
    delegation.refresh_from_db()
    assert delegation.right == Right.SEND
    assert delegation.last_day == timezone.localdate() + 30 * DAY
    client.post(reverse("shared_mailbox_revoke", args=[office.pk]), {"acces": [delegation.pk]})
    assert right_in(office, academy.camille) is None
    delegation.refresh_from_db()
    assert delegation.closed_by == academy.nadia.user
    assert client.get(url).status_code == 404


def test_one_gives_up_ones_own_right(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.READ)
    browser_of(academy.camille).post(reverse("shared_mailbox_give_up", args=[office.pk]))
    assert right_in(office, academy.camille) is None


def test_what_ended_this_year_is_given_again_in_one_act(academy: Academy) -> None:
    office = with_responsable(academy)
    for person in (academy.camille, academy.bastien):
        moved(granted(academy.nadia, office, person, Right.SEND, last=0), days=-1)
    expiry.close_expired()
    assert right_in(office, academy.camille) is None
    browser_of(academy.nadia).post(reverse("shared_mailbox_copy", args=[office.pk]))
    assert right_in(office, academy.camille) == right_in(office, academy.bastien) == Right.SEND


def test_a_reminder_leaves_once_fifteen_days_before(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.READ, last=30)
    expiry.remind()
    assert "Un accès à une boîte prend bientôt fin" not in told(academy.camille)
    moved(delegation, days=-16)
    expiry.remind()
    expiry.remind()
    assert told(academy.camille).count("Un accès à une boîte prend bientôt fin") == 1
    assert "Un accès à une boîte prend bientôt fin" in told(academy.nadia)


def test_the_last_day_offered_is_the_end_of_the_school_year() -> None:
    assert usual_last_day(date(2026, 11, 22)) == date(2027, 8, 31)
    assert usual_last_day(date(2027, 3, 1)) == date(2027, 8, 31)
    assert usual_last_day(date(2027, 8, 25)) == date(2028, 8, 31)


def test_ones_own_mailbox_is_lent_without_the_right_to_give_it_away(academy: Academy) -> None:
    own = academy.nadia.mailbox
    assert give(academy.nadia, own, people=academy.camille.login, right=Right.MANAGE)[0] == 400
    assert give(academy.nadia, own, people=academy.camille.login, right=Right.SEND)[0] == 200
    assert right_in(own, academy.camille) == Right.SEND


def test_the_list_shows_what_one_was_given(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.READ)
    url = reverse("shared_mailboxes")
    assert office.name in browser_of(academy.camille).get(url).content.decode()
    assert office.name not in browser_of(academy.bastien).get(url).content.decode()
    assert Client().get(url).status_code == 302


# --- posts ---------------------------------------------------------------------------------------
def school_with(academy: Academy, head: Person) -> School:
    school = School.objects.create(uai="0761234A", name="Collège des Tests", city="Rouen")
    Agent.objects.filter(pk=head.agent.pk).update(
        school=school, role=Agent.Role.HEAD, posted_from=timezone.localdate() - 300 * DAY
    )
    academy.office.school = school
    academy.office.save(update_fields=["school"])
    return school


def test_a_school_gets_its_mailbox_and_its_head_answers_for_it(academy: Academy) -> None:
    school = school_with(academy, academy.nadia)
    school_mailboxes.open_missing()
    opened = Mailbox.objects.get(addresses__address="ce.0761234a@ac-normandie.fr")
    assert opened.school == school
    school_mailboxes.open_missing()
    assert Mailbox.objects.filter(school=school, name=school.name).count() == 1
    assert right_in(opened, academy.nadia) == Right.MANAGE
    assert opened.owner is None


def test_the_new_head_takes_over_on_the_day_and_the_former_one_has_nothing_left(
    academy: Academy,
) -> None:
    school = school_with(academy, academy.nadia)
    school_mailboxes.open_missing()
    opened = Mailbox.objects.get(addresses__address="ce.0761234a@ac-normandie.fr")
    granted(academy.nadia, opened, academy.bastien, Right.READ)
    today = timezone.localdate()
    newcomer = Agent.objects.filter(pk=academy.camille.agent.pk)
    newcomer.update(school=school, role=Agent.Role.HEAD, posted_from=today + DAY)
    responsables.follow_posts()
    assert right_in(opened, academy.nadia) == Right.MANAGE
    newcomer.update(posted_from=today)
    Agent.objects.filter(pk=academy.nadia.agent.pk).update(posted_until=today - DAY)
    responsables.follow_posts()
    assert right_in(opened, academy.camille) == Right.MANAGE
    assert right_in(opened, academy.nadia) is None
    note = Notice.objects.get(user=academy.camille.user, subject="Vous êtes titulaire d’une boîte")
    assert "Nadia Benali" in note.text
    assert "Bastien" in note.text
    assert "Vous n’êtes plus titulaire d’une boîte" in told(academy.nadia)


def test_a_post_that_ends_without_a_successor_leaves_the_mailbox_to_nobody(
    academy: Academy,
) -> None:
    school_with(academy, academy.nadia)
    school_mailboxes.open_missing()
    opened = Mailbox.objects.get(addresses__address="ce.0761234a@ac-normandie.fr")
    yesterday = timezone.localdate() - timedelta(days=1)
    Agent.objects.filter(pk=academy.nadia.agent.pk).update(posted_until=yesterday)
    responsables.follow_posts()
    assert responsables.responsable_of(opened) is None


def test_whom_an_administrator_named_stays_until_a_later_head(academy: Academy) -> None:
    school = school_with(academy, academy.nadia)
    responsables.name(academy.office, academy.bastien.user, academy.camille.user)
    Agent.objects.filter(pk=academy.bastien.agent.pk).update(school=school)
    responsables.follow_posts()
    assert right_in(academy.office, academy.bastien) == Right.MANAGE


def test_of_several_who_give_and_take_at_once_one_row_remains(academy: Academy) -> None:
    office = with_responsable(academy)

    def give(right: Right) -> None:
        try:
            granted(academy.nadia, office, academy.camille, right)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as several:
        list(several.map(give, [Right.READ, Right.SEND, Right.WRITE, Right.MANAGE]))
    assert Delegation.objects.filter(person=academy.camille.user, closed_at=None).count() == 1


def test_a_right_that_was_lost_gives_no_more(academy: Academy) -> None:
    office = with_responsable(academy)
    with pytest.raises(GrantRefused):
        granting.grant(
            academy.camille.user, office, [academy.bastien.user], wish(Right.READ), NOWHERE
        )
    assert mail.outbox == []


def test_several_rights_are_extended_at_once(academy: Academy) -> None:
    office = with_responsable(academy)
    given = [
        granted(academy.nadia, office, academy.camille, Right.READ, last=5),
        granted(academy.nadia, office, academy.bastien, Right.SEND, last=9),
    ]
    day = timezone.localdate() + 100 * DAY
    url = reverse("shared_mailbox_extend", args=[office.pk])
    posted = {"acces": [it.pk for it in given], "jusqu": day.isoformat()}
    page = browser_of(academy.nadia).post(url, posted, follow=True)
    assert "2 accès prennent fin le" in page.content.decode()
    for delegation, right in zip(given, (Right.READ, Right.SEND), strict=True):
        delegation.refresh_from_db()
        assert (delegation.right, delegation.last_day) == (right, day)
    assert "Votre accès à une boîte a changé" in told(academy.bastien)


@pytest.mark.parametrize("jusqu", ["", "demain", "2020-01-01", "9999-12-31", "2100-01-01"])
def test_no_right_is_extended_to_a_day_that_cannot_be(academy: Academy, jusqu: str) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.READ, last=5)
    url = reverse("shared_mailbox_extend", args=[office.pk])
    client = browser_of(academy.nadia)
    page = client.post(url, {"acces": [delegation.pk], "jusqu": jusqu}, follow=True)
    assert "note--err" in page.content.decode()
    was = delegation.last_day
    delegation.refresh_from_db()
    assert delegation.last_day == was
    assert "Cochez d’abord" in client.post(url, {"jusqu": jusqu}, follow=True).content.decode()


def test_rights_of_other_mailboxes_are_not_extended_by_ones_own_page(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.SEND, last=5)
    posted = {"acces": [delegation.pk], "jusqu": (timezone.localdate() + 9 * DAY).isoformat()}
    own = reverse("shared_mailbox_extend", args=[academy.camille.mailbox.pk])
    office_url = reverse("shared_mailbox_extend", args=[office.pk])
    assert browser_of(academy.camille).post(own, posted).status_code == 302
    for stranger in (academy.camille, academy.bastien):
        assert browser_of(stranger).post(office_url, posted).status_code == 404
    was = delegation.last_day
    delegation.refresh_from_db()
    assert delegation.last_day == was


@pytest.mark.parametrize("typed", ["LEF cam", "secrétaire", "jean moulin"])
def test_people_are_found_by_name_post_and_school(academy: Academy, typed: str) -> None:
    office = with_responsable(academy)
    school = School.objects.create(uai="0761234B", name="Collège Jean Moulin", city="Caen")
    Agent.objects.filter(pk=academy.camille.agent.pk).update(school=school, post="Secrétaire")
    assert give(academy.nadia, office, people=typed)[0] == 200
    assert right_in(office, academy.camille) == Right.WRITE


def test_a_mailbox_with_two_hundred_delegates_asks_no_more_for_each(academy: Academy) -> None:
    office = with_responsable(academy)
    client = browser_of(academy.nadia)
    url = reverse("shared_mailbox", args=[office.pk])
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    people = [User(username=f"delegue{n}", is_active=True) for n in range(200)]
    now = timezone.now()
    Delegation.objects.bulk_create(
        Delegation(mailbox=office, person=person, level=1, starts_at=now, ends_at=now + 9 * DAY)
        for person in User.objects.bulk_create(people)
    )
    with CaptureQueriesContext(connection) as many:
        page = client.get(url)
    assert len(page.context["rows"]) == 201
    assert len(many) <= len(few) + 1
