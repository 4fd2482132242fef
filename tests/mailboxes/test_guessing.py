"""Guessing passwords through a mail program, against real servers and a running site."""

import imaplib
import smtplib
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from django.conf import settings
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.credentials import application_passwords
from accounts.credentials.application_passwords import Wish
from accounts.credentials.mail_policy import Attempt, note_outcome
from accounts.credentials.new_password import change_password, reset_password
from accounts.models import MailPause, Throttle
from accounts.secrets import Password
from accounts.throttling import Guarded
from accounts.throttling.whom import identity_key
from audit.models import Entry
from audit.parties import NOWHERE
from mailboxes import lookup
from tests.mail_programs import PATIENCE_SECONDS, letter, send, signed_in, trusting
from tests.people import Academy, Person
from tests.servers import RUN

WRONG = "quatre cartables bleus"
NEW = "trois parapluies verts au vestiaire"
guesses = (f"{WRONG} {number}" for number in count(1))
# On the loopback network, the line that a stranger comes from.
ELSEWHERE = "127.0.0.9"
FREE_FAILURES = 5
ALL_FAILURES = 100
AT_ONCE = 10


class FromElsewhere(imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        plain = socket.create_connection(
            (self.host, self.port), timeout, source_address=(ELSEWHERE, 0)
        )
        return trusting().wrap_socket(plain, server_hostname=self.host)


def read(person: Person, password: str) -> str:
    """What IMAP answers someone who signs in from elsewhere, empty when they are in."""
    connection = FromElsewhere("localhost", settings.IMAP_PORT, ssl_context=trusting())
    try:
        connection.login(person.address, password)
    except imaplib.IMAP4.error as error:
        return str(error)
    connection.logout()
    return ""


def submit(person: Person, password: str) -> str:
    """The same on the submission port."""
    with smtplib.SMTP_SSL(
        "localhost", settings.SMTP_PORT, context=trusting(), source_address=(ELSEWHERE, 0)
    ) as connection:
        connection.ehlo()
        try:
            # Not login(): it would try each wrong password with two mechanisms.
            connection.user, connection.password = person.address, password
            connection.auth("PLAIN", connection.auth_plain)
        except smtplib.SMTPAuthenticationError as error:
            return str(error)
    return ""


def guess(
    person: Person, times: int, ports: tuple[Callable[[Person, str], str], ...] = (read, submit)
) -> None:
    """Other wrong passwords each time, in turn on both ports and several at once."""
    with ThreadPoolExecutor(AT_ONCE) as guessers:
        turns = [
            guessers.submit(ports[i % len(ports)], person, next(guesses)) for i in range(times)
        ]
    assert all(turn.result() for turn in turns)


def read_at_home(person: Person, password: str) -> str:
    try:
        signed_in(person.address, password).logout()
    except imaplib.IMAP4.error as error:
        return str(error)
    return ""


def counted(person: Person) -> int:
    """The failures in a row, as the sign-in page counts them."""
    row = Throttle.objects.filter(key=identity_key(person.login, Guarded.PASSWORD)).first()
    return row.in_a_row if row else 0


def until(happened: Callable[[], bool]) -> None:
    """Dovecot waits for nobody: what it tells the site arrives a little later."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "this did not happen"


def sign_in_page_after_password(person: Person) -> str:
    page = Client(REMOTE_ADDR=ELSEWHERE).post(
        reverse("account_login"), {"login": person.login, "password": person.password}
    )
    return page.content.decode()


def test_wrong_passwords_on_both_ports_count_on_the_sign_in_page(
    academy: Academy, live: str
) -> None:
    guess(academy.camille, FREE_FAILURES)
    until(lambda: "Trop d’essais" in sign_in_page_after_password(academy.camille))
    assert "Trop d’essais" not in sign_in_page_after_password(academy.nadia)
    entries = Entry.objects.filter(event="signed_in", subject_id=academy.camille.agent.party.id)
    assert {entry.method for entry in entries} == {"password, imap", "password, smtp"}
    assert {entry.address for entry in entries} == {ELSEWHERE}


def test_a_right_password_after_a_few_wrong_ones_is_calm(academy: Academy, live: str) -> None:
    for _ in range(3):
        guess(academy.camille, FREE_FAILURES - 1)
        assert read(academy.camille, academy.camille.password) == ""
        assert submit(academy.camille, academy.camille.password) == ""
    until(lambda: "Trop d’essais" not in sign_in_page_after_password(academy.camille))


def test_a_telephone_that_goes_on_with_the_old_password_locks_nobody_out(
    academy: Academy, live: str
) -> None:
    for _ in range(FREE_FAILURES + 1):
        assert "AUTHENTICATIONFAILED" in read(academy.camille, "trois velos rouges")
    guess(academy.nadia, FREE_FAILURES)  # told after all of Camille's
    until(lambda: "Trop d’essais" in sign_in_page_after_password(academy.nadia))
    assert "Trop d’essais" not in sign_in_page_after_password(academy.camille)
    party = academy.camille.agent.party
    assert Entry.objects.filter(subject_id=party.id, result="refused").count() == 1


def has_pause(person: Person) -> bool:
    return MailPause.objects.filter(user=person.user, until__gt=timezone.now()).exists()


def pause(person: Person) -> None:
    """A stranger's guesses bring the first minute."""
    guess(person, FREE_FAILURES)
    until(lambda: has_pause(person))


def let_time_pass(person: Person) -> None:
    """As if the pause had begun, and the failures happened, two hours earlier."""
    hours = timedelta(hours=2)
    Throttle.objects.update(last_failure_at=F("last_failure_at") - hours)
    held = MailPause.objects.get(user=person.user)
    held.began_at, held.until = held.began_at - hours, held.until - hours
    held.save()


def fail_almost_for_good(person: Person) -> None:
    """Ninety-nine failures in a row, over as many days as they take."""
    guess(person, 1)
    until(lambda: counted(person) == 1)
    long_ago = timezone.now() - timedelta(days=2)
    Throttle.objects.filter(in_a_row=1).update(
        in_a_row=ALL_FAILURES - 1, last_failure_at=long_ago, window_started_at=long_ago
    )


def disable(person: Person) -> None:
    fail_almost_for_good(person)
    guess(person, 1)
    until(lambda: Entry.objects.filter(event="credential_disabled").exists())


def test_after_five_failures_the_right_password_waits_on_both_ports(
    academy: Academy, live: str
) -> None:
    pause(academy.camille)
    for port in (read, submit, read_at_home):
        assert "fail" in port(academy.camille, academy.camille.password)
    assert read(academy.nadia, academy.nadia.password) == ""
    let_time_pass(academy.camille)
    for port in (read, submit):
        assert port(academy.camille, academy.camille.password) == ""


def test_failures_on_the_sign_in_page_make_mail_programs_wait_too(
    academy: Academy, live: str
) -> None:
    for _ in range(FREE_FAILURES):
        sign_in_page_after_password(replace(academy.camille, password=next(guesses)))
    assert "fail" in read(academy.camille, academy.camille.password)
    assert read(academy.nadia, academy.nadia.password) == ""


def test_a_mail_program_that_signed_in_before_does_not_wait_for_strangers(
    academy: Academy, live: str
) -> None:
    assert read_at_home(academy.camille, academy.camille.password) == ""
    until(academy.camille.user.mail_lines.exists)
    pause(academy.camille)
    assert "fail" in read(academy.camille, academy.camille.password)
    assert read_at_home(academy.camille, academy.camille.password) == ""
    assert "fail" in read_at_home(academy.camille, WRONG)


def test_what_is_tried_during_a_pause_does_not_make_it_longer(academy: Academy, live: str) -> None:
    pause(academy.camille)
    MailPause.objects.update(began_at=timezone.now() - timedelta(seconds=10))
    before = MailPause.objects.get().until
    guess(academy.camille, FREE_FAILURES)
    guess(academy.nadia, FREE_FAILURES)  # told after all of Camille's
    until(lambda: has_pause(academy.nadia))
    assert counted(academy.camille) == FREE_FAILURES
    assert MailPause.objects.get(user=academy.camille.user).until == before


def test_a_known_line_that_guesses_waits_and_the_others_do_not(academy: Academy, live: str) -> None:
    for port in (read, read_at_home):
        assert port(academy.camille, academy.camille.password) == ""
    until(lambda: academy.camille.user.mail_lines.count() == 2)
    pause(academy.camille)
    assert "fail" in read(academy.camille, academy.camille.password)
    assert read_at_home(academy.camille, academy.camille.password) == ""


def test_a_pause_holds_and_ends_while_the_site_is_stopped(academy: Academy, live: str) -> None:
    pause(academy.camille)
    held = MailPause.objects.get()
    held.until = timezone.now() + timedelta(seconds=6)
    held.save()
    with RUN.without("web"):
        assert "fail" in read(academy.camille, academy.camille.password)
        until(lambda: read(academy.camille, academy.camille.password) == "")
    RUN.let_dovecot_tell()


def test_a_hundred_failures_in_a_row_disable_the_password_but_not_at_home(
    academy: Academy, live: str
) -> None:
    assert read_at_home(academy.camille, academy.camille.password) == ""
    until(academy.camille.user.mail_lines.exists)
    disable(academy.camille)
    for port in (read, submit):
        assert "fail" in port(academy.camille, academy.camille.password)
    assert read_at_home(academy.camille, academy.camille.password) == ""
    assert "cet accès est bloqué" in sign_in_page_after_password(academy.camille)
    let_time_pass(academy.camille)
    assert "fail" in read(academy.camille, academy.camille.password)
    alarm = Entry.objects.get(event="credential_disabled")
    assert alarm.subject_id == academy.camille.agent.party.id


def test_after_a_reset_no_line_is_known_any_more(academy: Academy, live: str) -> None:
    assert read_at_home(academy.camille, academy.camille.password) == ""
    until(academy.camille.user.mail_lines.exists)
    reset_password(academy.camille.user, Password(NEW), NOWHERE, "questions, wait", "flow")
    pause(academy.camille)
    assert "fail" in read_at_home(academy.camille, NEW)


def test_another_address_of_a_known_ipv6_line_is_let_in_at_its_second_try(
    academy: Academy,
) -> None:
    def told(address: str, success: bool, trace: str) -> None:
        attempt = Attempt(
            academy.camille.address, address, "imap", "PLAIN", trace=trace, succeeded=success
        )
        note_outcome(attempt)

    told("2001:db8:1:2::10", True, "0")
    for number in range(FREE_FAILURES):
        told("2001:db8:9:9::1", False, str(number))
    told("2001:db8:1:2::99", False, "9")
    told("2001:db8:7:7::1", False, "9")
    shown = {row[1] for row in lookup.rows_of_view("mail_known_lines")}
    assert shown == {"2001:db8:1:2::10", "2001:db8:1:2::99"}


def test_a_new_password_opens_mail_programs_again(academy: Academy, live: str) -> None:
    disable(academy.camille)
    assert "fail" in read(academy.camille, academy.camille.password)
    change_password(academy.camille.user, Password(NEW), NOWHERE)
    for port in (read, submit):
        assert port(academy.camille, NEW) == ""
    guess(academy.camille, 1)
    assert read(academy.camille, NEW) == ""


def test_an_application_password_goes_on_working(academy: Academy, live: str) -> None:
    wish = Wish("Thunderbird", reads=True, sends=True, days=30)
    application = application_passwords.create(academy.camille.user, wish, NOWHERE)
    disable(academy.camille)
    assert read(academy.camille, application.reveal()) == ""


def test_a_flood_of_guesses_does_not_fill_the_journal(academy: Academy, live: str) -> None:
    nobody = replace(academy.camille, address="personne@ac-normandie.fr", login="personne")
    guess(nobody, 20, (read,))
    until(lambda: "Trop d’essais" in sign_in_page_after_password(nobody))
    until(lambda: counted(nobody) == 20)
    assert Entry.objects.count() < 20


def test_mail_programs_still_sign_in_while_the_site_is_stopped(academy: Academy, live: str) -> None:
    with RUN.without("web"):
        assert read(academy.camille, academy.camille.password) == ""
        assert submit(academy.camille, academy.camille.password) == ""
        assert "AUTHENTICATIONFAILED" in read(academy.camille, WRONG)
        subject = "Le site dort"
        message = letter(academy.camille.address, academy.nadia.address, subject)
        to = [academy.nadia.address]
        assert send(academy.camille.address, academy.camille.password, message, to) == {}
    RUN.let_dovecot_tell()


@pytest.mark.parametrize("key", ["", "devinez"])
def test_only_dovecot_may_ask(client: Client, db: None, key: str) -> None:
    question = '{"login": "a", "remote": "", "service": "imap", "mechanism": "PLAIN"}'
    answer = client.post(
        f"{reverse('mail_policy')}?command=allow",
        question,
        content_type="application/json",
        headers={"X-Pli-Key": key},
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"login": "a", "remote": "ici"}', "\x00"])
def test_what_dovecot_never_sends_is_refused(client: Client, db: None, body: str) -> None:
    answer = client.post(
        f"{reverse('mail_policy')}?command=report",
        body,
        content_type="application/json",
        headers={"X-Pli-Key": settings.MAIL_POLICY_KEY},
    )
    assert answer.status_code == 400
