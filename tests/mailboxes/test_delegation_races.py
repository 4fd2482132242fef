"""Rights given, taken back and come to their end at the same moment, on the real database and servers."""

import pytest
from django.utils import timezone

from accounts.models import Agent, School
from audit.models import Entry
from audit.parties import NOWHERE
from mailboxes.delegating import expiry, granting
from mailboxes.delegating.granting import GrantRefused
from mailboxes.institutional import responsables
from mailboxes.models import Delegation, Mailbox, Right
from tests.accounts.test_recovery_races import at_once
from tests.mail_programs import signed_in, subjects
from tests.mailboxes.delegating import DAY, granted, moved, with_responsable
from tests.mailboxes.test_delegation_servers import on_the_gate, on_the_servers
from tests.mailboxes.test_sharing_pages import right_in, school_with
from tests.people import Academy, Person
from tests.webmail.team.test_delegated_pages import written
from webmail import outbox
from webmail.models import OutgoingMessage

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8
GIVEN, TAKEN = "delegation_granted", ("delegation_revoked", "delegation_expired")


def give(by: Person, office: Mailbox, person: Person, right: Right) -> str:
    try:
        granted(by, office, person, right)
    except GrantRefused as refused:
        return refused.reason
    return "given"


def take(by: Person, office: Mailbox, person: Person) -> str:
    mine = Delegation.objects.filter(mailbox=office, person=person.user, closed_at=None)
    rows = list(mine.values_list("pk", flat=True))
    return f"{len(granting.revoke(by.user, office, rows, NOWHERE))} taken"


def expire() -> str:
    expiry.close_expired()
    return "looked"


def followed(school: School) -> str:
    responsables.follow_posts_of(school)
    return "looked"


def leave(message: OutgoingMessage) -> str:
    outbox.send(message.pk)
    return "tried"


def told(*events: str) -> int:
    return Entry.objects.filter(event__in=events).count()


def test_whoever_is_first_one_right_counts_at_most_and_each_door_says_the_same(
    academy: Academy,
) -> None:
    office = with_responsable(academy)
    nadia, camille, bastien = academy.nadia, academy.camille, academy.bastien
    granted(nadia, office, bastien, Right.MANAGE)
    before = told(GIVEN)
    for _ in range(ROUNDS):
        at_once(
            lambda: give(nadia, office, camille, Right.READ),
            lambda: take(nadia, office, camille),
            lambda: give(bastien, office, camille, Right.SEND),
            lambda: take(camille, office, camille),
        )
        rows = Delegation.objects.filter(mailbox=office, person=camille.user)
        levels = list(rows.filter(closed_at=None).values_list("level", flat=True))
        assert len(levels) <= 1
        assert on_the_gate(camille, office) == on_the_servers(academy, camille) == sum(levels)
        assert told(GIVEN) - before - told(*TAKEN) == len(levels)


def test_a_last_day_that_comes_while_it_is_put_off_or_taken_back_ends_once(
    academy: Academy,
) -> None:
    office = with_responsable(academy)
    for _ in range(ROUNDS):
        delegation = granted(academy.nadia, office, academy.camille, Right.WRITE, last=0)
        moved(delegation, days=-1)
        before = told(*TAKEN)
        at_once(
            expire,
            expire,
            lambda: take(academy.nadia, office, academy.camille),
            lambda: give(academy.nadia, office, academy.camille, Right.READ),
        )
        delegation.refresh_from_db()
        assert delegation.closed_at is not None
        assert told(*TAKEN) - before <= 2
        level = on_the_gate(academy.camille, office)
        assert level in {0, Right.READ}
        assert on_the_servers(academy, academy.camille) == level
        take(academy.nadia, office, academy.camille)


def test_who_loses_the_right_to_give_gives_nothing_afterwards(academy: Academy) -> None:
    office = with_responsable(academy)
    for _ in range(ROUNDS):
        granted(academy.nadia, office, academy.bastien, Right.MANAGE)
        _, said = at_once(
            lambda: take(academy.nadia, office, academy.bastien),
            lambda: give(academy.bastien, office, academy.camille, Right.SEND),
        )
        assert said in {"given", "not yours"}
        assert on_the_gate(academy.camille, office) == (Right.SEND if said == "given" else 0)
        if said == "given":
            events = Entry.objects.filter(event__in=[GIVEN, *TAKEN]).order_by("-number")
            assert [entry.event for entry in events[:2]] == ["delegation_revoked", GIVEN]
            take(academy.nadia, office, academy.camille)


def test_what_leaves_while_the_right_is_taken_back_leaves_once_or_never(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.SEND)
    message = written(academy.camille, office, academy.bastien.address)
    at_once(
        lambda: leave(message),
        lambda: take(academy.nadia, office, academy.camille),
    )
    message.refresh_from_db()
    assert message.state in {OutgoingMessage.State.SENT, OutgoingMessage.State.REFUSED}
    program = signed_in(academy.bastien.address, academy.bastien.password)
    arrived = subjects(program).count(message.subject)
    assert arrived <= (message.state == OutgoingMessage.State.SENT)


def test_of_a_post_that_ends_while_somebody_is_named_one_way_out_is_told(academy: Academy) -> None:
    school, office = school_with(academy, academy.nadia), academy.office
    yesterday = timezone.localdate() - DAY
    Agent.objects.filter(pk=academy.nadia.agent.pk).update(posted_until=yesterday)
    Agent.objects.filter(pk=academy.camille.agent.pk).update(school=school)
    for _ in range(ROUNDS):
        first = responsables.name(office, academy.nadia.user, None)
        before = told("responsable_relieved")
        at_once(
            lambda: followed(school),
            lambda: str(responsables.name(office, academy.camille.user, academy.bastien.user)),
        )
        first.refresh_from_db()
        assert told("responsable_relieved") - before == (first.closed_by is None)
        assert right_in(office, academy.camille) == Right.MANAGE
