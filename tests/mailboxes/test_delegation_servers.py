"""What a delegate's mail program may do, asked of the real servers with the person's own password."""

import imaplib
import smtplib
import time

import pytest
from django.http import Http404
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.parties import NOWHERE
from mailboxes import lookup
from mailboxes.delegating import expiry, granting
from mailboxes.gate import mailbox_for
from mailboxes.models import Address, Delegation, Mailbox, Right
from mailboxes.tokens import mail_token
from tests.mail_programs import letter, send, signed_in, signed_in_by_token
from tests.mailboxes.delegating import DAY, granted, moved, with_responsable
from tests.mailboxes.test_kick import ends
from tests.people import Academy, Person

pytestmark = pytest.mark.django_db(transaction=True)

# As a server writes it (modified UTF-7, RFC 3501 §5.1.3).
ROOM = "Bo&AO4-tes fonctionnelles"
FILING = {"s", "w", "t", "i", "e", "k", "x"}
AT_MOST = 5.0  # seconds


def place(academy: Academy, folder: str = "") -> str:
    """What a mail program calls a folder of the office."""
    name = f"{ROOM}/{academy.office_address.partition('@')[0]}"
    return f'"{name}/{folder}"' if folder else f'"{name}"'


def program(person: Person) -> imaplib.IMAP4_SSL:
    return signed_in(person.address, person.password)


def listed(connection: imaplib.IMAP4_SSL) -> str:
    """What a program that shows subscribed folders only is told."""
    return " ".join(line.decode() for line in connection.lsub()[1] if isinstance(line, bytes))


def rights(connection: imaplib.IMAP4_SSL, folder: str) -> set[str]:
    """Empty where the folder is not there for this person."""
    answer, lines = connection.myrights(folder)
    return set(lines[0].decode().rpartition(" ")[2]) if answer == "OK" and lines[0] else set()


def sends_as_office(academy: Academy, person: Person) -> bool:
    message = letter(academy.office_address, academy.bastien.address, "De la direction")
    try:
        send(
            person.address,
            person.password,
            message,
            [academy.bastien.address],
            academy.office_address,
        )
    except smtplib.SMTPException:
        return False
    return True


def test_a_delegates_program_shows_the_mailbox_beside_ones_own(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.WRITE)
    connection = program(academy.camille)
    shown = listed(connection)
    for folder in (place(academy), place(academy, "Corbeille")):
        assert folder.strip('"') in shown
        assert connection.select(folder)[0] == "OK"
    assert ROOM not in listed(program(academy.bastien))


@pytest.mark.parametrize("right", [Right.READ, Right.WRITE])
def test_the_servers_hold_the_right_on_each_folder(academy: Academy, right: Right) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, right)
    boss = program(academy.nadia)
    assert boss.create(place(academy, "2026"))[0] == "OK"
    assert boss.create(place(academy, "2026/Inscriptions"))[0] == "OK"
    connection = program(academy.camille)
    for folder in ("", "Corbeille", "2026", "2026/Inscriptions"):
        has = rights(connection, place(academy, folder))
        assert {"l", "r"} <= has
        assert has >= FILING if right == Right.WRITE else not FILING & has
        assert "a" not in has


def test_a_reader_changes_nothing_through_a_connection_of_the_site_either(academy: Academy) -> None:
    """The token names the person: Dovecot refuses what a page should not have asked."""
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.READ)
    connection = signed_in_by_token(
        academy.office_address, mail_token(academy.office_address, academy.camille.address)
    )
    assert connection.append("INBOX", "", "", b"Subject: x\r\n\r\n")[0] == "NO"
    assert connection.create("Intrus")[0] == "NO"
    with pytest.raises(imaplib.IMAP4.readonly):
        connection.select("INBOX")


def test_a_stranger_opens_nothing_even_with_a_token_of_the_site(academy: Academy) -> None:
    with_responsable(academy)
    connection = signed_in_by_token(
        academy.office_address, mail_token(academy.office_address, academy.bastien.address)
    )
    assert connection.select("INBOX")[0] == "NO"


def test_only_who_may_send_sends_as_the_mailbox(academy: Academy) -> None:
    office = with_responsable(academy)
    assert sends_as_office(academy, academy.nadia)
    granted(academy.nadia, office, academy.camille, Right.WRITE)
    assert not sends_as_office(academy, academy.camille)
    granted(academy.nadia, office, academy.camille, Right.SEND)
    assert sends_as_office(academy, academy.camille)
    assert not sends_as_office(academy, academy.bastien)


def test_what_is_taken_back_ends_an_open_program_within_five_seconds(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.SEND)
    connection = program(academy.camille)
    connection.select(place(academy))
    started = time.monotonic()
    granting.revoke(academy.nadia.user, office, [delegation.pk], NOWHERE)
    assert ends(connection)
    assert time.monotonic() - started < AT_MOST
    again = program(academy.camille)
    assert ROOM not in listed(again)
    assert again.select(place(academy))[0] == "NO"
    assert not sends_as_office(academy, academy.camille)


