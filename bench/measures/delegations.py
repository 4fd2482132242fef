"""The gate and the pane of mailboxes among 1,500 functional mailboxes with six delegates each."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import User
from bench.measures.base import Bench
from bench.results import Result
from bench.timing import timed
from mailboxes.gate import mailbox_for
from mailboxes.models import Address, Delegation, Mailbox, Right
from webmail.beside import beside, links

MAILBOXES, EACH, MINE = 1500, 6, 8
DOMAIN = "ac-bench.fr"
BUDGET_MS = 10


def delegations(bench: Bench) -> list[Result]:
    """The floor of both is one query by primary key."""
    boxes = _boxes()
    _rights(boxes, bench.person)
    floor = timed(lambda: _raw(boxes[0].pk), bench.runs)
    gate = timed(lambda: mailbox_for(bench.person, boxes[0].pk, Right.READ), bench.runs)
    pane = timed(lambda: links(beside(bench.person), boxes[0]), bench.runs)
    names = {f"gate of one of {MAILBOXES} mailboxes": gate, f"pane of {MINE} mailboxes": pane}
    return [
        Result(
            name, it.wall, "ms", BUDGET_MS, floor.wall, "one row by its key", also={"cpu": it.cpu}
        )
        for name, it in names.items()
    ]


def _boxes() -> list[Mailbox]:
    known = Mailbox.objects.filter(addresses__address__endswith=f"@{DOMAIN}")
    if not known.exists():
        made = Mailbox.objects.bulk_create(
            Mailbox(kind=Mailbox.Kind.FUNCTIONAL, name=f"Boîte {number}")
            for number in range(MAILBOXES)
        )
        Address.objects.bulk_create(
            Address(mailbox=box, address=f"b{number}@{DOMAIN}", kind=Address.Kind.PRIMARY)
            for number, box in enumerate(made)
        )
    return list(known.order_by("pk"))


def _rights(boxes: list[Mailbox], person: User) -> None:
    """Everybody's, in rounds; the measured person has some of the first ones."""
    if Delegation.objects.filter(mailbox=boxes[0]).exists():
        return
    logins = [f"bench.delegate{number}" for number in range(MAILBOXES)]
    people = User.objects.bulk_create(User(username=login, is_active=True) for login in logins)
    rows = [
        (box, people[(place * EACH + n) % MAILBOXES])
        for place, box in enumerate(boxes)
        for n in range(EACH)
    ]
    rows += [(box, person) for box in boxes[:MINE]]
    since, until = timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=200)
    Delegation.objects.bulk_create(
        Delegation(mailbox=box, person=who, level=Right.SEND, starts_at=since, ends_at=until)
        for box, who in rows
    )


def _raw(mailbox_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mailboxes_mailbox WHERE id = %s", [mailbox_id])
        cursor.fetchone()
