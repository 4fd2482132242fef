"""1,500 functional mailboxes with six delegates each: the gate, the pane, and a change in all of them at once."""

import imaplib
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.parties import NOWHERE
from bench.mailbox import PASSWORD
from bench.measures.base import Bench
from bench.results import Result
from bench.timing import timed
from mailboxes.delegating import bulk, granting
from mailboxes.gate import mailbox_for
from mailboxes.institutional.provisioning import create_functional_mailbox, create_personal_mailbox
from mailboxes.models import Address, Delegation, Mailbox, Right
from webmail.lists.beside import beside, links
from webmail.shared_folders import open_to_delegates

MAILBOXES, EACH, MINE = 1500, 6, 8
DOMAIN = "ac-bench.fr"
BUDGET_MS, SPREAD_WITHIN = 10, 60  # the latter in seconds
OPEN_FOR = timedelta(days=200)


def delegations(bench: Bench) -> list[Result]:
    """The floor of both is one query by primary key."""
    boxes = _boxes()
    _rights(boxes)
    with _some_of(boxes, bench.person):
        return _gate_and_pane(bench, boxes)


def _gate_and_pane(bench: Bench, boxes: list[Mailbox]) -> list[Result]:
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


def _rights(boxes: list[Mailbox]) -> None:
    """Everybody's, in rounds."""
    if Delegation.objects.filter(mailbox=boxes[-1]).exists():
        return
    logins = [f"bench.delegate{number}" for number in range(MAILBOXES)]
    people = User.objects.bulk_create(User(username=login, is_active=True) for login in logins)
    _entitle(
        (box, people[(place * EACH + n) % MAILBOXES])
        for place, box in enumerate(boxes)
        for n in range(EACH)
    )


@contextmanager
def _some_of(boxes: list[Mailbox], person: User) -> Iterator[None]:
    """The measured person has the first ones, for as long as it takes: other measures show a list without."""
    mine = Delegation.objects.filter(person=person, mailbox__in=boxes)
    mine.delete()  # what an interrupted run left
    _entitle((box, person) for box in boxes[:MINE])
    yield
    mine.delete()


def _entitle(rights: Iterable[tuple[Mailbox, User]]) -> None:
    since, until = timezone.now() - timedelta(days=1), timezone.now() + OPEN_FOR
    Delegation.objects.bulk_create(
        Delegation(mailbox=box, person=who, level=Right.SEND, starts_at=since, ends_at=until)
        for box, who in rights
    )


def _raw(mailbox_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM mailboxes_mailbox WHERE id = %s", [mailbox_id])
        cursor.fetchone()


def bulk_change(bench: Bench) -> list[Result]:
    """One more delegate in each mailbox, then that one taken away, some at a time as bulk.py of mailboxes does;
    each time until a mail program is told so by Dovecot.
    """
    boxes = _boxes()
    _rights(boxes)
    boxes.append(_looked_at())
    boss = _with_mailbox("bench.boss")
    newcomers = [_with_mailbox(f"bench.newcomer{number}") for number in range(EACH)]
    Delegation.objects.filter(person__in=newcomers).delete()
    _make_manager(boss, boxes)
    # Each was opened to delegates when it got its first one.
    Mailbox.objects.filter(pk__in=[it.pk for it in boxes[:-1]]).update(opened_at=timezone.now())
    open_to_delegates(boxes[-1].pk)
    today = timezone.localdate()
    wish = granting.Wish(Right.WRITE, today, today + OPEN_FOR, "Renfort")
    return [
        _spread("given", boxes, newcomers, partial(_give, boss, wish), expected=True),
        _spread("taken back", boxes, newcomers, partial(_take, boss), expected=False),
    ]


def _looked_at() -> Mailbox:
    """In a domain of the academy, where mail programs see it."""
    address = f"bench.office@{settings.DOMAINS[0]}"
    known = Mailbox.objects.filter(addresses__address=address).first()
    return known or create_functional_mailbox("Boîte regardée", address)


def _spread(
    what: str,
    boxes: list[Mailbox],
    people: list[User],
    change: Callable[[Mailbox, User], None],
    *,
    expected: bool,
) -> Result:
    started, cpu = time.perf_counter(), time.process_time()
    for first in range(0, len(boxes), bulk.BATCH):
        with transaction.atomic():
            for place, box in enumerate(boxes[first : first + bulk.BATCH], first):
                change(box, people[place % len(people)])
    box, person = boxes[-1], people[(len(boxes) - 1) % len(people)]
    while _is_open(person, box) is not expected:
        time.sleep(0.05)
    taken, spent = time.perf_counter() - started, time.process_time() - cpu
    return Result(
        f"a right in {MAILBOXES} mailboxes {what}, until Dovecot says so", taken, "s",
        SPREAD_WITHIN, also={"CPU ms a mailbox": spent * 1000 / MAILBOXES},
    )  # fmt: skip


def _give(boss: User, wish: granting.Wish, box: Mailbox, person: User) -> None:
    granting.grant(boss, box, [person], wish, NOWHERE)


def _take(boss: User, box: Mailbox, person: User) -> None:
    rows = box.delegations.filter(person=person, closed_at=None).values_list("pk", flat=True)
    granting.revoke(boss, box, list(rows), NOWHERE)


def _is_open(person: User, box: Mailbox) -> bool:
    """What Dovecot answers to a mail program of theirs."""
    trusting = ssl.create_default_context(cafile=settings.MAIL_CA_FILE or None)
    name = box.address.partition("@")[0]
    with imaplib.IMAP4_SSL("localhost", settings.IMAP_PORT, ssl_context=trusting) as program:
        program.login(f"{person.username}@{settings.DOMAINS[0]}", PASSWORD)
        return program.myrights(f'"Bo&AO4-tes fonctionnelles/{name}"')[0] == "OK"


def _with_mailbox(login: str) -> User:
    known = User.objects.filter(username=login).first()
    if known is None:
        known = User.objects.create_user(login, PASSWORD, is_active=True)
        create_personal_mailbox(known, f"{login}@{settings.DOMAINS[0]}")
    return known


def _make_manager(boss: User, boxes: list[Mailbox]) -> None:
    now = timezone.now()
    managing = {"person": boss, "level": Right.MANAGE, "starts_at": now}
    Delegation.objects.filter(person=boss).delete()
    Delegation.objects.bulk_create(
        Delegation(mailbox=box, ends_at=now + OPEN_FOR, **managing) for box in boxes
    )
