"""Guessing passwords through a mail program, against real servers and a running site."""

import imaplib
import smtplib
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from audit.models import Entry
from tests.mail_programs import letter, send, signed_in, trusting
from tests.people import Academy, Person
from tests.servers import RUN

WRONG = "quatre cartables bleus"
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


def sign_in_page_after_password(person: Person) -> str:
    page = Client(REMOTE_ADDR=ELSEWHERE).post(
        reverse("account_login"), {"login": person.login, "password": person.password}
    )
    return page.content.decode()


def test_wrong_passwords_on_both_ports_count_on_the_sign_in_page(
    academy: Academy, live: str
) -> None:
    guess(academy.camille, FREE_FAILURES)
    assert "Trop d’essais" in sign_in_page_after_password(academy.camille)
    assert "Trop d’essais" not in sign_in_page_after_password(academy.nadia)
    reasons = Entry.objects.filter(event="signed_in", subject_id=academy.camille.agent.party.id)
    assert {entry.method for entry in reasons} == {"password, imap", "password, smtp"}
    assert {entry.address for entry in reasons} == {ELSEWHERE}


def test_who_guesses_is_told_to_wait_even_with_the_right_password(
    academy: Academy, live: str
) -> None:
    guess(academy.camille, FREE_FAILURES)
    for port in (read, submit):
        assert "Trop d'essais de suite. Reessayez dans" in port(
            academy.camille, academy.camille.password
        )
    assert Entry.objects.filter(event="signed_in").count() == FREE_FAILURES


def test_a_right_password_after_a_few_wrong_ones_is_calm(academy: Academy, live: str) -> None:
    for _ in range(2):
        guess(academy.camille, 2)
        assert read(academy.camille, academy.camille.password) == ""
    assert submit(academy.camille, academy.camille.password) == ""


def test_a_telephone_that_goes_on_with_the_old_password_locks_nobody_out(
    academy: Academy, live: str
) -> None:
    for _ in range(FREE_FAILURES + 1):
        assert "AUTHENTICATIONFAILED" in read(academy.camille, "trois velos rouges")
    assert submit(academy.camille, academy.camille.password) == ""
    assert "Trop d’essais" not in sign_in_page_after_password(academy.camille)
    assert Entry.objects.filter(event="signed_in", result="refused").count() == 1


def test_a_stranger_does_not_lock_out_the_program_at_home(academy: Academy, live: str) -> None:
    home = signed_in(academy.camille.address, academy.camille.password)
    guess(academy.camille, FREE_FAILURES)
    assert "Trop d'essais" in read(academy.camille, academy.camille.password)
    signed_in(academy.camille.address, academy.camille.password).logout()
    home.logout()


def test_a_hundred_failures_in_a_row_disable_the_credential(academy: Academy, live: str) -> None:
    # A guesser who has all the time in the world: neither the pauses nor the days stop them.
    patient = {"PLI_THROTTLE_LONGEST_WAIT_MINUTES": "0", "PLI_THROTTLE_DAILY_FAILURES": "100"}
    with RUN.with_settings(**patient):
        guess(academy.camille, ALL_FAILURES - 1)
        assert not Entry.objects.filter(event="credential_disabled").exists()
        guess(academy.camille, 1)
        alarm = Entry.objects.get(event="credential_disabled")
        assert alarm.subject_id == academy.camille.agent.party.id
        for port in (read, submit):
            assert "cet acces est bloque" in port(academy.camille, academy.camille.password)
    assert "cet accès est bloqué" in sign_in_page_after_password(academy.camille)


def test_addresses_that_do_not_exist_are_slowed_down_alike(academy: Academy, live: str) -> None:
    nobody = Person(
        academy.camille.user, academy.camille.agent, academy.camille.mailbox,
        "personne", "personne@ac-normandie.fr", "", "",
    )  # fmt: skip
    guess(nobody, FREE_FAILURES, (read,))
    assert "Trop d'essais de suite. Reessayez dans" in read(nobody, WRONG)


def test_mail_programs_still_sign_in_while_the_site_is_stopped(academy: Academy, live: str) -> None:
    guess(academy.camille, FREE_FAILURES)
    with RUN.without("web"):
        assert read(academy.camille, academy.camille.password) == ""
        assert submit(academy.camille, academy.camille.password) == ""
        assert "AUTHENTICATIONFAILED" in read(academy.camille, WRONG)
        subject = "Le site dort"
        message = letter(academy.camille.address, academy.nadia.address, subject)
        to = [academy.nadia.address]
        assert send(academy.camille.address, academy.camille.password, message, to) == {}
    RUN.let_dovecot_ask()


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