def test_a_lowered_right_ends_an_open_program_too(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.WRITE)
    connection = program(academy.camille)
    connection.select(place(academy))
    granted(academy.nadia, office, academy.camille, Right.READ)
    assert ends(connection)
    assert not FILING & rights(program(academy.camille), place(academy))


def test_the_last_day_ends_an_open_program(academy: Academy) -> None:
    office = with_responsable(academy)
    delegation = granted(academy.nadia, office, academy.camille, Right.SEND, last=0)
    connection = program(academy.camille)
    connection.select(place(academy))
    moved(delegation, days=-1)
    expiry.close_expired()
    assert ends(connection)
    assert program(academy.camille).select(place(academy))[0] == "NO"
    delegation.refresh_from_db()
    assert delegation.closed_at is not None
    assert delegation.closed_by is None


def test_a_new_right_is_there_in_the_next_session_at_once(academy: Academy) -> None:
    office = with_responsable(academy)
    granted(academy.nadia, office, academy.camille, Right.READ)
    assert program(academy.camille).select(place(academy), readonly=True)[0] == "OK"


def test_whoever_has_very_many_mailboxes_still_opens_them_and_gets_no_more(
    academy: Academy,
) -> None:
    """Dovecot's lines are of 8 KB at most."""
    office = with_responsable(academy)
    camille = academy.camille.user
    start = timezone.now() - DAY
    boxes = Mailbox.objects.bulk_create(
        Mailbox(pk=9_000_000 + number, kind=Mailbox.Kind.FUNCTIONAL, name=f"Boîte {number}")
        for number in range(granting.MOST_MAILBOXES)
    )
    Address.objects.bulk_create(
        Address(mailbox=it, address=f"b{it.pk}@ac-normandie.fr", kind=Address.Kind.PRIMARY)
        for it in boxes
    )
    right = {
        "person": camille,
        "level": Right.WRITE,
        "starts_at": start,
        "ends_at": start + 9 * DAY,
    }
    Delegation.objects.bulk_create(Delegation(mailbox=it, **right) for it in boxes)
    lookup.refresh()
    assert program(academy.camille).select("INBOX")[0] == "OK"
    with pytest.raises(granting.GrantRefused, match="too many"):
        granted(academy.nadia, office, academy.camille, Right.READ)
    Delegation.objects.filter(mailbox=boxes[0]).delete()
    granted(academy.nadia, office, academy.camille, Right.READ)
    assert program(academy.camille).select(place(academy), readonly=True)[0] == "OK"


def test_a_personal_mailbox_is_lent_for_a_leave(academy: Academy) -> None:
    granted(academy.nadia, academy.nadia.mailbox, academy.camille, Right.WRITE)
    folder = f'"{ROOM}/{academy.nadia.login}"'
    assert program(academy.camille).select(folder)[0] == "OK"
    assert program(academy.bastien).select(folder)[0] == "NO"


def on_the_gate(person: Person, office: Mailbox) -> int:
    """The highest right with which the gate opens; 0 for none."""
    return max((right for right in Right if _opens(person, office, right)), default=0)


def _opens(person: Person, office: Mailbox, right: Right) -> bool:
    try:
        mailbox_for(person.user, office.pk, right)
    except Http404:
        return False
    return True


def on_the_servers(academy: Academy, person: Person) -> int:
    has = rights(program(person), place(academy))
    if not has:
        return 0
    if not FILING & has:
        return Right.READ
    return Right.SEND if sends_as_office(academy, person) else Right.WRITE


KINDS = st.tuples(
    st.sampled_from(list(Right)), st.integers(-3, 2), st.integers(0, 3), st.booleans()
)


def test_gate_entries_and_sender_map_say_the_same_for_any_delegation(academy: Academy) -> None:
    """Random rights, first and last days, closed or not."""
    office = with_responsable(academy)
    camille = academy.camille
    delegation = granted(academy.nadia, office, camille, Right.READ)

    @settings(max_examples=12)
    @given(KINDS)
    def agree(kind: tuple[Right, int, int, bool]) -> None:
        level, first, length, is_closed = kind
        today = granting.midnight(timezone.localdate())
        delegation.level, delegation.starts_at = level, today + first * DAY
        delegation.ends_at = delegation.starts_at + (length + 1) * DAY
        delegation.closed_at = timezone.now() if is_closed else None
        delegation.save()
        counts = not is_closed and first <= 0 <= first + length
        assert on_the_gate(camille, office) == (level if counts else 0)
        assert on_the_servers(academy, camille) == (min(level, Right.SEND) if counts else 0)

    agree()
